import { type CommandDone, executeOnItem } from '@masar/commands';
import { reportProgress } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsBoolean, IsOptional } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';
import { ProgressInput } from './report-progress.js';

@InputType()
export class RecordProgressInput extends ProgressInput {
  @Field({
    nullable: true,
    description: 'Record it as it was: no rule is applied, and what it breaks is flagged.',
  })
  @IsOptional()
  @IsBoolean()
  asRecorded?: boolean;
}

export class RecordProgress extends MasarCommand<RecordProgressInput> {}

@CommandHandler(RecordProgress)
export class RecordProgressHandler implements ICommandHandler<RecordProgress> {
  async execute({ context, input }: RecordProgress): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'recordProgress',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => reportProgress(history, plain(input)),
    });
  }
}

@Resolver()
export class RecordProgressResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description:
      'Records what an addressee reported by letter or in a session, on its behalf. The event says who recorded it.',
  })
  async recordProgress(
    @Args('input') input: RecordProgressInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', RecordProgress, input);
  }
}
