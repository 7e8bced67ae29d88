import { type CommandDone, executeOnItem } from '@masar/commands';
import { rescheduleAction } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { EdtfScalar } from '../schema/scalars.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RescheduleActionInput extends ItemCommandInput {
  @Field()
  @IsString()
  @Length(1, 60)
  action!: string;

  @Field(() => EdtfScalar)
  @IsString()
  due!: string;
}

export class RescheduleAction extends MasarCommand<RescheduleActionInput> {}

@CommandHandler(RescheduleAction)
export class RescheduleActionHandler implements ICommandHandler<RescheduleAction> {
  async execute({ context, input }: RescheduleAction): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'rescheduleAction',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => rescheduleAction(history, plain(input)),
    });
  }
}

@Resolver()
export class RescheduleActionResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description:
      'Gives an open action another due date, for a reason. The former ones stay visible as slips.',
  })
  async rescheduleAction(
    @Args('input') input: RescheduleActionInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', RescheduleAction, input);
  }
}
