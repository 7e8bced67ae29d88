import { LogDigest, type RestorableEvent, type StoredLog, eachOf, firstDifference } from '@masar/event-store';
import { CopyError } from './copy-error.js';

/** The digest of each (`DigestedLog`), in hex: of one digest, logs have the same events, in the same order. */
export interface LogDigests {
  readonly source: string;
  readonly target: string;
}

const stepEvery = 500;

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
  const [ofSource, ofTarget] = [new LogDigest(), new LogDigest()];
  const copied = eachOf(target.stored());
  try {
    let position = 0;
    for await (const original of eventsUpTo(source, total)) {
      position += 1;
      const { value: copy, done } = await copied.next();
      if (done) throw different(position, 'it is missing');
      ofSource.add(original);
      ofTarget.add(copy);
      const differs = firstDifference(original, copy);
      if (differs) throw different(position, `it has another ${differs}`);
      if (position % stepEvery === 0 || position === total) step(position);
    }
    if (position < total) {
      throw new CopyError(
        'LOG_BROKEN',
        `the source has ${position} events where it had ${total}: run masar doctor on it`,
      );
    }
    if (!(await copied.next()).done) throw different(total + 1, 'the source has none there');
    const digest = { source: ofSource.soFar().digest, target: ofTarget.soFar().digest };
    if (digest.source !== digest.target) throw different(total, 'its digest is another');
    return digest;
  } finally {
    await copied.return(undefined);
  }
}

async function* eventsUpTo(log: StoredLog, total: number): AsyncGenerator<RestorableEvent> {
  let events = 0;
  if (total === 0) return;
  for await (const event of eachOf(log.stored())) {
    yield event;
    events += 1;
    if (events === total) return;
  }
}

function different(position: number, what: string): CopyError {
  return new CopyError(
    'DIFFERENT',
    `position ${position} of the target is not as in the source: ${what}. The target was changed or is damaged, and stays closed: copy into another, new one`,
  );
}
