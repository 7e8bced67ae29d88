import type { EventLog, RestorableEvent } from '../ports.js';

/** Events read at a time: what bounds the memory, since an event is bounded too. */
const page = 500;

/** Every event of a log from the first on, in pages. */
export async function* storedPages(
  log: Pick<EventLog, 'readAll'>,
  after = 0,
): AsyncGenerator<readonly RestorableEvent[]> {
  for (let last = after; ;) {
    const events = await log.readAll(last, page);
    if (events.length === 0) return;
    yield events;
    last = events.at(-1)!.position;
  }
}
