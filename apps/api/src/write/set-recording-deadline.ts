import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { setRecordingDeadline } from '@masar/domain';
import { Args, Context, Field, InputType, Int, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsInt, IsOptional, IsString, Length, Min } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class SetRecordingDeadlineInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field(() => Int, { nullable: true, description: 'Days; left out: no deadline any more.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  days?: number;
}

export class SetRecordingDeadline extends MasarCommand<SetRecordingDeadlineInput> {}

@CommandHandler(SetRecordingDeadline)
export class SetRecordingDeadlineHandler implements ICommandHandler<SetRecordingDeadline> {
  async execute({ context, input }: SetRecordingDeadline): Promise<CommandDone> {
    return executeOnProgramme(context, input.programme, {
      type: 'setRecordingDeadline',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => {
        const { days = null, ...dates } = plain(input);
        return setRecordingDeadline(state, { ...dates, days });
      },
    });
  }
}

@Resolver()
export class SetRecordingDeadlineResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, {
    description: 'How many days after a decision it has to be recorded, from a day on.',
  })
  async setRecordingDeadline(
    @Args('input') input: SetRecordingDeadlineInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', SetRecordingDeadline, input);
  }
}
