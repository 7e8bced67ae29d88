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
export class ConfirmCorrectionInput extends AnswerCorrectionInput {}

export class ConfirmCorrection extends MasarCommand<ConfirmCorrectionInput, CorrectionDone> {}

@CommandHandler(ConfirmCorrection)
export class ConfirmCorrectionHandler implements ICommandHandler<ConfirmCorrection> {
  async execute({ context, input }: ConfirmCorrection): Promise<CorrectionDone> {
    const { commandId: _id, expectedRevision: _revision, ...answer } = plain(input);
    return executeAnswer(context, 'confirm', answer);
  }
}

@Resolver()
export class ConfirmCorrectionResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('confirm')
  @Mutation(() => CommandResult, {
    description: 'Confirms what somebody else proposed: everything it names is corrected.',
  })
  async confirmCorrection(
    @Args('input') input: ConfirmCorrectionInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'confirm', ConfirmCorrection, input);
  }
}
