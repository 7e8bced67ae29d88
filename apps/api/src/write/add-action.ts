import { type CommandDone, executeOnItem } from '@masar/commands';
import { type LangText, mentionOf, addAction } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsObject, IsOptional, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { EdtfScalar, LangTextScalar } from '../schema/scalars.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class AddActionInput extends ItemCommandInput {
  @Field({ description: 'A name of its own within the item. The action of the plan is called first.' })
  @IsString()
  @Length(1, 60)
  action!: string;

  @Field(() => LangTextScalar)
  @IsObject()
  description!: LangText;

  @Field(() => EdtfScalar, {
    nullable: true,
    description: 'When it is due; the original due date stays for ever.',
  })
  @IsOptional()
  @IsString()
  due?: string;

  @Field({ nullable: true, description: 'Reference of the organisation that takes the step.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  owner?: string;
}

export class AddAction extends MasarCommand<AddActionInput> {}

@CommandHandler(AddAction)
export class AddActionHandler implements ICommandHandler<AddAction> {
  async execute({ context, input }: AddAction): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'addAction',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      mentions: mentionOf('organisation', input.owner, 'owner'),
      decide: (history) => addAction(history, plain(input)),
    });
  }
}

@Resolver()
export class AddActionResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'A further step towards the item.' })
  async addAction(
    @Args('input') input: AddActionInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', AddAction, input);
  }
}
