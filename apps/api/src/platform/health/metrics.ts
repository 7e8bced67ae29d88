import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

import type { ErrorCode } from '../errors/codes.js';
import { SocketMetrics } from './socket-metrics.js';

/** How a GraphQL request ended: answered, answered with errors, or refused before execution. */
export type Outcome = 'ok' | 'errors' | 'refused';

/** Where one projection stands. */
interface ProjectionGauge {
  readonly name: string;
  /** Last position it covers. */
  readonly checkpoint: number;
  /** Events in the log it does not cover yet. */
  readonly lag: number;
  readonly halted: boolean;
}

/** What the read side and the store tell the metrics when they are asked for. */
export interface MetricsSource {
  projections(): readonly ProjectionGauge[];
  /** Position of the last event, as last known. */
  head(): number;
}

/** What following the log for subscriptions tells the metrics when it is asked for. */
export interface LiveSourceState {
  /** Tails of the log: one while anybody follows, none otherwise. */
  readonly tails: number;
  readonly followers: number;
  /** Those of them who are served as events come; the others catch up. */
  readonly live: number;
  /** Groups of followers that share what is made for them. */
  readonly groups: number;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The service's own measurements, in a registry of their own. Labels are closed lists: no series an outsider can add. */
export class Metrics {
  readonly registry = new Registry();
  readonly sockets = new SocketMetrics(this.registry);
  private readonly http = new Histogram({
    name: 'masar_http_request_seconds',
    help: 'Time to answer an HTTP request',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly operations = new Histogram({
    name: 'masar_graphql_request_seconds',
    help: 'Time to answer a GraphQL request',
    labelNames: ['operation', 'outcome'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly errors = new Counter({
    name: 'masar_errors_total',
    help: 'Errors shown to clients, by code',
    labelNames: ['code'],
    registers: [this.registry],
  });
  private readonly appended = new Counter({
    name: 'masar_events_appended_total',
    help: 'Events appended by this process',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Adds where the projections stand, asked for at each scrape. */
  watch(source: MetricsSource): void {
    const registers = [this.registry];
    const each = (value: (one: ProjectionGauge) => number) =>
      function (this: Gauge<'projection'>): void {
        this.reset();
        for (const one of source.projections()) this.set({ projection: one.name }, value(one));
      };
    const labelNames = ['projection'] as const;
    new Gauge({
      name: 'masar_projection_checkpoint',
      help: 'Last position a projection covers',
      labelNames,
      registers,
      collect: each(({ checkpoint }) => checkpoint),
    });
    new Gauge({
      name: 'masar_projection_lag_events',
      help: 'Events a projection does not cover yet',
      labelNames,
      registers,
      collect: each(({ lag }) => lag),
    });
    new Gauge({
      name: 'masar_projection_halted',
      help: '1 for a projection stopped at an event it cannot take',
      labelNames,
      registers,
      collect: each(({ halted }) => Number(halted)),
    });
    new Gauge({
      name: 'masar_log_head',
      help: 'Position of the last event',
      registers,
      collect() {
        this.set(source.head());
      },
    });
  }

  /** Adds what following the log holds, asked for at each scrape. */
  watchLive(source: () => LiveSourceState): void {
    const registers = [this.registry];
    const gauge = (name: string, help: string, value: (state: LiveSourceState) => number): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value(source()));
        },
      });
    };
    gauge('masar_live_tails', 'Tails of the log for subscriptions: 1 while anybody follows', (s) => s.tails);
    gauge('masar_live_groups', 'Groups of followers that share their messages', (s) => s.groups);
    new Gauge({
      name: 'masar_live_followers',
      help: 'Followers served live, and those who catch up',
      labelNames: ['phase'],
      registers,
      collect() {
        const { followers, live } = source();
        this.set({ phase: 'live' }, live);
        this.set({ phase: 'catchingUp' }, followers - live);
      },
    });
  }

  /** Starts timing a GraphQL request; the function returned ends it. */
  graphql(): (operation: string | undefined, outcome: Outcome) => void {
    const stop = this.operations.startTimer();
    return (operation, outcome) => void stop({ operation: operation ?? 'unknown', outcome });
  }

  /** One HTTP request; `route` is the route's pattern, never the address as sent. */
  request(method: string, route: string, status: number, seconds: number): void {
    this.http.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, seconds);
  }

  error(code: ErrorCode): void {
    this.errors.inc({ code });
  }

  /** Events written by an append that was no retry. */
  appends(events: number): void {
    this.appended.inc(events);
  }
}
