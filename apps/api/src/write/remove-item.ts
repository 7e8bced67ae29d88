import { type CommandDone, executeOnItem } from '@masar/commands';
import { remove } from '@masar/domain';
import { Args, Context, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RequestContext } from '../platform/request-context.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RemoveItemInput extends ItemCommandInput {}

export class RemoveItem extends MasarCommand<RemoveItemInput> {}

@CommandHandler(RemoveItem)
export class RemoveItemHandler implements ICommandHandler<RemoveItem> {
  async execute({ context, input }: RemoveItem): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'removeItem',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => remove(history, plain(input)),
    });
  }
}

@Resolver()
export class RemoveItemResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'Takes the item off the register; its history stays.' })
  async removeItem(
    @Args('input') input: RemoveItemInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', RemoveItem, input);
  }
}
