import { type CommandDone, executeOnItem } from '@masar/commands';
import { mentionsOf, addressItem } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ArrayMaxSize, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class AddressItemInput extends ItemCommandInput {
  @Field(() => [String], {
    description: 'References of the organisations it is addressed to from now on: one or more.',
  })
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(50)
  addressees!: string[];
}

export class AddressItem extends MasarCommand<AddressItemInput> {}

@CommandHandler(AddressItem)
export class AddressItemHandler implements ICommandHandler<AddressItem> {
  async execute({ context, input }: AddressItem): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'addressItem',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      mentions: mentionsOf('organisation', input.addressees, 'addressees'),
      decide: (history) => addressItem(history, plain(input)),
    });
  }
}

@Resolver()
export class AddressItemResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description:
      'Addresses the item to one organisation or more. What those of before answered stays in the history.',
  })
  async addressItem(
    @Args('input') input: AddressItemInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', AddressItem, input);
  }
}
