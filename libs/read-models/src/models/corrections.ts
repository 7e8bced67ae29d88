import {
  type CorrectionEvent,
  type CorrectionState,
  type CorrectionTarget,
  type LangText,
  decode,
  normaliseProgramme,
} from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import { bigint, boolean, json, nullable, text, textArray, timestamp } from '../engine/column.js';
import { type RowOf, currentTable, defineReadModel } from '../engine/read-model.js';

const correction = currentTable({
  columns: {
    programme: text,
    programme_key: text,
    state: text,
    target: json<CorrectionTarget>(),
    /** Ids of the items it reaches. */
    items: textArray,
    reason: nullable(json<LangText>()),
    /** Opaque ids of who proposed it, and of who answered. */
    proposed_by: text,
    answered_by: nullable(text),
    answer_reason: nullable(json<LangText>()),
    illustrative: boolean,
    position: bigint,
    recorded_at: timestamp,
    answered_position: nullable(bigint),
    answered_at: nullable(timestamp),
  },
  indexes: [{ on: ['programme_key', 'position'] }],
});

export type CorrectionRow = RowOf<(typeof correction)['columns']>;

const answers: Readonly<Record<Exclude<CorrectionEvent['type'], 'CorrectionProposed'>, CorrectionState>> = {
  CorrectionConfirmed: 'confirmed',
  CorrectionDeclined: 'declined',
  CorrectionWithdrawn: 'withdrawn',
};

/** Corrections, each a document by its id: what is proposed, and how it was answered. */
export const corrections = defineReadModel({
  name: 'corrections',
  version: 1,
  tables: { correction },
  keyOf: ({ stream }) => (stream.startsWith('correction-') ? stream.slice('correction-'.length) : undefined),
  evolve: (rows, recorded) => {
    const event = decode(recorded) as CorrectionEvent;
    if (event.type === 'CorrectionProposed') return { correction: [proposed(event.data, recorded)] };
    const answer = {
      state: answers[event.type],
      answered_by: recorded.actor.subject,
      answer_reason: event.data.reason ?? null,
      answered_position: recorded.position,
      answered_at: recorded.recordedAt,
    };
    return { correction: rows.correction.map((row) => ({ ...row, ...answer })) };
  },
});

function proposed(
  data: Extract<CorrectionEvent, { type: 'CorrectionProposed' }>['data'],
  { actor, position, recordedAt }: RecordedEvent,
): CorrectionRow {
  const { programme, target, items, reason = null, illustrative = false } = data;
  return {
    programme,
    programme_key: normaliseProgramme(programme),
    state: 'proposed',
    target,
    items,
    reason,
    proposed_by: actor.subject,
    answered_by: null,
    answer_reason: null,
    illustrative,
    position,
    recorded_at: recordedAt,
    answered_position: null,
    answered_at: null,
  };
}
