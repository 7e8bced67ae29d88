import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { registerProgramme, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsObject, IsOptional, IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RegisterProgrammeInput extends CommandInput {
  @Field()
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field(() => LangTextScalar)
  @IsObject()
  name!: LangText;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  description?: LangText;
}

export class RegisterProgramme extends MasarCommand<RegisterProgrammeInput> {}

@CommandHandler(RegisterProgramme)
export class RegisterProgrammeHandler implements ICommandHandler<RegisterProgramme> {
  async execute({ context, input }: RegisterProgramme): Promise<CommandDone> {
    return executeOnProgramme(context, input.reference, {
      type: 'registerProgramme',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => registerProgramme(state, plain(input)),
    });
  }
}

@Resolver()
export class RegisterProgrammeResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup', 'input.reference')
  @Mutation(() => CommandResult, { description: 'Begins to record a reform programme.' })
  async registerProgramme(
    @Args('input') input: RegisterProgrammeInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', RegisterProgramme, input);
  }
}
