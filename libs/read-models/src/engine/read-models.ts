import type { EventLog } from '@masar/event-store';
import { migrate } from '@masar/event-store';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Notice } from './notice.js';
import { Notifications } from './notifications.js';
import type { Pinned, ReadModelState } from './pinned.js';
import { pin } from './pinned.js';
import { PositionWaits } from './position-waits.js';
import { ReadModelError } from './read-model-error.js';
import type { ReadModel } from './read-model.js';
import type { Halt, Request } from './registry.js';
import { migrations, readBuilds, request } from './registry.js';
import { retireRewound } from './rewound.js';
import { Runner } from './runner.js';
import type { Queryable } from './schema.js';
import type { Tuning } from './tuning.js';
import { defaultTuning } from './tuning.js';

export interface ReadModelsOptions {
  /** The database the rows are in. */
  readonly connectionString: string;
  readonly log: EventLog;
  /** Each name once. */
  readonly models: readonly ReadModel[];
  /** For log lines and metrics; must not throw. */
  readonly observe?: (notice: Notice) => void;
  readonly tuning?: Partial<Tuning>;
}

/** How one read model is doing. */
export interface ReadModelStatus {
  readonly name: string;
  readonly version: number;
  readonly state: ReadModelState;
  /** Positions up to which its rows are complete; 0 where there is no live build. */
  readonly checkpoint: number;
  /** Events it is behind the head of the log. */
  readonly lag: number;
  readonly halted: Halt | null;
  /** The live schema. */
  readonly schema: string | undefined;
  /** How far a build under way has come, where there is one. */
  readonly buildingAt: number | undefined;
  /** Whether this process is the one that projects it. */
  readonly ownedHere: boolean;
}

/** The read models of one process: projects them where no other process does, and answers where they stand. */
export class ReadModels {
  private readonly runners: readonly Runner[];
  private readonly notifications: Notifications;
  private readonly waits: PositionWaits;
  private stopped: Promise<void> | undefined;

  private constructor(
    private readonly pool: pg.Pool,
    private readonly options: ReadModelsOptions,
    private readonly tuning: Tuning,
    rewound: Set<string>,
  ) {
    const { connectionString, log, models, observe = () => undefined } = options;
    const around = { connectionString, pool, log, tuning, observe, rewound };
    this.runners = models.map((model) => new Runner(model, around));
    this.waits = new PositionWaits(async () => (await this.pin()).position);
    this.notifications = new Notifications(connectionString, (name) => {
      this.waits.wake();
      this.runners.find(({ model }) => model.name === name)?.wake();
    });
  }

  /**
   * Prepares the database. Nothing is projected before {@link start}; reading works at once, but for models that were made
   * from a log that was rewound since.
   */
  static async open(options: ReadModelsOptions): Promise<ReadModels> {
    const names = options.models.map(({ name }) => name);
    if (new Set(names).size < names.length) throw new TypeError('two read models have the same name');
    const pool = new pg.Pool({
      connectionString: options.connectionString,
      max: 8,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      application_name: 'masar read models',
    });
    // An idle connection that breaks is replaced; a statement that meets it fails where it is awaited.
    pool.on('error', () => undefined);
    try {
      await migrate(pool, 'read-models', migrations);
      const rewound = await retireRewound(pool, options.log, options.models);
      const readModels = new ReadModels(pool, options, { ...defaultTuning, ...options.tuning }, rewound);
      await readModels.notifications.open();
      return readModels;
    } catch (error) {
      await pool.end();
      throw error;
    }
  }

  /** Projects every model no other process projects, and takes over where one ends. */
  start(): void {
    for (const runner of this.runners) runner.start();
  }

  /** Where a request reads: every statement of it from these tables, at this position. `on`: its own connection. */
  pin(on: Queryable = this.pool): Promise<Pinned> {
    return pin(on, this.options.models);
  }

  /**
   * Waits until every running model has reached a position; halted ones and those being built are not waited for.
   *
   * @returns the position reached: less than asked for where the time was over
   */
  waitFor(position: number, timeoutMs: number): Promise<number> {
    return this.waits.until(position, timeoutMs);
  }

  /**
   * Waits until every model has come to where the log ended at the time of the call, or halted.
   *
   * @returns false where the time was over first
   */
  async caughtUp(timeoutMs: number): Promise<boolean> {
    const { position } = await this.options.log.head();
    const isThere = async (): Promise<boolean> =>
      (await this.status()).every(
        ({ state, checkpoint }) => state === 'halted' || (state === 'running' && checkpoint >= position),
      );
    const deadline = performance.now() + timeoutMs;
    while (!(await isThere())) {
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await delay(Math.min(left, 25));
    }
    return true;
  }

  /** How every model is doing. */
  async status(): Promise<ReadModelStatus[]> {
    const [head, builds] = await Promise.all([this.options.log.head(), readBuilds(this.pool)]);
    return this.runners.map(({ model, isOwner }) => {
      const own = builds.filter(({ name, version }) => name === model.name && version === model.version);
      const live = own.find(({ role }) => role === 'live');
      const checkpoint = live?.checkpoint ?? 0;
      return {
        name: model.name,
        version: model.version,
        state: live === undefined ? 'building' : live.halted ? 'halted' : 'running',
        checkpoint,
        lag: Math.max(0, head.position - checkpoint),
        halted: live?.halted ?? null,
        schema: live?.schema,
        buildingAt: own.find(({ role }) => role === 'building')?.checkpoint,
        ownedHere: isOwner,
      };
    });
  }

  /**
   * Has a halted model try again, on whatever node owns it.
   *
   * @throws ReadModelError `READ_MODEL_UNKNOWN`, `READ_MODEL_BUILDING`
   */
  retry(name: string): Promise<void> {
    return this.ask(name, 'retry');
  }

  /**
   * Has a model built anew beside the live one, on whatever node owns it; readers are switched over when it has
   * caught up, which {@link status} tells by another schema.
   *
   * @throws ReadModelError `READ_MODEL_UNKNOWN`, `READ_MODEL_BUILDING`
   */
  rebuild(name: string): Promise<void> {
    return this.ask(name, 'rebuild');
  }

  private async ask(name: string, what: Request): Promise<void> {
    const model = this.options.models.find((one) => one.name === name);
    if (!model) throw new ReadModelError('READ_MODEL_UNKNOWN', name, `there is no read model ${name}`);
    if (await request(this.pool, model, what)) return;
    throw new ReadModelError('READ_MODEL_BUILDING', name, `read model ${name} is being built already`);
  }

  /** Ends the batches under way and closes every connection; bounded by `tuning.stopMs`. Safe to call twice. */
  stop(): Promise<void> {
    return (this.stopped ??= this.end());
  }

  private async end(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const force = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.tuning.stopMs);
    });
    await Promise.race([Promise.all(this.runners.map((runner) => runner.stop(force))), force]);
    clearTimeout(timer);
    await this.waits.close();
    await this.notifications.close();
    await this.pool.end();
  }
}
