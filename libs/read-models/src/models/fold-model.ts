import type { RecordedEvent } from '@masar/event-store';
import type { ReadModel, Rows, Tables } from '../engine/read-model.js';

/** A document's rows after these events, by the same fold the engine runs: for an answer that cannot wait for it. */
export function foldModel<T extends Tables>(
  model: ReadModel<T>,
  key: string,
  events: readonly RecordedEvent[],
): Rows<T> {
  let rows = Object.fromEntries(Object.keys(model.tables).map((table) => [table, []])) as unknown as Rows<T>;
  for (const event of events) rows = { ...rows, ...model.evolve(rows, event, key) };
  return rows;
}
