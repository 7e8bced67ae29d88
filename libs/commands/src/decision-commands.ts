import type { RecordedEvent } from '@masar/event-store';
import {
  type Dated,
  type DecisionInput,
  type DecisionRecorded,
  type LoadedItem,
  type Programme,
  type StandingRelation,
  type Step,
  bodyStream,
  decide,
  decisionStream,
  declareRelations,
  decode,
  effectOn,
  itemStream,
  itemsRelated,
  mentionedIn,
  normaliseProgramme,
  programmeStream,
  relationsAdded,
  relationsStream,
  targetsOf,
  undoneBy,
} from '@masar/domain';
import { bodyOf, historyOf, programmeOf, relationsOf, reservedFor } from './aggregates.js';
import { type CommandContext, asDated, deriveId } from './context.js';
import { type CommandDone, execute } from './execute.js';
import { finishOnStream, finishOnce } from './finish.js';
import { standingRelations } from './standing-relations.js';

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
      const [items, body, undone, programme] = await Promise.all([
        loadItems(context, input),
        input.body === undefined
          ? undefined
          : context.store.readStream(bodyStream(input.programme, input.body)).then(bodyOf),
        loadUndone(context, input),
        loadMentioned(context, input),
      ]);
      const relations = await relationsAround(context, input);
      return [decide({ ...input, id }, { items, relations, body, undone, programme })];
    },
  });
  const recorded = done.events[0]!;
  const { pending, position } = await finishDecision(context, recorded);
  return { ...done, decision: id, effectsUpTo: Math.max(done.position, position), pending };
}

/** What stands between the items one can get to from those the decision makes others of. */
async function relationsAround(
  { store }: CommandContext,
  { programme, items }: Omit<DecisionInput, 'id'>,
): Promise<readonly StandingRelation[]> {
  const related = new Set(itemsRelated(items).map(({ item }) => item));
  if (related.size === 0) return [];
  const relations = relationsOf(await store.readStream(relationsStream(programme)));
  return standingRelations(relations, relationsAdded(items), related, (item) =>
    store.readStream(itemStream(item)).then(historyOf),
  );
}

async function loadItems(
  { store }: CommandContext,
  input: Omit<DecisionInput, 'id'>,
): Promise<ReadonlyMap<string, LoadedItem>> {
  const ids = [...new Set(input.items.flatMap(({ item, outcome }) => [item, ...targetsOf(outcome)]))];
  const loaded = await Promise.all(
    ids.map(async (id): Promise<[string, LoadedItem] | undefined> => {
      const events = await store.readStream(itemStream(id));
      if (events.length === 0 || reservedFor(events) !== undefined) return undefined;
      return [id, { history: historyOf(events), revision: events.at(-1)!.revision }];
    }),
  );
  return new Map(loaded.filter((entry) => entry !== undefined));
}

/** The programme, where an outcome mentions something of it. */
async function loadMentioned(
  { store }: CommandContext,
  { items, programme }: Omit<DecisionInput, 'id'>,
): Promise<Programme | undefined> {
  if (items.every(({ outcome }) => mentionedIn(outcome).length === 0)) return undefined;
  return programmeOf(await store.readStream(programmeStream(programme)));
}

/** The decisions that these outcomes undo, as they were recorded; those there are not are missing. */
async function loadUndone(
  { store }: CommandContext,
  { items, programme }: Omit<DecisionInput, 'id'>,
): Promise<ReadonlyMap<string, DecisionRecorded['data']>> {
  const ids = [...new Set(items.map(({ outcome }) => undoneBy(outcome)))].filter((id) => id !== undefined);
  const loaded = await Promise.all(
    ids.map(async (id) => (await store.readStream(decisionStream(id), { limit: 1 }))[0]),
  );
  return new Map(
    loaded
      .filter((recorded) => recorded !== undefined)
      .map((recorded) => (decode(recorded) as DecisionRecorded).data)
      // Another programme's decision is none of this one's.
      .filter((data) => normaliseProgramme(data.programme) === normaliseProgramme(programme))
      .map((data) => [data.id, data]),
  );
}

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
