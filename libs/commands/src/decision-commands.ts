import { type DecisionInput, decide, decisionStream, readDates } from '@masar/domain';
import { type CommandContext, deriveId } from './context.js';
import { decisionSurroundings } from './decision-surroundings.js';
import { type CommandDone, execute } from './execute.js';
import { finishDecision } from './finish-decision.js';
import { flagsNow } from './recording-flags.js';

export interface DecisionDone extends CommandDone {
  /** Id of the decision, derived from the command: a retry has the same. */
  readonly decision: string;
  /** Position of the last effect that stands; at least the decision's own. */
  readonly effectsUpTo: number;
  /** Items whose effect is not recorded yet; a worker finishes them within seconds. */
  readonly pending: readonly string[];
}

/**
 * Records a decision after checking it against every item, then its effects, one event on each item. Where the effects
 * cannot be finished now, they are named as pending and finished by a worker.
 */
export async function executeDecision(
  context: CommandContext,
  input: Omit<DecisionInput, 'id'>,
): Promise<DecisionDone> {
  const id = deriveId('decision', context.actor.subject, context.commandId);
  const done = await execute(context, {
    type: 'recordDecision',
    request: input,
    stream: decisionStream(id),
    decide: async () => {
      const around = await decisionSurroundings(context, input);
      const { decidedOn } = readDates(input);
      const late = await flagsNow(context, { ...input, decidedOn });
      return [decide({ ...input, id, flags: [...(input.flags ?? []), ...late] }, around)];
    },
  });
  const recorded = done.events[0]!;
  const { pending, position } = await finishDecision(context, recorded);
  return { ...done, decision: id, effectsUpTo: Math.max(done.position, position), pending };
}
