import { createHash } from 'node:crypto';
import type { RestorableEvent, StoredLog } from '@masar/event-store';
import { eventLine } from '../archive/archive-format.js';
import { CopyError } from './copy-error.js';

/**
 * Of a log, apart from its id and its epoch: SHA-256, hex, of the lines its events have in an archive (docs/backup.md), line
 * feeds included. Two logs of one digest have the same events with everything there is to an event, in the same order.
 */
export interface LogDigests {
  readonly source: string;
  readonly target: string;
}

/**
 * Reads both again from where they are stored, and compares event by event.
 *
 * @param total how many events both are to have
 * @throws CopyError `DIFFERENT`, with the first position that is, and in what
 */
export async function compareLogs(
  source: StoredLog,
  target: StoredLog,
  total: number,
  step: (events: number) => void,
): Promise<LogDigests> {
  const [sourceHash, targetHash] = [createHash('sha256'), createHash('sha256')];
  const copied = eventsOf(target);
  try {
    let position = 0;
    for await (const original of eventsUpTo(source, total)) {
      position += 1;
      const { value: copy, done } = await copied.next();
      if (done) throw different(position, 'it is missing');
      const [line, copiedLine] = [eventLine(original), eventLine(copy)];
      sourceHash.update(`${line}\n`);
      targetHash.update(`${copiedLine}\n`);
      if (line !== copiedLine) throw different(position, `it has another ${firstDifference(original, copy)}`);
      step(position);
    }
    if (position < total) {
      throw new CopyError(
        'LOG_BROKEN',
        `the source has ${position} events where it had ${total}: run masar doctor on it`,
      );
    }
    if (!(await copied.next()).done) throw different(total + 1, 'the source has none there');
    return { source: sourceHash.digest('hex'), target: targetHash.digest('hex') };
  } finally {
    await copied.return(undefined);
  }
}

async function* eventsOf(log: StoredLog): AsyncGenerator<RestorableEvent, undefined, undefined> {
  for await (const page of log.stored()) yield* page;
  return undefined;
}

async function* eventsUpTo(log: StoredLog, total: number): AsyncGenerator<RestorableEvent> {
  let events = 0;
  if (total === 0) return;
  for await (const event of eventsOf(log)) {
    yield event;
    events += 1;
    if (events === total) return;
  }
}

const fields = [
  'position',
  'id',
  'stream',
  'revision',
  'type',
  'schemaVersion',
  'recordedAt',
  'bytes',
] as const;

function firstDifference(original: RestorableEvent, copy: RestorableEvent): string {
  const differs = fields.find((field) => original[field] !== copy[field]);
  if (differs) return differs;
  return Buffer.compare(original.salt, copy.salt) === 0 ? 'envelope' : 'salt';
}

function different(position: number, what: string): CopyError {
  return new CopyError(
    'DIFFERENT',
    `position ${position} of the target is not as in the source: ${what}. The target was changed or is damaged, and stays closed: copy into another, new one`,
  );
}
