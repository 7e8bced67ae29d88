import type { RecordedEvent } from '@masar/event-store';
import {
  type Dated,
  type DecisionRecorded,
  type Step,
  declareRelations,
  decode,
  effectOn,
  itemStream,
  itemsRelated,
  relationsAdded,
  relationsStream,
} from '@masar/domain';
import { historyOf, relationsOf } from './aggregates.js';
import { type CommandContext, asDated, deriveId } from './context.js';
import { finishOnStream, finishOnce } from './finish.js';
import { standingRelations } from './standing-relations.js';

export interface Finished {
  /** Position of the last effect found or recorded; 0 where there is none. */
  readonly position: number;
  readonly pending: readonly string[];
  /** Why the pending ones could not be finished; undefined where none is pending. */
  readonly error?: unknown;
}

/**
 * Brings a recorded decision to exactly one event on each of its items. Safe to call again, from any node, after any
 * crash; what fails is left pending and the rest is finished.
 */
export async function finishDecision(
  context: Pick<CommandContext, 'store'>,
  recorded: RecordedEvent,
): Promise<Finished> {
  const decision = asDated<DecisionRecorded>(recorded, decode(recorded));
  const { id, items } = decision.data;
  let relation: 'declared' | 'lapsed' | undefined;
  try {
    relation = await finishRelations(context, recorded, decision);
  } catch (error) {
    return { position: 0, pending: items.map(({ item }) => item), error };
  }
  const outcomes = await Promise.all(
    items.map(async (decided) => {
      try {
        const events = await finishOnStream(context, itemStream(decided.item), recorded, (history) =>
          effectOn(decision, decided, history, relation),
        );
        return {
          item: decided.item,
          position: events.find((event) => event.data['decision'] === id)?.position ?? 0,
        };
      } catch (error) {
        return { item: decided.item, error };
      }
    }),
  );
  const failed = outcomes.filter((outcome) => outcome.position === undefined);
  return {
    position: Math.max(0, ...outcomes.map((outcome) => outcome.position ?? 0)),
    pending: failed.map(({ item }) => item),
    ...(failed.length > 0 && { error: failed[0]!.error }),
  };
}

/** The decision's one event on the relations stream; undefined where no item goes on as another for it. */
async function finishRelations(
  context: Pick<CommandContext, 'store'>,
  recorded: RecordedEvent,
  decision: Dated<DecisionRecorded>,
): Promise<'declared' | 'lapsed' | undefined> {
  const { id, programme, items } = decision.data;
  const related = itemsRelated(items).map(({ item }) => item);
  if (related.length === 0) return undefined;
  const historyOfItem = (item: string) => context.store.readStream(itemStream(item)).then(historyOf);
  const events = await finishOnce(
    context,
    relationsStream(programme),
    recorded,
    async (before) => {
      const relations = relationsOf(before);
      const histories = new Map(
        await Promise.all(
          related.map(async (item): Promise<[string, readonly Step[]]> => [item, await historyOfItem(item)]),
        ),
      );
      const added = relationsAdded(items);
      const standing = await standingRelations(relations, added, new Set(related), historyOfItem);
      const event = declareRelations(decision, histories, standing);
      return event && { ...event, decidedOn: decision.decidedOn, effective: decision.effective };
    },
    deriveId('relations', recorded.id),
  );
  return relationsOf(events).decisions[id];
}
