import type { RecordedEvent } from '@masar/event-store';
import { integer, json, nullable, text, textArray, timestamp } from '../column.js';
import type { Change, ReadModel, Rows } from '../read-model.js';
import { appendTable, currentTable, defineReadModel } from '../read-model.js';

const tables = {
  /** One row a document, and none once it is cleared. */
  card: currentTable({
    columns: {
      title: text,
      changes: integer,
      note: nullable(text),
      payload: nullable(json()),
      words: textArray,
    },
    indexes: [{ on: ['title', 'valid_from'] }],
  }),
  /** Many rows a document. */
  tag: currentTable({
    columns: { label: text, side: integer, weight: integer },
    identity: ['label', 'side'],
  }),
  step: appendTable({ columns: { what: text, at: timestamp } }),
};
export type ToyTables = typeof tables;

/** A read model that uses every feature of the engine; its events say in `data` what to do. */
export function toyModel(own: Partial<ReadModel<ToyTables>> = {}): ReadModel<ToyTables> {
  return defineReadModel({
    name: 'toy',
    version: 1,
    tables,
    keyOf: (event: RecordedEvent) => (event.data['keys'] as string[] | undefined) ?? undefined,
    evolve,
    ...own,
  });
}

function evolve(rows: Rows<ToyTables>, event: RecordedEvent, key: string): Change<ToyTables> | undefined {
  const {
    title,
    tags = [],
    untag,
    clear,
    fail,
    skip,
  } = event.data as {
    title?: string;
    tags?: [label: string, side: number, weight: number][];
    untag?: string;
    clear?: boolean;
    fail?: boolean;
    skip?: boolean;
  };
  if (skip) return undefined;
  if (fail) throw new TypeError('this event cannot be applied');
  const step = [{ what: event.type, at: event.recordedAt }];
  if (clear) return { card: [], tag: [], step: [...step, { what: `cleared ${key}`, at: event.recordedAt }] };
  const before = rows.card[0];
  const card = {
    title: title ?? before?.title ?? '',
    changes: (before?.changes ?? 0) + (title === undefined ? 0 : 1),
    note: title && title.length > 3 ? title.slice(0, 3) : null,
    payload: title === undefined ? (before?.payload ?? null) : { title, of: [1, null, { deep: title }] },
    words: title === undefined ? (before?.words ?? []) : title.split(' '),
  };
  const kept = rows.tag.filter(
    (row) => row.label !== untag && !tags.some(([label, side]) => label === row.label && side === row.side),
  );
  const added = new Map(tags.map(([label, side, weight]) => [`${label} ${side}`, { label, side, weight }]));
  return { card: [card], tag: [...added.values(), ...kept], step };
}

/** An event of a log; the rest is filled in. */
export function toyEvent(position: number, data: RecordedEvent['data'], type = 'ToyChanged'): RecordedEvent {
  const hex = position.toString(16).padStart(12, '0');
  return {
    id: `00000000-0000-4000-8000-${hex}`,
    type,
    schemaVersion: 1,
    decidedOn: null,
    effective: null,
    actor: { subject: 'tester' },
    commandId: `command-${position}`,
    causationId: null,
    correlationId: 'a test',
    data,
    stream: 'toy',
    revision: position - 1,
    position,
    recordedAt: `2026-01-01T00:00:00.${String(position).padStart(6, '0')}Z`,
    bytes: JSON.stringify(data),
    salt: new Uint8Array(32),
  };
}
