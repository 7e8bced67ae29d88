import { type CommandDone, executeOnItem } from '@masar/commands';
import { completeAction } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class CompleteActionInput extends ItemCommandInput {
  @Field()
  @IsString()
  @Length(1, 60)
  action!: string;
}

export class CompleteAction extends MasarCommand<CompleteActionInput> {}

@CommandHandler(CompleteAction)
export class CompleteActionHandler implements ICommandHandler<CompleteAction> {
  async execute({ context, input }: CompleteAction): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'completeAction',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => completeAction(history, plain(input)),
    });
  }
}

@Resolver()
export class CompleteActionResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'An open action was taken.' })
  async completeAction(
    @Args('input') input: CompleteActionInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', CompleteAction, input);
  }
}
