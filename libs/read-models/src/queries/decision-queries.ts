import { validAt } from '../engine/pinned.js';
import { type DecidedItemRow, type DecisionRow, type PositionRow, decisions } from '../models/decisions.js';
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
  readonly session?: string;
  readonly methods?: readonly string[];
  /** With one of these irregularities. */
  readonly flags?: readonly string[];
  /** Id of an item it is about. */
  readonly item?: string;
  /** Days it may have been decided on, both included. One with an unknown date is in no range. */
  readonly decidedFrom?: string;
  readonly decidedTo?: string;
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
    `select d.key, ${selectList(decisions.tables.decision.columns, 'd')} from ${at.from(decisions, 'decision')} d where ${where.join(' and ')}
     order by position limit ${parameters.add(first + 1)}`,
    parameters.values,
  );
}

export async function countDecisions(at: At, listing: DecisionListing): Promise<number> {
  const parameters = new Parameters();
  const where = conditions(at, listing, parameters);
  const [row] = await select<{ count: number }>(
    at,
    `select count(*) as count from ${at.from(decisions, 'decision')} where ${where.join(' and ')}`,
    parameters.values,
  );
  return row!.count;
}

function conditions(at: At, listing: DecisionListing, parameters: Parameters): string[] {
  const { programme, readable, kinds, body, workshop, session, methods, flags, item } = listing;
  const { decidedFrom, decidedTo, pending, lapsed } = listing;
  const where = [validAt(parameters.add(at.position))];
  if (programme !== undefined) where.push(`programme_key = ${parameters.add(programmeKey(programme))}`);
  if (readable) where.push(`programme_key = any(${parameters.add(readable.map(programmeKey))})`);
  if (kinds) where.push(`kinds && ${parameters.add(kinds)}`);
  if (body !== undefined) where.push(`body = ${parameters.add(body)}`);
  if (workshop !== undefined) where.push(`workshop = ${parameters.add(workshop)}`);
  if (session !== undefined) where.push(`session = ${parameters.add(session)}`);
  if (methods) where.push(`method = any(${parameters.add(methods)})`);
  if (flags) where.push(`flags && ${parameters.add(flags)}`);
  if (decidedFrom !== undefined) where.push(`decided_latest >= ${parameters.add(decidedFrom)}::date`);
  if (decidedTo !== undefined) where.push(`decided_earliest <= ${parameters.add(decidedTo)}::date`);
  if (item !== undefined) {
    where.push(
      `key in (select i.key from ${at.from(decisions, 'decided_item')} i
       where i.item = ${parameters.add(item)} and ${validAt('$1', 'i')})`,
    );
  }
  if (pending !== undefined) where.push(pending ? 'pending > 0' : 'pending = 0');
  if (lapsed !== undefined) where.push(lapsed ? 'lapsed > 0' : 'lapsed = 0');
  return where;
}

export async function decisionsByKey(at: At, keys: readonly string[]): Promise<Keyed<DecisionRow>[]> {
  return select(
    at,
    `select d.key, ${selectList(decisions.tables.decision.columns, 'd')} from ${at.from(decisions, 'decision')} d where ${validAt('$1')} and key = any($2)`,
    [at.position, keys],
  );
}

/** What each decision said of its items, and what became of it. */
export async function decidedItemsOf(at: At, keys: readonly string[]): Promise<Keyed<DecidedItemRow>[]> {
  return select(
    at,
    `select i.key, ${selectList(decisions.tables.decided_item.columns, 'i')} from ${at.from(decisions, 'decided_item')} i where ${validAt('$1')} and key = any($2) order by key, number`,
    [at.position, keys],
  );
}

/** Where delegations stood to each decision: as a whole, with an empty item, and on single items. */
export async function positionsOf(at: At, keys: readonly string[]): Promise<Keyed<PositionRow>[]> {
  return select(
    at,
    `select p.key, ${selectList(decisions.tables.position.columns, 'p')} from ${at.from(decisions, 'position')} p where ${validAt('$1')} and key = any($2) order by key, item, number`,
    [at.position, keys],
  );
}

/** The decisions at each workshop, by session, then as recorded; keys are those of workshops. */
export async function decisionsAt(
  at: At,
  workshops: readonly string[],
): Promise<Keyed<DecisionRow & { workshop_of: string }>[]> {
  return select(
    at,
    `select d.key, w.key as "workshopOf", ${selectList(decisions.tables.decision.columns, 'd')}
     from unnest($2::text[]) as w(key)
     join ${at.from(decisions, 'decision')} d
       on ${validAt('$1', 'd')} and d.programme_key = split_part(w.key, '/', 1) and d.workshop_key = w.key
     order by w.key, d.session_order nulls last, d.position`,
    [at.position, workshops],
  );
}

/** The decisions on each item, in the order they were recorded; `key` is the decision's, `item` the item's. */
export async function decisionsOn(
  at: At,
  items: readonly string[],
): Promise<Keyed<DecisionRow & { item: string }>[]> {
  return select(
    at,
    `select d.key, i.item, ${selectList(decisions.tables.decision.columns, 'd')} from ${at.from(decisions, 'decided_item')} i
     join ${at.from(decisions, 'decision')} d on d.key = i.key and ${validAt('$1', 'd')}
     where ${validAt('$1', 'i')} and i.item = any($2) order by i.item, d.position`,
    [at.position, items],
  );
}
