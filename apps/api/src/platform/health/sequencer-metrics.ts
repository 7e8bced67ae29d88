import { Gauge, type Registry } from 'prom-client';

/** Where the writing of the ordered log stands, as last seen. */
export interface SequencerGauge {
  /** One of the closed list the metrics are made with. */
  readonly state: string;
  readonly lagSeconds: number;
  /** Of the last event in the log. */
  readonly position: number;
  /** Whether this process writes it. */
  readonly holder: boolean;
}

/**
 * Gauges of the writing of the ordered log, asked for at each scrape; without a value for as long as nothing was seen.
 *
 * @param states all there are: a series each
 */
export function watchSequencer(
  registry: Registry,
  states: readonly string[],
  source: () => SequencerGauge | undefined,
): void {
  const registers = [registry];
  const gauge = (name: string, help: string, value: (seen: SequencerGauge) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const seen = source();
        if (seen) this.set(value(seen));
        else this.remove();
      },
    });
  };
  new Gauge({
    name: 'masar_sequencer_state',
    help: '1 for the state the writing of the ordered log is in',
    labelNames: ['state'],
    registers,
    collect() {
      const seen = source();
      for (const state of states) this.set({ state }, Number(state === seen?.state));
    },
  });
  gauge(
    'masar_sequencer_lag_seconds',
    'How long the oldest event on the server has waited for the ordered log',
    (seen) => seen.lagSeconds,
  );
  gauge(
    'masar_sequencer_position',
    'Position of the last event in the ordered log',
    ({ position }) => position,
  );
  gauge('masar_sequencer_holder', '1 where this process writes the ordered log', ({ holder }) =>
    Number(holder),
  );
}
