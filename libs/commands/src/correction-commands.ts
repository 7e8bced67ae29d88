import type { RecordedEvent } from '@masar/event-store';
import {
  type Correction,
  type CorrectionEvent,
  type CorrectionTarget,
  type Dated,
  type DecisionRecorded,
  type GivenDates,
  type LangText,
  Refusal,
  type Step,
  confirmCorrection,
  correctionOfDecision,
  correctionOn,
  correctionStream,
  decisionStream,
  declineCorrection,
  decode,
  evolveCorrection,
  findCycle,
  itemStream,
  noCorrection,
  normaliseProgramme,
  proposeCorrection,
  relationsCorrected,
  relationsStream,
  requireNoCycle,
  requireStillReads,
  withdrawCorrection,
} from '@masar/domain';
import { historyOf, relationsOf } from './aggregates.js';
import { type CommandContext, asDated, deriveId } from './context.js';
import type { Finished } from './finish-decision.js';
import { type CommandDone, execute } from './execute.js';
import { finishOnStream, finishOnce, positionOfEffect } from './finish.js';
import { standingRelations } from './standing-relations.js';

export interface CorrectionDone extends CommandDone {
  readonly correction: string;
  /** Position of the last event it left on what it corrects; its own where it left none yet. */
  readonly effectsUpTo: number;
  /** Items not corrected yet; a worker finishes them within seconds. */
  readonly pending: readonly string[];
}

/** A correction as its stream has it, with who proposed it. */
export function correctionOf(events: readonly RecordedEvent[]): Correction {
  return events.reduce(
    (state, event) => evolveCorrection(state, decode(event) as CorrectionEvent, event.actor.subject),
    noCorrection,
  );
}

interface Proposal extends GivenDates {
  readonly programme: string;
  readonly target: CorrectionTarget;
  readonly reason?: LangText;
  readonly illustrative?: boolean;
}

/** Proposes a correction; nothing is corrected until somebody else confirms it. */
export async function executeProposal(context: CommandContext, input: Proposal): Promise<CorrectionDone> {
  const id = deriveId('correction', context.actor.subject, context.commandId);
  const done = await execute(context, {
    type: 'proposeCorrection',
    request: input,
    stream: correctionStream(id),
    decide: async () => {
      const histories = await historiesOf(context, await itemsReached(context, input));
      const proposed = proposeCorrection({ ...input, id }, histories);
      const correction = evolveCorrection(noCorrection, proposed, context.actor.subject);
      await requireNoCircle(context, correction, proposed, input.target.kind);
      return [proposed];
    },
  });
  return { ...done, correction: id, effectsUpTo: done.position, pending: [] };
}

/** The items a correction is about. @throws Refusal `NOT_FOUND` */
async function itemsReached(
  { store }: CommandContext,
  { programme, target }: Proposal,
): Promise<readonly string[]> {
  return target.kind === 'decision' ? itemsOf(store, programme, target.decision) : [target.item];
}

async function historiesOf(
  { store }: CommandContext,
  items: readonly string[],
): Promise<ReadonlyMap<string, readonly Step[]>> {
  const loaded = items.map(async (item): Promise<[string, readonly Step[]]> => [
    item,
    historyOf(await store.readStream(itemStream(item))),
  ]);
  return new Map(await Promise.all(loaded));
}

/**
 * Refuses a correction after which an item would follow from itself: what it brings back ended once, and something that
 * leads back was recorded since.
 *
 * @param confirmed the confirmation, or the proposal, which will be confirmed as it is
 * @param path where the refusal stands in the input
 * @throws Refusal `RELATION_CYCLE`
 */
async function requireNoCircle(
  context: CommandContext,
  correction: Correction,
  confirmed: Dated<CorrectionEvent>,
  path: string,
): Promise<void> {
  const { programme, items } = correction;
  const after = relationsCorrected(correction, confirmed, await historiesOf(context, items));
  if (after.length === 0) return;
  const relations = relationsOf(await context.store.readStream(relationsStream(programme)));
  const standing = await standingRelations(relations, [], new Set(items), async (item) =>
    historyOf(await context.store.readStream(itemStream(item))),
  );
  requireNoCycle(findCycle(standing, after), path);
}

