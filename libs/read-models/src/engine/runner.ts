import { dropLeftovers, dropRetired } from './cleanup.js';
import { plainly } from './failure.js';
import type { Followed } from './follow.js';
import { layoutOf } from './layout.js';
import type { BuildReason } from './notice.js';
import type { Ownership } from './owner.js';
import { tryToOwn } from './owner.js';
import { Pause } from './pause.js';
import { Projection } from './projection.js';
import type { ReadModel } from './read-model.js';
import { build } from './rebuild.js';
import { clearRequest, readLive, readRequest, retire, setHalted } from './registry.js';
import { isRewound } from './rewound.js';
import type { Surroundings } from './surroundings.js';
import { followTo } from './surroundings.js';

const longestBackoffMs = 5_000;

/** What comes next: a live build to follow, or the reason to make one; undefined: nothing, it was stopped. */
type Next = Projection | BuildReason | undefined;

/**
 * Runs one read model on this node: waits to own it, builds it where needed, follows the log, answers requests.
 * Nothing that happens here touches another model.
 */
export class Runner {
  private readonly stopping = new AbortController();
  private readonly pause = new Pause(this.stopping.signal);
  private ownership: Ownership | undefined;
  private running: Promise<void> | undefined;
  private backoff = 0;
  private cleanedAt = -Infinity;

  constructor(
    readonly model: ReadModel,
    private readonly around: Surroundings,
  ) {}

  get isOwner(): boolean {
    return this.ownership !== undefined;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Something about this model changed in the database: perhaps a request. */
  wake(): void {
    this.pause.end();
  }

  /** Ends after the batch under way; once `force` settles, the connection is broken instead. */
  async stop(force: Promise<unknown>): Promise<void> {
    this.stopping.abort();
    void force.then(() => this.ownership?.release());
    await this.running;
  }

  private async run(): Promise<void> {
    const { tuning, pool, connectionString, observe } = this.around;
    const model = this.model.name;
    this.backoff = tuning.backoffMs;
    while (!this.stopping.signal.aborted) {
      try {
        this.ownership = await tryToOwn(connectionString, pool, this.model);
        if (this.ownership) {
          observe({ model, kind: 'owned' });
          await this.own(this.ownership);
        } else {
          await this.pause.upTo(tuning.tickMs);
        }
      } catch (error) {
        if (this.stopping.signal.aborted) break;
        observe({ model, kind: 'failed', error: plainly(error), retryInMs: this.backoff });
        await this.pause.upTo(this.backoff);
        this.backoff = Math.min(this.backoff * 2, longestBackoffMs);
      } finally {
        const { ownership } = this;
        this.ownership = undefined;
        await ownership?.release();
      }
    }
  }

  /** From the moment it owns the model until it is stopped; throws where it loses it, or something fails. */
  private async own(ownership: Ownership): Promise<void> {
    const signal = AbortSignal.any([this.stopping.signal, ownership.lost]);
    this.dropped(await dropLeftovers(this.around.pool, this.model));
    let next: Next = await this.open(ownership);
    while (next !== undefined && !signal.aborted) {
      if (typeof next === 'string') {
        next = await build(this.model, this.around, ownership, next, signal);
      } else {
        this.backoff = this.around.tuning.backoffMs;
        next = await this.serve(ownership, next, signal);
      }
    }
    if (ownership.lost.aborted) throw new Error('the connection that owned the model broke');
  }

  /** The live build, or why there is none that can be used. */
  private async open(ownership: Ownership): Promise<Projection | BuildReason> {
    const { pool, tuning, log, rewound } = this.around;
    const live = await readLive(pool, this.model);
    if (live === undefined) return rewound.delete(this.model.name) ? 'rewound' : 'first';
    const tables = layoutOf(this.model).map((table) => `${live.schema}.${table.name}`);
    const { rows } = await pool.query<{ whole: boolean }>(
      'SELECT bool_and(to_regclass(name) IS NOT NULL) AS whole FROM unnest($1::text[]) AS name',
      [tables],
    );
    const reason = rows[0]?.whole === false ? 'lost' : (await isRewound(log, live)) ? 'rewound' : undefined;
    if (reason) {
      await retire(pool, live);
      return reason;
    }
    return new Projection(this.model, live, pool, ownership.client, { mode: 'indexed', ...tuning });
  }

  /** Follows the live build, and answers requests meanwhile, until something else is to be done. */
  private async serve(ownership: Ownership, live: Projection, signal: AbortSignal): Promise<Next> {
    const { pool, tuning } = this.around;
    const { schema } = live.build;
    const turn = new AbortController();
    let followed: Followed | undefined;
    const following = (async () => {
      followed = await this.follow(live, AbortSignal.any([signal, turn.signal]));
    })();
    const broken = new AbortController();
    following.catch(() => broken.abort());
    const handOver = async (): Promise<number> => {
      turn.abort();
      await following;
      return live.checkpoint;
    };
    try {
      while (!signal.aborted) {
        await Promise.race([...(followed ? [] : [following]), this.pause.upTo(tuning.tickMs)]);
        if (signal.aborted) break;
        if (followed?.end === 'moved') {
          this.around.observe({ model: this.model.name, kind: 'moved' });
          return await this.open(ownership);
        }
        const request = await readRequest(pool, schema);
        if (request === 'rebuild') {
          const during = AbortSignal.any([signal, broken.signal]);
          const beside = { checkpoint: () => live.checkpoint, handOver };
          const built = await build(this.model, this.around, ownership, 'asked', during, beside);
          if (built || during.aborted) return built;
          await clearRequest(pool, schema);
          return await this.open(ownership);
        }
        if (request === 'retry') {
          await clearRequest(pool, schema);
          if (followed?.end === 'halted') return await this.open(ownership);
        }
        await this.cleanUp();
      }
      return undefined;
    } finally {
      turn.abort();
      await following;
    }
  }

  /** What had halted counts as halted until it has caught up: its old rows are never shown as the latest. */
  private async follow(live: Projection, signal: AbortSignal): Promise<Followed> {
    const { pool, log, observe } = this.around;
    if (live.build.halted) {
      const { position } = await log.head();
      const followed = await followTo(live, this.around, signal, position);
      if (followed.end !== 'reached') return followed;
      await setHalted(pool, live.build, null);
      observe({ model: this.model.name, kind: 'resumed' });
    }
    return followTo(live, this.around, signal);
  }

  private async cleanUp(): Promise<void> {
    const { pool, tuning } = this.around;
    if (performance.now() - this.cleanedAt < tuning.cleanupMs) return;
    this.cleanedAt = performance.now();
    this.dropped(await dropRetired(pool, this.model, tuning.graceMs));
  }

  private dropped(schemas: readonly string[]): void {
    for (const schema of schemas) this.around.observe({ model: this.model.name, kind: 'dropped', schema });
  }
}
