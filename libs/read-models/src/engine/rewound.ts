import type { EventLog } from '@masar/event-store';
import type { ReadModel } from './read-model.js';
import type { Build } from './registry.js';
import { readLive, retire } from './registry.js';
import type { Queryable } from './schema.js';

/** Whether the log holds another event at the checkpoint, or none: it was restored, or made anew. */
export async function isRewound(
  log: Pick<EventLog, 'readAll'>,
  live: Pick<Build, 'checkpoint' | 'eventId'>,
): Promise<boolean> {
  if (live.checkpoint === 0) return false;
  const [event] = await log.readAll(live.checkpoint - 1, 1);
  return event?.id !== live.eventId;
}

/**
 * Takes builds that were made from another log out of use, before anything reads them.
 *
 * @returns the names of their models
 */
export async function retireRewound(
  on: Queryable,
  log: Pick<EventLog, 'readAll'>,
  models: readonly ReadModel[],
): Promise<Set<string>> {
  const rewound = new Set<string>();
  for (const model of models) {
    const live = await readLive(on, model);
    if (live === undefined || !(await isRewound(log, live))) continue;
    await retire(on, live);
    rewound.add(model.name);
  }
  return rewound;
}
