import { type CommandDone, executeOnItem } from '@masar/commands';
import { withdraw } from '@masar/domain';
import { Args, Context, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RequestContext } from '../platform/request-context.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class WithdrawItemInput extends ItemCommandInput {}

export class WithdrawItem extends MasarCommand<WithdrawItemInput> {}

@CommandHandler(WithdrawItem)
export class WithdrawItemHandler implements ICommandHandler<WithdrawItem> {
  async execute({ context, input }: WithdrawItem): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'withdrawItem',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => withdraw(history, plain(input)),
    });
  }
}

@Resolver()
export class WithdrawItemResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'Takes the item back: an end. Says why.' })
  async withdrawItem(
    @Args('input') input: WithdrawItemInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', WithdrawItem, input);
  }
}