async function itemsOf(
  store: CommandContext['store'],
  programme: string,
  decision: string,
): Promise<readonly string[]> {
  const [first] = await store.readStream(decisionStream(decision), { limit: 1 });
  const recorded = first && (decode(first) as DecisionRecorded);
  if (!recorded || normaliseProgramme(recorded.data.programme) !== normaliseProgramme(programme)) {
    throw new Refusal('NOT_FOUND', `there is no decision ${decision} in ${programme}`, [
      { path: 'decision.id', message: 'is the id of none' },
    ]);
  }
  return recorded.data.items.map(({ item }) => item);
}

interface Answer extends GivenDates {
  readonly programme: string;
  /** Id of the correction. */
  readonly correction: string;
  readonly reason?: LangText;
  readonly illustrative?: boolean;
}

const answers = {
  confirm: confirmCorrection,
  decline: declineCorrection,
  withdraw: withdrawCorrection,
} as const;

/** Answers a proposed correction; confirmed, it leaves its one event on everything it corrects. */
export async function executeAnswer(
  context: CommandContext,
  answer: keyof typeof answers,
  input: Answer,
): Promise<CorrectionDone> {
  const done = await execute(context, {
    type: `${answer}Correction`,
    request: input,
    stream: correctionStream(input.correction),
    decide: async (events) => {
      const correction = correctionOf(events);
      const own =
        normaliseProgramme(correction.programme || input.programme) === normaliseProgramme(input.programme);
      const answered = answers[answer](own ? correction : noCorrection, input, context.actor.subject);
      const { target } = correction;
      if (answer === 'confirm' && target?.kind === 'text') {
        requireStillReads(correction, historyOf(await context.store.readStream(itemStream(target.item))));
      }
      if (answer === 'confirm') await requireNoCircle(context, correction, answered, 'correction');
      return [answered];
    },
  });
  const { pending, position } = answer === 'confirm' ? await finishCorrection(context, done.events) : nothing;
  return {
    ...done,
    correction: input.correction,
    effectsUpTo: Math.max(done.position, position),
    pending,
  };
}

const nothing: Finished = { position: 0, pending: [] };

/**
 * Brings a confirmed correction to exactly one event on each stream it corrects. Safe to call again, from any node.
 *
 * @param events of the correction's stream
 */
export async function finishCorrection(
  context: Pick<CommandContext, 'store'>,
  events: readonly RecordedEvent[],
): Promise<Finished> {
  const recorded = events.find(({ type }) => type === 'CorrectionConfirmed');
  if (!recorded) return nothing;
  const correction = correctionOf(events);
  const confirmed = asDated<CorrectionEvent>(recorded, decode(recorded));
  const { target, items } = correction;
  const decision = correctionOfDecision(correction, confirmed);
  let position = 0;
  try {
    if (target?.kind === 'decision' && decision) {
      const on = await finishOnce(context, decisionStream(target.decision), recorded, () => decision);
      position = positionOfEffect(on, recorded);
    }
  } catch (error) {
    return { position, pending: items, error };
  }
  const finished = await Promise.all(
    items.map(async (item): Promise<Finished> => {
      try {
        const stream = itemStream(item);
        const on = await finishOnStream(context, stream, recorded, (history) =>
          correctionOn(correction, confirmed, history),
        );
        return { position: positionOfEffect(on, recorded), pending: [] };
      } catch (error) {
        return { position: 0, pending: [item], error };
      }
    }),
  );
  const failed = finished.find(({ error }) => error !== undefined);
  return {
    position: Math.max(position, ...finished.map((one) => one.position)),
    pending: finished.flatMap((one) => one.pending),
    ...(failed && { error: failed.error }),
  };
}
