import { sequencerStates } from '@masar/event-store';
import type { Notice } from '@masar/read-models';
import type { Logger } from 'pino';
import type { LiveHub } from '../live/hub.js';
import type { Metrics } from '../platform/health/metrics.js';
import { watchSequencer } from '../platform/health/sequencer-metrics.js';
import type { ReadModelReads } from './reads.js';
import type { SequencerWatch } from './sequencer-watch.js';

/** The engine's notices as log lines. None quotes event data. */
export function logNotice(log: Logger, notice: Notice): void {
  const { model, kind, ...rest } = notice;
  // The log keeps `error` for exceptions.
  const { error: because, ...details } = { error: undefined, ...rest };
  const fields = { model, because, ...details };
  switch (kind) {
    case 'halted':
    case 'failed':
      log.error(fields, `read model ${model}: ${kind}`);
      return;
    case 'applied':
    case 'owned':
    case 'moved':
      log.debug(fields, `read model ${model}: ${kind}`);
      return;
    default:
      log.info(fields, `read model ${model}: ${kind}`);
  }
}

/** Gauges of where the projections stand. */
export function watchProjections(metrics: Metrics, reads: ReadModelReads): void {
  metrics.watch({
    projections: () =>
      reads
        .projections()
        .map(({ name, checkpoint, lag, state }) => ({ name, checkpoint, lag, halted: state === 'halted' })),
    head: () => reads.headPosition(),
  });
}

/** Gauges of how the log follows a store it is written from. */
export function watchSequencing({ registry }: Metrics, sequencer: SequencerWatch): void {
  watchSequencer(registry, sequencerStates, () => sequencer.last);
}

/** Gauges of what subscriptions hold. */
export function watchLive(metrics: Metrics, live: LiveHub): void {
  metrics.watchLive(() => ({ ...live.state, tails: live.tails }));
}
