import { ConcurrencyError, type RecordedEvent } from '@masar/event-store';
import type { Dated, DatedItemEvent, MasarEvent, Step } from '@masar/domain';
import { historyOf } from './aggregates.js';
import { type CommandContext, deriveId, envelop } from './context.js';

/** How often an effect is tried again when other writers are faster. */
const attempts = 50;

/**
 * Leaves exactly one event on a stream for a cause, with an id derived from both. Safe to call again, from any node,
 * after any crash.
 *
 * @param decide the event, worked out from the stream as it is; undefined where it needs none
 * @returns the stream's events up to and including that one; all of them where it needs none
 */
export async function finishOnce(
  { store }: Pick<CommandContext, 'store'>,
  stream: string,
  cause: RecordedEvent,
  decide: (
    events: readonly RecordedEvent[],
  ) => Dated<MasarEvent> | undefined | Promise<Dated<MasarEvent> | undefined>,
  id = deriveId('effect', cause.id, stream),
): Promise<readonly RecordedEvent[]> {
  for (let attempt = 1; ; attempt += 1) {
    const events = await store.readStream(stream);
    const known = events.find((event) => event.id === id);
    if (known) return events.slice(0, known.revision + 1);
    const effect = await decide(events);
    if (!effect) return events;
    const [newEvent] = envelop(cause, [effect], () => id, cause.id);
    try {
      const { revision } = await store.append(stream, events.at(-1)?.revision ?? 'none', [newEvent!]);
      return await store.readStream(stream, { limit: revision + 1 });
    } catch (error) {
      if (!(error instanceof ConcurrencyError) || attempt >= attempts) throw error;
    }
  }
}

/** {@link finishOnce} on an item, decided from its history. */
export function finishOnStream(
  context: Pick<CommandContext, 'store'>,
  stream: string,
  cause: RecordedEvent,
  decide: (history: readonly Step[]) => DatedItemEvent | undefined,
): Promise<readonly RecordedEvent[]> {
  return finishOnce(context, stream, cause, (events) => decide(historyOf(events)));
}

/** Position of the one event a cause left among these; 0 where it left none. */
export function positionOfEffect(events: readonly RecordedEvent[], cause: RecordedEvent): number {
  return events.find(({ causationId }) => causationId === cause.id)?.position ?? 0;
}
