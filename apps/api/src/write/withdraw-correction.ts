import { type CorrectionDone, executeAnswer } from '@masar/commands';
import { Args, Context, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RequestContext } from '../platform/request-context.js';
import { AnswerCorrectionInput } from './correction-input.js';
import { MasarCommand, plain } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class WithdrawCorrectionInput extends AnswerCorrectionInput {}

export class WithdrawCorrection extends MasarCommand<WithdrawCorrectionInput, CorrectionDone> {}

@CommandHandler(WithdrawCorrection)
export class WithdrawCorrectionHandler implements ICommandHandler<WithdrawCorrection> {
  async execute({ context, input }: WithdrawCorrection): Promise<CorrectionDone> {
    const { commandId: _id, expectedRevision: _revision, ...answer } = plain(input);
    return executeAnswer(context, 'withdraw', answer);
  }
}

@Resolver()
export class WithdrawCorrectionResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'Takes back a correction one proposed oneself.' })
  async withdrawCorrection(
    @Args('input') input: WithdrawCorrectionInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', WithdrawCorrection, input);
  }
}
