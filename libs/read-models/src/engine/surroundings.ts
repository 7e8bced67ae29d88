import type { EventLog } from '@masar/event-store';
import type pg from 'pg';
import { haltAt } from './failure.js';
import type { Followed } from './follow.js';
import { follow } from './follow.js';
import type { Observe } from './notice.js';
import type { Projection } from './projection.js';
import { setHalted } from './registry.js';
import type { Tuning } from './tuning.js';

/** What every model's runner works with. */
export interface Surroundings {
  readonly connectionString: string;
  readonly pool: pg.Pool;
  readonly log: EventLog;
  readonly tuning: Tuning;
  readonly observe: Observe;
  /** Models whose build was of another log when this process opened them: taken out as each is made anew. */
  readonly rewound: Set<string>;
}

/** Follows the log; where an event halts the projection, everything before it is readable and the row says so. */
export async function followTo(
  projection: Projection,
  { log, tuning, observe, pool }: Surroundings,
  signal: AbortSignal,
  until?: number,
): Promise<Followed> {
  const followed = await follow(projection, { log, batch: tuning.batch, signal, until, observe });
  if (followed.end === 'halted') {
    if (projection.isBulk) await projection.index();
    const halt = haltAt(followed.poison);
    await setHalted(pool, projection.build, halt);
    observe({ model: projection.model.name, kind: 'halted', halt });
  }
  return followed;
}
