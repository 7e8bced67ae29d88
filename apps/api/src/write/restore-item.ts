import { type CommandDone, executeOnItem } from '@masar/commands';
import { restore } from '@masar/domain';
import { Args, Context, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RequestContext } from '../platform/request-context.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RestoreItemInput extends ItemCommandInput {}

export class RestoreItem extends MasarCommand<RestoreItemInput> {}

@CommandHandler(RestoreItem)
export class RestoreItemHandler implements ICommandHandler<RestoreItem> {
  async execute({ context, input }: RestoreItem): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'restoreItem',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => restore(history, plain(input)),
    });
  }
}

@Resolver()
export class RestoreItemResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'Puts a removed item back on the register.' })
  async restoreItem(
    @Args('input') input: RestoreItemInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', RestoreItem, input);
  }
}
