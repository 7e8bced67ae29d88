import { type CommandDone, executeUnrelate } from '@masar/commands';
import { Args, Context, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RequestContext } from '../platform/request-context.js';
import { MasarCommand, plain } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';
import { RelateItemsInput } from './relate-items.js';

@InputType()
export class UnrelateItemsInput extends RelateItemsInput {}

export class UnrelateItems extends MasarCommand<UnrelateItemsInput> {}

@CommandHandler(UnrelateItems)
export class UnrelateItemsHandler implements ICommandHandler<UnrelateItems> {
  async execute({ context, input }: UnrelateItems): Promise<CommandDone> {
    const { commandId: _id, expectedRevision, ...relation } = plain(input);
    return executeUnrelate(context, relation, expectedRevision);
  }
}

@Resolver()
export class UnrelateItemsResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'Takes back how one item stood to another, from a day on. Says why.',
  })
  async unrelateItems(
    @Args('input') input: UnrelateItemsInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', UnrelateItems, input);
  }
}
