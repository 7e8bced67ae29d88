import { type CommandDone, executeOnItem } from '@masar/commands';
import { dropAction } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class DropActionInput extends ItemCommandInput {
  @Field()
  @IsString()
  @Length(1, 60)
  action!: string;
}

export class DropAction extends MasarCommand<DropActionInput> {}

@CommandHandler(DropAction)
export class DropActionHandler implements ICommandHandler<DropAction> {
  async execute({ context, input }: DropAction): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'dropAction',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => dropAction(history, plain(input)),
    });
  }
}

@Resolver()
export class DropActionResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'An open action will not be taken. Says why.' })
  async dropAction(
    @Args('input') input: DropActionInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', DropAction, input);
  }
}
