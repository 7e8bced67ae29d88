import type { RecordedEvent } from '@masar/event-store';
import type { AnyRow, TableLayout } from '../layout.js';
import { layoutOf, quote } from '../layout.js';
import type { ReadModel } from '../read-model.js';
import type { Queryable } from '../schema.js';

/** The rows of every table, `key` with each, in one canonical order. */
export type Snapshot = Record<string, readonly string[]>;

/** What is stored as valid at a position. */
export async function rowsAt(
  on: Queryable,
  model: ReadModel,
  schema: string,
  position: number,
): Promise<Snapshot> {
  const snapshot: Record<string, string[]> = {};
  for (const table of layoutOf(model)) {
    const columns = table.columns.map(([name, column]) => `${column.select(quote(name))} AS ${quote(name)}`);
    const { rows } = await on.query(
      `SELECT key, ${columns.join(', ')} FROM ${quote(schema)}.${quote(table.name)}
       WHERE valid_from <= $1 AND $1 < valid_to`,
      [position],
    );
    snapshot[table.name] = rows.map((raw) => canonical(table, raw['key'] as string, read(table, raw))).sort();
  }
  return snapshot;
}

/** What a plain fold of the events makes, without the engine: the reference. */
export function foldPlainly(model: ReadModel, events: readonly RecordedEvent[]): Snapshot {
  const layout = layoutOf(model);
  const documents = new Map<string, Record<string, AnyRow[]>>();
  for (const event of events) {
    const keys = model.keyOf(event) ?? [];
    for (const key of new Set(typeof keys === 'string' ? [keys] : keys)) {
      const document = documents.get(key) ?? Object.fromEntries(layout.map((table) => [table.name, []]));
      const shown = Object.fromEntries(
        layout
          .filter((table) => !table.appends)
          .map((table) => [table.name, [...document[table.name]!].sort((a, b) => table.compare(a, b))]),
      );
      const change = (model.evolve(shown, event, key) ?? {}) as Record<string, readonly AnyRow[]>;
      for (const table of layout) {
        const rows = change[table.name];
        if (rows) document[table.name] = table.appends ? [...document[table.name]!, ...rows] : [...rows];
      }
      documents.set(key, document);
    }
  }
  return Object.fromEntries(
    layout.map((table) => [
      table.name,
      [...documents]
        .flatMap(([key, document]) => document[table.name]!.map((row) => canonical(table, key, row)))
        .sort(),
    ]),
  );
}

function read(table: TableLayout, raw: Record<string, unknown>): AnyRow {
  return Object.fromEntries(table.columns.map(([name, column]) => [name, column.read(raw[name])]));
}

function canonical(table: TableLayout, key: string, row: AnyRow): string {
  return JSON.stringify([key, ...table.columns.map(([name]) => row[name])]);
}
