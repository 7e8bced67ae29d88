import type { Permission } from '@masar/access';
import type { CommandContext, CommandDone, CorrectionDone, DecisionDone } from '@masar/commands';
import { Refusal } from '@masar/domain';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { BACKEND, type Backend } from '../backend.js';
import type { RequestContext } from '../platform/request-context.js';
import type { MasarCommand } from './command.js';
import { CommandAccepted, CommandRefused, type CommandResult } from './command-result.js';
import { changedThing } from './changed.js';
import { freeTextWarnings } from './free-text.js';

interface AnyInput {
  readonly commandId: string;
  readonly programme?: string;
  readonly reference?: string;
}

/** What every mutation does around its command: permission before, the one result union after. */
@Injectable()
export class Mutations {
  constructor(
    private readonly bus: CommandBus,
    @Inject(BACKEND) private readonly backend: Backend,
  ) {}

  /**
   * Carries a command out for whoever asks.
   *
   * @returns accepted, or refused by a rule of the domain
   * @throws ApiError `FORBIDDEN`
   */
  async run<I extends AnyInput>(
    request: RequestContext,
    permission: Permission,
    Command: new (context: CommandContext, input: I) => MasarCommand<I>,
    input: I,
  ): Promise<typeof CommandResult> {
    const done = await this.perform(request, permission, Command, input);
    return done instanceof CommandRefused ? done : accepted(done, input);
  }

  /**
   * As {@link run}, for a mutation with an answer of its own.
   *
   * @throws ApiError `FORBIDDEN`
   */
  async perform<I extends AnyInput, R extends CommandDone>(
    request: RequestContext,
    permission: Permission,
    Command: new (context: CommandContext, input: I) => MasarCommand<I, R>,
    input: I,
  ): Promise<R | CommandRefused> {
    // A programme that is being registered is named by its own reference.
    request.require(permission, input.programme ?? input.reference);
    const context = { ...this.backend, actor: request.actor, commandId: input.commandId };
    try {
      return await this.bus.execute(new Command(context, input));
    } catch (error) {
      if (error instanceof Refusal) return CommandRefused.of(error);
      throw error;
    }
  }
}

function accepted(done: CommandDone | DecisionDone | CorrectionDone, input: object): CommandAccepted {
  const { position, revision, recordedAt, duplicate } = done;
  return Object.assign(new CommandAccepted(), {
    // What a reader must wait for to see all of the command's effect.
    position: 'effectsUpTo' in done ? done.effectsUpTo : position,
    revision,
    recordedAt,
    duplicate,
    pending: 'pending' in done ? done.pending : [],
    warnings: freeTextWarnings(input),
    changed: changedThing(done.events),
  });
}
