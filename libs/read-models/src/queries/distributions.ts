import { assessmentsByAdvance, progressByAdvance, responsesByAdvance } from '@masar/domain';
import { validAt } from '../engine/pinned.js';
import { items } from '../models/items.js';
import type { StretchRow } from '../models/item-axis-tables.js';
import { type At, Parameters, select } from './at.js';
import type { Camel } from './camel-case.js';
import { stands } from './item-axis-filters.js';
import { standingOf } from './item-axis-queries.js';
import { holdsOn, mayHoldOn } from './intervals.js';
import { itemOf } from './item-queries.js';
import { programmeKey } from './matched.js';

/** What is counted: addressees by response or by progress, parts (of an item without any, the whole) by assessment. */
export type Axis = 'RESPONSE' | 'PROGRESS' | 'ASSESSMENT';

interface AxisColumns {
  readonly table: 'addressee' | 'assessment';
  readonly value: 'response' | 'progress' | 'assessment';
  /** The addressee, or the part. */
  readonly of: string;
  readonly counted: string;
  readonly byAdvance: readonly (string | null)[];
}

const axes: Readonly<Record<Axis, AxisColumns>> = {
  RESPONSE: {
    table: 'addressee',
    value: 'response',
    of: 'organisation',
    counted: 'true',
    byAdvance: responsesByAdvance,
  },
  PROGRESS: {
    table: 'addressee',
    value: 'progress',
    of: 'organisation',
    counted: 'true',
    byAdvance: progressByAdvance,
  },
  ASSESSMENT: {
    table: 'assessment',
    value: 'assessment',
    of: 'part',
    counted: 's.counted',
    byAdvance: assessmentsByAdvance,
  },
};

export interface AxisCounted {
  readonly programme: string;
  readonly axis: Axis;
  /** Only items of any of these themes, or led by any of these organisations, as known at the position. */
  readonly themes?: readonly string[] | undefined;
  readonly leads?: readonly string[] | undefined;
  readonly effectiveOn?: string | undefined;
}

export interface AxisCount {
  /** Null: an addressee that has reported nothing. */
  readonly value: string | null;
  readonly count: number;
  /** On a day: those that stood so whatever an imprecise date means, and those that may have. */
  readonly certain: number;
  readonly possible: number;
}

/**
 * How many addressees, or parts, of the items on the register have each value, from the least advanced on. Without a day:
 * after everything known at the position. On a day: as they stood then, of the items on the register then.
 */
export async function axisCounts(at: At, counted: AxisCounted): Promise<AxisCount[]> {
  const { axis, effectiveOn } = counted;
  const { value, byAdvance } = axes[axis];
  const parameters = new Parameters();
  const { from, where, isCounted } = countedRows(at, counted, parameters);
  const day = effectiveOn === undefined ? undefined : parameters.add(effectiveOn);
  const rows = await select<AxisCount>(
    at,
    day === undefined
      ? `select s.${value} as value, count(*) as count, count(*) as certain, count(*) as possible
         from ${from} where ${where} and ${isCounted} and ${stands(undefined, 's')} group by 1`
      : // Certain where it had surely begun and all that it may have been on that day is the same.
        `select value, count(*) filter (where holds) as count, count(*) filter (where certain) as certain,
           count(*) as possible
         from (
           select s.${value} as value, ${isCounted} as counted, bool_or(${holdsOn(day, 's')}) as holds,
             count(*) over (partition by s.key, s.number) = 1
               and bool_or(bool_or(s.from_latest <= ${day}::date)) over (partition by s.key, s.number) as certain
           from ${from} where ${where} and ${mayHoldOn(day, 's')}
           group by s.key, s.number, s.${value}, ${isCounted}
         ) each
         where counted group by value`,
    parameters.values,
  );
  return rows.sort((a, b) => byAdvance.indexOf(a.value) - byAdvance.indexOf(b.value));
}

