import type { DecidedItem, DecisionRecorded } from './decision.js';
import { requireApplicable } from './decision-effects.js';
import type { EffectEvent } from './decision-kind.js';
import { type Dated, withoutUndefined } from './event.js';
import { historyWith, itemWhen } from './item/decisions.js';
import { standingSuccessions } from './item/succession.js';
import { type Step, stateOf } from './item/timeline.js';
import { eventOf, relationOf, releasesRelations, targetsOf, undoneBy } from './outcome.js';
import { Refusal } from './refusal.js';
import { type Relation, type StandingRelation, findCycle } from './relation-cycles.js';
import type { RelationEvent } from './relations.js';

/** The relations a decision adds. */
export function relationsAdded(items: readonly DecidedItem[]): Relation[] {
  return items.flatMap(({ item, outcome }) => {
    const kind = relationOf(outcome);
    return kind === undefined ? [] : targetsOf(outcome).map((to) => ({ kind, from: item, to }));
  });
}

/** The items of a decision that may go on as others than before: by what it makes of them, reopens or undoes. */
export function itemsRelated(items: readonly DecidedItem[]): DecidedItem[] {
  return items.filter(
    ({ outcome }) =>
      relationOf(outcome) !== undefined || releasesRelations(outcome) || undoneBy(outcome) !== undefined,
  );
}

/** What of a decision its relations follow from. */
type Deciding = Pick<DecisionRecorded['data'], 'id' | 'items' | 'body' | 'sessionOrder' | 'asRecorded'>;

/**
 * What the items of {@link itemsRelated} go on as, on all days, once a decision has had its effect on each. Where it
 * cannot have one as the item is now, what the item goes on as already is there too: the effect may lapse.
 *
 * @param histories of those items, by id
 */
export function relationsAfter(
  decision: Deciding,
  effective: string | null,
  histories: ReadonlyMap<string, readonly Step[]>,
): StandingRelation[] {
  return itemsRelated(decision.items).flatMap((decided) => {
    const { item } = decided;
    const history = histories.get(item) ?? [];
    if (Object.hasOwn(stateOf(history).decisions, decision.id)) return standingSuccessions(item, history);
    const event = effectOf(decision, decided, effective, history);
    const after = standingSuccessions(item, historyWith(history, event, effective));
    return decision.asRecorded || isApplicable(history, event, effective)
      ? after
      : [...standingSuccessions(item, history), ...after];
  });
}

function effectOf(
  { id, body, sessionOrder }: Deciding,
  { outcome }: DecidedItem,
  effective: string | null,
  history: readonly Step[],
): EffectEvent {
  const event = eventOf(outcome, itemWhen(history, effective, sessionOrder), body);
  const data = withoutUndefined({ ...event.data, decision: id, sessionOrder });
  return { type: event.type, data } as EffectEvent;
}

function isApplicable(history: readonly Step[], event: EffectEvent, effective: string | null): boolean {
  try {
    requireApplicable(history, itemWhen(history, effective, event.data.sessionOrder), event, effective);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/**
 * The one event a decision leaves on the relations stream: declared, or lapsed where a cycle came up meanwhile. Undefined
 * where no item goes on as another for it.
 *
 * @param histories of the items of {@link itemsRelated}, by id
 * @param standing what stands between the items one can get to from those
 */
export function declareRelations(
  decision: Dated<DecisionRecorded>,
  histories: ReadonlyMap<string, readonly Step[]>,
  standing: readonly StandingRelation[],
): RelationEvent | undefined {
  const { id, items, illustrative } = decision.data;
  const after = relationsAfter(decision.data, decision.effective, histories);
  const added = [...relationsAdded(items), ...revived(items, histories, after)];
  if (added.length === 0) return undefined;
  if (findCycle(standing, after)) {
    return { type: 'RelationsLapsed', data: { decision: id, code: 'RELATION_CYCLE' } };
  }
  const released = items.filter(({ outcome }) => releasesRelations(outcome)).map(({ item }) => item);
  const data = { decision: id, added, released, ...(illustrative && { illustrative }) };
  return { type: 'RelationsDeclared', data };
}

/** The relations that stand again, or for longer, since what had ended them is undone. */
function revived(
  items: readonly DecidedItem[],
  histories: ReadonlyMap<string, readonly Step[]>,
  after: readonly StandingRelation[],
): Relation[] {
  return items
    .filter(({ outcome }) => undoneBy(outcome) !== undefined)
    .flatMap(({ item }) => {
      const before = standingSuccessions(item, histories.get(item) ?? []);
      return after.filter((one) => one.from === item && !before.some((known) => covers(known, one)));
    })
    .map(({ kind, from, to }) => ({ kind, from, to }));
}

function covers(known: StandingRelation, one: StandingRelation): boolean {
  const lasts = known.until === undefined || (one.until !== undefined && one.until <= known.until);
  return known.kind === one.kind && known.to === one.to && known.since <= one.since && lasts;
}
