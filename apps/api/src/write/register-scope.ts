import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { registerScope, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsBoolean, IsObject, IsOptional, IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RegisterScopeInput extends CommandInput {
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

  @Field(() => String, {
    nullable: true,
    description: 'ISO 3166-2 code of a subdivision, or of a country: IQ-NI, IQ.',
  })
  @IsOptional()
  @IsString()
  @Length(2, 6)
  code?: string;

  @Field(() => String, { nullable: true, description: 'Reference of the scope it lies in.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  within?: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'A governed list, which begins empty: changeScopeMembership says who is on it since when.',
  })
  @IsOptional()
  @IsBoolean()
  governed?: boolean;
}

export class RegisterScope extends MasarCommand<RegisterScopeInput> {}

@CommandHandler(RegisterScope)
export class RegisterScopeHandler implements ICommandHandler<RegisterScope> {
  async execute({ context, input }: RegisterScope): Promise<CommandDone> {
    return executeOnProgramme(context, input.programme, {
      type: 'registerScope',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => registerScope(state, plain(input)),
    });
  }
}

@Resolver()
export class RegisterScopeResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, { description: 'A place, or a governed list of places.' })
  async registerScope(
    @Args('input') input: RegisterScopeInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', RegisterScope, input);
  }
}
