import { type CommandDone, executeOnItem } from '@masar/commands';
import { withdrawEvidence } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class WithdrawEvidenceInput extends ItemCommandInput {
  @Field()
  @IsString()
  @Length(1, 60)
  evidence!: string;
}

export class WithdrawEvidence extends MasarCommand<WithdrawEvidenceInput> {}

@CommandHandler(WithdrawEvidence)
export class WithdrawEvidenceHandler implements ICommandHandler<WithdrawEvidence> {
  async execute({ context, input }: WithdrawEvidence): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'withdrawEvidence',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => withdrawEvidence(history, plain(input)),
    });
  }
}

@Resolver()
export class WithdrawEvidenceResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'A piece of evidence is relied on no more. Says why.' })
  async withdrawEvidence(
    @Args('input') input: WithdrawEvidenceInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', WithdrawEvidence, input);
  }
}
