import { type CommandDone, executeOnItem } from '@masar/commands';
import { propose } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsOptional, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class ProposeItemInput extends ItemCommandInput {
  @Field({ nullable: true, description: 'Reference of the workshop it is put before.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  workshop?: string;
}

export class ProposeItem extends MasarCommand<ProposeItemInput> {}

@CommandHandler(ProposeItem)
export class ProposeItemHandler implements ICommandHandler<ProposeItem> {
  async execute({ context, input }: ProposeItem): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'proposeItem',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => propose(history, plain(input)),
    });
  }
}

@Resolver()
export class ProposeItemResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'Puts the item before a workshop.' })
  async proposeItem(
    @Args('input') input: ProposeItemInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', ProposeItem, input);
  }
}
