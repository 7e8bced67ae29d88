import { type CorrectionDone, executeAnswer } from '@masar/commands';
import { Args, Context, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { AnswerCorrectionInput } from './correction-input.js';
import { MasarCommand, plain } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class DeclineCorrectionInput extends AnswerCorrectionInput {}

export class DeclineCorrection extends MasarCommand<DeclineCorrectionInput, CorrectionDone> {}

@CommandHandler(DeclineCorrection)
export class DeclineCorrectionHandler implements ICommandHandler<DeclineCorrection> {
  async execute({ context, input }: DeclineCorrection): Promise<CorrectionDone> {
    const { commandId: _id, expectedRevision: _revision, ...answer } = plain(input);
    return executeAnswer(context, 'decline', answer);
  }
}

@Resolver()
export class DeclineCorrectionResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('confirm')
  @Mutation(() => CommandResult, {
    description: 'Declines what somebody proposed, saying why; nothing is corrected.',
  })
  async declineCorrection(
    @Args('input') input: DeclineCorrectionInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'confirm', DeclineCorrection, input);
  }
}