/** An addressee or a part that is furthest behind, by the item it is of; `of` is null for the whole of an item. */
export interface LeastAdvanced {
  readonly key: string;
  readonly of: string | null;
}

/** Those that have a value: items in the order of their keys, at most `first`. */
export async function whoseValue(
  at: At,
  counted: AxisCounted,
  value: string | null,
  first: number,
): Promise<LeastAdvanced[]> {
  const columns = axes[counted.axis];
  const parameters = new Parameters();
  const { from, where, isCounted } = countedRows(at, counted, parameters);
  const day = counted.effectiveOn === undefined ? undefined : parameters.add(counted.effectiveOn);
  return select(
    at,
    `select s.key, s.${columns.of} as of from ${from}
     where ${where} and ${isCounted} and ${stands(day, 's')}
       and s.${columns.value} is not distinct from ${parameters.add(value)}::text
     order by s.key, s.number limit ${parameters.add(first)}`,
    parameters.values,
  );
}

/** The stretches `s` of the items asked for, whatever day they are of. */
function countedRows(
  at: At,
  { programme, axis, themes, leads, effectiveOn }: AxisCounted,
  parameters: Parameters,
): { readonly from: string; readonly where: string; readonly isCounted: string } {
  const { table, counted } = axes[axis];
  const position = parameters.add(at.position);
  const where = [validAt(position, 's'), `s.programme_key = ${parameters.add(programmeKey(programme))}`];
  if (themes) where.push(`i.themes && ${parameters.add(themes)}`);
  if (leads) where.push(`i.leads && ${parameters.add(leads)}`);
  if (effectiveOn === undefined) {
    where.push(
      `exists (select from ${at.from(items, 'register')} r
       where r.key = s.key and ${validAt(position, 'r')} and r.registered and not r.removed)`,
    );
  } else {
    where.push(
      `exists (select from ${at.from(items, 'status_interval')} t
       where t.key = s.key and ${validAt(position, 't')} and not t.removed and ${holdsOn(parameters.add(effectiveOn), 't')})`,
    );
  }
  return {
    from: `${at.from(items, table)} s ${themes || leads ? itemOf(at, 's.key') : ''}`,
    where: where.join(' and '),
    isCounted: `(s.present and ${counted})`,
  };
}

/** A stretch of an addressee or an assessment, whichever axis is counted. */
type CountedStretch = Pick<
  Camel<StretchRow>,
  'number' | 'present' | 'fromEarliest' | 'fromLatest' | 'toEarliest' | 'toLatest'
> & { readonly [column in 'response' | 'progress' | 'assessment']?: string | null } & {
  readonly counted?: boolean;
};

/** The same counts of one item, from its stretches. */
export function axisCountsIn(axis: Axis, rows: readonly CountedStretch[], day?: string): AxisCount[] {
  const { value: column, byAdvance } = axes[axis];
  // Outside what is counted, a stretch has no value at all: not even null.
  const valueOf = (row: CountedStretch) =>
    row.present && row.counted !== false ? (row[column] ?? null) : undefined;
  const each = [...new Set(rows.map(({ number }) => number))].map((number) => {
    const may = rows.filter((row) => row.number === number && mayStand(row, day));
    const holds = may.find((row) => standingOf([row], day).length > 0);
    const begun = day === undefined || may.some(({ fromLatest }) => fromLatest <= day);
    return { holds: holds && valueOf(holds), possible: new Set(may.map(valueOf)), begun };
  });
  return byAdvance
    .map((value) => ({
      value,
      count: each.filter(({ holds }) => holds === value).length,
      certain: each.filter(({ possible, begun }) => begun && possible.size === 1 && possible.has(value))
        .length,
      possible: each.filter(({ possible }) => possible.has(value)).length,
    }))
    .filter(({ possible }) => possible > 0);
}

function mayStand({ fromEarliest, toEarliest, toLatest }: CountedStretch, day: string | undefined): boolean {
  if (day === undefined) return toEarliest === null;
  return fromEarliest <= day && (toLatest === null || day < toLatest);
}
