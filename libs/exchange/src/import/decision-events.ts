import {
  type Dated,
  type DecidedItem,
  type DecisionRecorded,
  type LoadedItem,
  type Outcome,
  type Relations,
  type SourceRow,
  type Step,
  decide,
  decisionStream,
  declareRelations,
  effectOn,
  evolveRelations,
  itemStream,
  itemsRelated,
  lastDay,
  relationsAdded,
  relationsStream,
  targetsOf,
  withTargets,
} from '@masar/domain';
import { deriveId, relationsOf, standingRelations } from '@masar/commands';
import type { EventStore } from '@masar/event-store';
import type { PlannedAction } from '../mapping/mapped-row.js';
import { type ItemStream, type ItemStreams, placeholder } from './item-streams.js';
import type { ImportContext, RowEvents } from './row-events.js';

/** What a decision needs of the import it is a row of. */
interface Rows {
  readonly context: ImportContext;
  readonly streams: ItemStreams;
  readonly relations: RelationsSoFar;
  item(reference: string, eventId: string): Promise<ItemStream>;
}

/**
 * Stages a decision, what it relates, and its effect on each item, with the ids the effects worker would give them, so
 * that what a crash leaves is finished by whoever comes first.
 */
export async function decisionEvents(
  rows: Rows,
  action: Extract<PlannedAction, { kind: 'decision' }>,
  source: SourceRow,
  events: RowEvents,
): Promise<void> {
  const { programme, illustrative } = rows.context;
  const eventId = events.idOf(action.index);
  const id = deriveId('decision', eventId);
  const items = new Map<string, ItemStream>();
  const resolve = async (reference: string): Promise<string> => {
    const item = await rows.item(reference, eventId);
    const key = item.name.slice(itemStream('').length);
    items.set(key, item);
    return key;
  };
  const outcome = await resolved(action.outcome, resolve);
  const { reason } = action;
  const decided: DecidedItem[] = [];
  for (const reference of action.items) {
    decided.push({ item: await resolve(reference), outcome, ...(reason && { reason }) });
  }
  const { body, workshop, session, minutes, mode, method, note, votes, quorum, positions, basis, dates } =
    action;
  const about = {
    body,
    workshop,
    session,
    minutes,
    mode,
    method,
    note,
    votes,
    quorum,
    positions,
    basis,
    illustrative: illustrative || undefined,
  };
  // What is recorded as it was is not checked against the items: they need only be there.
  const there = [...items.keys()].map((key): [string, LoadedItem] => [
    key,
    { history: [placeholder], revision: 0 },
  ]);
  const input = { ...dates, ...about, id, programme, items: decided, asRecorded: true };
  const recorded = decide(input, { items: new Map(there), relations: [] });
  const stream = await rows.streams.get(decisionStream(id));
  if (!events.has(stream, eventId)) {
    events.stage(stream, eventId, { ...recorded, data: { ...recorded.data, source } });
  }
  const relation = await rows.relations.stage(recorded, eventId, events);
  for (const each of decided) {
    const item = items.get(each.item)!;
    const effectId = events.effectIdOf(eventId, item.name);
    if (events.has(item, effectId)) continue;
    const effect = effectOn(recorded, each, rows.streams.history(item), relation);
    if (effect) events.stage(item, effectId, effect, eventId);
  }
}

async function resolved(outcome: Outcome, resolve: (reference: string) => Promise<string>): Promise<Outcome> {
  const targets: string[] = [];
  for (const target of targetsOf(outcome)) targets.push(await resolve(target));
  return withTargets(outcome, targets);
}

/** How the programme's items relate, as the store and the rows so far have it. */
export class RelationsSoFar {
  private relations: Relations | undefined;

  constructor(
    private readonly programme: string,
    private readonly streams: ItemStreams,
    private readonly store: Pick<EventStore, 'readStream'>,
  ) {}

  /** Stages the decision's one event on the relations stream; undefined where it relates no items. */
  async stage(
    decision: Dated<DecisionRecorded>,
    decisionEventId: string,
    events: RowEvents,
  ): Promise<'declared' | 'lapsed' | undefined> {
    const { id, items } = decision.data;
    const related = itemsRelated(items).map(({ item }) => item);
    if (related.length === 0) return undefined;
    const name = relationsStream(this.programme);
    this.relations ??= relationsOf(await this.store.readStream(name));
    const before = this.relations;
    const known = before.decisions[id];
    if (known) return known;
    const historyOf = async (item: string) => this.streams.history(await this.streams.get(itemStream(item)));
    const histories = new Map<string, readonly Step[]>();
    for (const item of related) histories.set(item, await historyOf(item));
    const added = relationsAdded(items);
    const standing = await standingRelations(before, added, new Set(related), historyOf);
    const event = declareRelations(decision, histories, standing);
    if (!event) return undefined;
    const { decidedOn, effective } = decision;
    const stream = await this.streams.get(name);
    events.stage(
      stream,
      deriveId('relations', decisionEventId),
      { ...event, decidedOn, effective },
      decisionEventId,
    );
    this.relations = evolveRelations(before, event, { effective, recordedAt: lastDay });
    events.onUndo(() => (this.relations = before));
    return this.relations.decisions[id];
  }
}
