import type { RecordedEvent } from '@masar/event-store';
import type { Document, Documents } from './documents.js';
import type { AnyRow, TableLayout, Version } from './layout.js';
import type { ReadModel } from './read-model.js';

/** What a batch changes in one table. */
export interface TableChanges {
  /** Versions made in this batch, in order; those it ended too carry their end. */
  readonly made: Version[];
  /**
   * Versions of earlier batches that end in this one. The end is kept apart from the version, which may not be
   * written yet: its own batch must not write an end that comes after that batch's checkpoint.
   */
  readonly ended: Ended[];
}

export interface Ended {
  readonly version: Version;
  readonly to: number;
}

/** The events from after one position up to another, folded. */
export interface Folded {
  readonly batch: number;
  readonly after: number;
  /** The last event folded; undefined where the first one failed. */
  readonly last: RecordedEvent | undefined;
  /** By table, in the order of the layout. */
  readonly changes: readonly TableChanges[];
  /** The event `evolve` or `keyOf` threw at: everything before it is folded. */
  readonly failed: { readonly event: RecordedEvent; readonly error: unknown } | undefined;
}

/** An event with the documents it belongs to. */
export interface Addressed {
  readonly event: RecordedEvent;
  readonly keys: readonly string[];
}

/** The keys of each event, up to the first that has none to give because `keyOf` threw. */
export function address(
  model: ReadModel,
  events: readonly RecordedEvent[],
): { addressed: Addressed[]; failed: Folded['failed'] } {
  const addressed: Addressed[] = [];
  for (const event of events) {
    try {
      addressed.push({ event, keys: keysOf(model, event) });
    } catch (error) {
      return { addressed, failed: { event, error } };
    }
  }
  return { addressed, failed: undefined };
}

function keysOf(model: ReadModel, event: RecordedEvent): readonly string[] {
  const keys = model.keyOf(event);
  if (keys === undefined) return [];
  return typeof keys === 'string' ? [keys] : keys.length > 1 ? [...new Set(keys)] : keys;
}

/** Folds addressed events into the documents, all of which are in memory. Stops before the first that fails. */
export function fold(
  model: ReadModel,
  layout: readonly TableLayout[],
  documents: Documents,
  batch: number,
  after: number,
  { addressed, failed }: ReturnType<typeof address>,
): Folded {
  const changes: TableChanges[] = layout.map(() => ({ made: [], ended: [] }));
  let last: RecordedEvent | undefined;
  for (const { event, keys } of addressed) {
    try {
      // All keys before any change: an event is applied to all its documents or to none.
      const outcomes = keys.map((key) => evolve(model, layout, documents.touch(key, batch), event, key));
      for (const outcome of outcomes) apply(outcome, layout, documents, changes, event.position, batch);
    } catch (error) {
      return { batch, after, last, changes, failed: { event, error } };
    }
    last = event;
  }
  return { batch, after, last, changes, failed };
}

interface Outcome {
  readonly key: string;
  readonly document: Document;
  /** By table: all its rows from now on (or those to add); undefined where it is left as it is. */
  readonly next: readonly (readonly AnyRow[] | undefined)[];
}

/** Runs the model and checks what it returned, changing nothing. */
function evolve(
  model: ReadModel,
  layout: readonly TableLayout[],
  document: Document,
  event: RecordedEvent,
  key: string,
): Outcome {
  const change = model.evolve(document.rows, event, key) as Record<string, readonly AnyRow[]> | undefined;
  const next = layout.map((table) => {
    const rows = change?.[table.name];
    if (rows === undefined || rows === document.rows[table.name]) return undefined;
    if (table.appends) return rows.map((row) => table.storable(row));
    return order(table, storableRows(table, rows, document.rows[table.name]!));
  });
  return { key, document, next };
}

/** Rows handed back as they were need no check; most models keep them in place, so one walk finds them. */
function storableRows(table: TableLayout, rows: readonly AnyRow[], before: readonly AnyRow[]): AnyRow[] {
  let at = 0;
  return rows.map((row) => {
    while (at < before.length && before[at] !== row && before[at + 1] === row) at++;
    return before[at] === row ? before[at++]! : table.storable(row);
  });
}

function order(table: TableLayout, rows: AnyRow[]): AnyRow[] {
  if (rows.length < 2) return rows;
  if (table.identity.length === 0)
    throw new TypeError(`${table.name}: two rows of one document, and no identity`);
  let inOrder = true;
  for (let index = 1; index < rows.length && inOrder; index++) {
    inOrder = table.compare(rows[index - 1]!, rows[index]!) < 0;
  }
  if (inOrder) return rows;
  rows.sort((one, other) => table.compare(one, other));
  for (let index = 1; index < rows.length; index++) {
    if (table.compare(rows[index - 1]!, rows[index]!) === 0) {
      throw new TypeError(`${table.name}: two rows of one document with the same identity`);
    }
  }
  return rows;
}

function apply(
  { key, document, next }: Outcome,
  layout: readonly TableLayout[],
  documents: Documents,
  changes: readonly TableChanges[],
  position: number,
  batch: number,
): void {
  for (let index = 0; index < layout.length; index++) {
    const rows = next[index];
    if (rows === undefined) continue;
    const table = layout[index]!;
    const { made, ended } = changes[index]!;
    if (table.appends) {
      for (let seq = 0; seq < rows.length; seq++) {
        made.push({ key, row: rows[seq]!, from: position, to: undefined, seq, batch });
      }
      continue;
    }
    const before = document.versions[index]!;
    const versions: Version[] = [];
    // Both sides are in order of identity: one walk pairs them.
    let at = 0;
    for (const row of rows) {
      let compared = 1;
      while (at < before.length && (compared = table.compare(before[at]!.row, row)) < 0) {
        end(before[at++]!, position, batch, ended);
      }
      const earlier = at < before.length && compared === 0 ? before[at++] : undefined;
      if (earlier && (earlier.row === row || table.equal(earlier.row, row))) {
        versions.push(earlier);
        continue;
      }
      if (earlier) end(earlier, position, batch, ended);
      const version: Version = { key, row, from: position, to: undefined, seq: 0, batch };
      versions.push(version);
      made.push(version);
    }
    while (at < before.length) end(before[at++]!, position, batch, ended);
    documents.replace(document, index, versions);
  }
}

function end(version: Version, position: number, batch: number, ended: Ended[]): void {
  if (version.batch === batch) version.to = position;
  else ended.push({ version, to: position });
}
