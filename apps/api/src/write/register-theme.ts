import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { registerTheme, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsObject, IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RegisterThemeInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field()
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field(() => LangTextScalar)
  @IsObject()
  name!: LangText;
}

export class RegisterTheme extends MasarCommand<RegisterThemeInput> {}

@CommandHandler(RegisterTheme)
export class RegisterThemeHandler implements ICommandHandler<RegisterTheme> {
  async execute({ context, input }: RegisterTheme): Promise<CommandDone> {
    return executeOnProgramme(context, input.programme, {
      type: 'registerTheme',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => registerTheme(state, plain(input)),
    });
  }
}

@Resolver()
export class RegisterThemeResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, { description: 'A theme items are sorted by.' })
  async registerTheme(
    @Args('input') input: RegisterThemeInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', RegisterTheme, input);
  }
}
