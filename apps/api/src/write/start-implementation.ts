import { type CommandDone, executeOnItem } from '@masar/commands';
import { startImplementation } from '@masar/domain';
import { Args, Context, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RequestContext } from '../platform/request-context.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class StartImplementationInput extends ItemCommandInput {}

export class StartImplementation extends MasarCommand<StartImplementationInput> {}

@CommandHandler(StartImplementation)
export class StartImplementationHandler implements ICommandHandler<StartImplementation> {
  async execute({ context, input }: StartImplementation): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'startImplementation',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => startImplementation(history, plain(input)),
    });
  }
}

@Resolver()
export class StartImplementationResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'Work on the item begins.' })
  async startImplementation(
    @Args('input') input: StartImplementationInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', StartImplementation, input);
  }
}
