import { type CommandDone, executeOnBody } from '@masar/commands';
import { changeMandate, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsEnum, IsObject, IsOptional, IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { CompetenceEnum } from '../schema/enums.js';
import { LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class ChangeMandateInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field()
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field(() => CompetenceEnum)
  @IsEnum(CompetenceEnum)
  competence!: keyof typeof CompetenceEnum;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  mandate?: LangText;
}

export class ChangeMandate extends MasarCommand<ChangeMandateInput> {}

@CommandHandler(ChangeMandate)
export class ChangeMandateHandler implements ICommandHandler<ChangeMandate> {
  async execute({ context, input }: ChangeMandate): Promise<CommandDone> {
    return executeOnBody(context, input.programme, input.reference, {
      type: 'changeMandate',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => changeMandate(state, plain(input)),
    });
  }
}

@Resolver()
export class ChangeMandateResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, { description: 'What a body may do changed.' })
  async changeMandate(
    @Args('input') input: ChangeMandateInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', ChangeMandate, input);
  }
}
