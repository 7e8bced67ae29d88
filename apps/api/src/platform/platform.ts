import type { Logger } from 'pino';

import type { Authenticator } from './auth/authenticator.js';
import { faultLog } from './errors/fault-log.js';
import type { ErrorSink } from './errors/present.js';
import type { SampleQuery } from './graphiql/samples.js';
import { Metrics } from './health/metrics.js';
import { Readiness } from './health/readiness.js';
import { LIMITS, type Limits } from './limits/limits.js';
import type { ReadSide } from './read-side.js';
import type { LiveSource } from './websocket/live-source.js';

/** What the edge of the service is made of. The composition root builds it once and hands it to server and module. */
export interface Platform {
  readonly production: boolean;
  readonly log: Logger;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly errors: ErrorSink;
  readonly authenticator: Authenticator;
  readonly reads: ReadSide;
  readonly samples: readonly SampleQuery[];
  /** Origins of pages elsewhere that may call the service, as browsers send them; none but its own otherwise. */
  readonly origins: readonly string[];
  /** The clock tokens expire by. */
  readonly now: () => Date;
  /** What subscriptions follow; without it there are none. */
  readonly live?: LiveSource | undefined;
}

/** The parts a composition root chooses; the rest has one form. */
export type PlatformParts = Pick<Platform, 'production' | 'log' | 'authenticator' | 'reads'> &
  Partial<Pick<Platform, 'limits' | 'samples' | 'origins' | 'now' | 'live'>>;

export function createPlatform(parts: PlatformParts): Platform {
  const metrics = new Metrics();
  return {
    limits: LIMITS,
    samples: [],
    origins: [],
    now: () => new Date(),
    ...parts,
    metrics,
    readiness: new Readiness(),
    errors: faultLog(parts.log, metrics),
  };
}
