import type { Logger } from 'pino';

import type { Metrics } from '../health/metrics.js';
import type { ErrorSink } from './present.js';

/** Faults go to the log under the id the client was given, every error to the metrics. */
export function faultLog(log: Logger, metrics: Metrics): ErrorSink {
  return {
    fault: (err, correlationId) => log.error({ err, correlationId }, 'fault'),
    count: (code) => metrics.error(code),
  };
}
