import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { changeInstrumentStatus } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsEnum, IsOptional, IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { InstrumentStatusEnum } from '../schema/enums.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class ChangeInstrumentStatusInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the instrument.' })
  @IsString()
  @Length(1, 200)
  instrument!: string;

  @Field(() => InstrumentStatusEnum)
  @IsEnum(InstrumentStatusEnum)
  status!: keyof typeof InstrumentStatusEnum;

  @Field(() => String, {
    nullable: true,
    description: 'The version whose status it is; left out: of the instrument.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  version?: string;
}

export class ChangeInstrumentStatus extends MasarCommand<ChangeInstrumentStatusInput> {}

@CommandHandler(ChangeInstrumentStatus)
export class ChangeInstrumentStatusHandler implements ICommandHandler<ChangeInstrumentStatus> {
  async execute({ context, input }: ChangeInstrumentStatus): Promise<CommandDone> {
    return executeOnProgramme(context, input.programme, {
      type: 'changeInstrumentStatus',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => changeInstrumentStatus(state, plain(input)),
    });
  }
}

@Resolver()
export class ChangeInstrumentStatusResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, {
    description: 'An instrument, or one version of it, has another status from a day on.',
  })
  async changeInstrumentStatus(
    @Args('input') input: ChangeInstrumentStatusInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', ChangeInstrumentStatus, input);
  }
}
