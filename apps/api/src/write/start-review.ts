import { type CommandDone, executeOnItem } from '@masar/commands';
import { startReview } from '@masar/domain';
import { Args, Context, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RequestContext } from '../platform/request-context.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class StartReviewInput extends ItemCommandInput {}

export class StartReview extends MasarCommand<StartReviewInput> {}

@CommandHandler(StartReview)
export class StartReviewHandler implements ICommandHandler<StartReview> {
  async execute({ context, input }: StartReview): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'startReview',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => startReview(history, plain(input)),
    });
  }
}

@Resolver()
export class StartReviewResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'A workshop takes the item up.' })
  async startReview(
    @Args('input') input: StartReviewInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', StartReview, input);
  }
}
