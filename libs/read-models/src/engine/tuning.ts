/** Sizes and times of the engine; the defaults are meant to stay. */
export interface Tuning {
  /** Events a page of the log. More at once only keeps more of them alive for the garbage collector. */
  readonly batch: number;
  /** Rows and documents each model keeps in memory. */
  readonly memory: number;
  /** The same for a rebuild before it goes on with indexes. */
  readonly bulkMemory: number;
  /** How often a stand-by asks whether the owner is gone, and an owner whether something is asked of it. */
  readonly tickMs: number;
  /** Longer than any request: how long a schema nobody is sent to any more is kept. */
  readonly graceMs: number;
  /** How often retired schemas are looked for. */
  readonly cleanupMs: number;
  /** The first pause after a failure; each next one is twice as long, up to 5 s. */
  readonly backoffMs: number;
  /** How long {@link stop} waits for batches under way. */
  readonly stopMs: number;
}

export const defaultTuning: Tuning = {
  batch: 1_000,
  memory: 20_000,
  bulkMemory: 100_000,
  tickMs: 1_000,
  graceMs: 5 * 60_000,
  cleanupMs: 60_000,
  backoffMs: 100,
  stopMs: 10_000,
};
