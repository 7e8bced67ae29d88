import { validAt } from '../engine/pinned.js';
import { type DecidedItemRow, type DecisionRow, decisions } from '../models/decisions.js';
import { type At, Parameters, select } from './at.js';
import { type Keyed, selectList } from './camel-case.js';
import { requirePlace } from './cursor.js';
import { programmeKey } from './matched.js';

export interface DecisionListing {
  readonly programme?: string;
  readonly readable?: readonly string[];
  readonly kinds?: readonly string[];
  readonly body?: string;
  readonly workshop?: string;
  /** Only decisions with an item whose effect is not recorded yet, or lapsed. */
  readonly pending?: boolean;
  readonly lapsed?: boolean;
}

/**
 * The decisions after a position in the log, in the order they were recorded; one more than `first` where there are.
 *
 * @throws CursorError `BAD_CURSOR` where `after` is no position
 */
export async function listDecisions(
  at: At,
  listing: DecisionListing,
  first: number,
  after?: number,
): Promise<Keyed<DecisionRow>[]> {
  const parameters = new Parameters();
  const where = conditions(at, listing, parameters);
  if (after !== undefined) {
    requirePlace([after], ['number']);
    where.push(`position > ${parameters.add(after)}`);
  }
  return select(
    at,
    `select d.key, ${selectList(decisions.tables.decision.columns, 'd')} from ${at.pinned.from(decisions, 'decision')} d where ${where.join(' and ')}
     order by position limit ${parameters.add(first + 1)}`,
    parameters.values,
  );
}

export async function countDecisions(at: At, listing: DecisionListing): Promise<number> {
  const parameters = new Parameters();
  const where = conditions(at, listing, parameters);
  const [row] = await select<{ count: number }>(
    at,
    `select count(*) as count from ${at.pinned.from(decisions, 'decision')} where ${where.join(' and ')}`,
    parameters.values,
  );
  return row!.count;
}

function conditions(at: At, listing: DecisionListing, parameters: Parameters): string[] {
  const { programme, readable, kinds, body, workshop, pending, lapsed } = listing;
  const where = [validAt(parameters.add(at.position))];
  if (programme !== undefined) where.push(`programme_key = ${parameters.add(programmeKey(programme))}`);
  if (readable) where.push(`programme_key = any(${parameters.add(readable.map(programmeKey))})`);
  if (kinds) where.push(`kinds && ${parameters.add(kinds)}`);
  if (body !== undefined) where.push(`body = ${parameters.add(body)}`);
  if (workshop !== undefined) where.push(`workshop = ${parameters.add(workshop)}`);
  if (pending !== undefined) where.push(pending ? 'pending > 0' : 'pending = 0');
  if (lapsed !== undefined) where.push(lapsed ? 'lapsed > 0' : 'lapsed = 0');
  return where;
}

export async function decisionsByKey(at: At, keys: readonly string[]): Promise<Keyed<DecisionRow>[]> {
  return select(
    at,
    `select d.key, ${selectList(decisions.tables.decision.columns, 'd')} from ${at.pinned.from(decisions, 'decision')} d where ${validAt('$1')} and key = any($2)`,
    [at.position, keys],
  );
}

/** What each decision said of its items, and what became of it. */
export async function decidedItemsOf(at: At, keys: readonly string[]): Promise<Keyed<DecidedItemRow>[]> {
  return select(
    at,
    `select i.key, ${selectList(decisions.tables.decided_item.columns, 'i')} from ${at.pinned.from(decisions, 'decided_item')} i where ${validAt('$1')} and key = any($2) order by key, item`,
    [at.position, keys],
  );
}

/** The decisions on each item, in the order they were recorded; `key` is the decision's, `item` the item's. */
export async function decisionsOn(
  at: At,
  items: readonly string[],
): Promise<Keyed<DecisionRow & { item: string }>[]> {
  return select(
    at,
    `select d.key, i.item, ${selectList(decisions.tables.decision.columns, 'd')} from ${at.pinned.from(decisions, 'decided_item')} i
     join ${at.pinned.from(decisions, 'decision')} d on d.key = i.key and ${validAt('$1', 'd')}
     where ${validAt('$1', 'i')} and i.item = any($2) order by i.item, d.position`,
    [at.position, items],
  );
}
