import type { Pool } from 'pg';
import { readError } from '../postgres/postgres-errors.js';
import type { SequencerState, Sequencing, SequencingState } from '../sequencing.js';
import type { Sequencer } from './sequencer.js';
import type { Waiting } from './waiting.js';

/** After so long without a word from its writer the log counts as written by nobody. */
const silentSeconds = 30;

interface Row {
  readonly state: SequencerState;
  readonly why: string | null;
  readonly silent: number | null;
  readonly position: string | null;
  readonly age: number | null;
}

/** How the ordered log follows its server, as any process sees it: the one that writes it knows more. */
export class KurrentSequencing implements Sequencing {
  constructor(
    private readonly pool: Pool,
    private readonly sequencer: () => Pick<Sequencer, 'isHolder' | 'says' | 'waitingSince'>,
    private readonly waiting: Waiting,
  ) {}

  /** @throws StoreError `UNAVAILABLE` */
  async state(): Promise<SequencingState> {
    const { state: shown, why: reason, silent, position, age } = await this.read();
    const sequencer = this.sequencer();
    const { isHolder: holder } = sequencer;
    const isSilent = silent !== null && silent > silentSeconds;
    const { state, why } = holder
      ? sequencer.says()
      : isSilent
        ? { state: 'stopped' as const, why: `nothing was heard of it for ${Math.floor(silent)} s` }
        : { state: shown, why: reason };
    const since = [this.waiting.since, holder ? sequencer.waitingSince() : undefined];
    const waits = since.map((at) => (at === undefined ? 0 : (Date.now() - at) / 1_000));
    const behind = state === 'catchingUp' ? (age ?? 0) : 0;
    return {
      state,
      why,
      holder,
      lagSeconds: Math.max(0, behind, ...waits),
      position: Number(position ?? 0),
    };
  }

  private async read(): Promise<Row> {
    try {
      const { rows } = await this.pool.query<Row>(
        `select s.state, s.why, extract(epoch from clock_timestamp() - s.heard_at)::float8 as silent,
          e.position::text as position, extract(epoch from clock_timestamp() - e.recorded_at)::float8 as age
        from masar.sequencer s left join lateral (
          select position, recorded_at from masar.event order by position desc limit 1
        ) e on true`,
      );
      return rows[0]!;
    } catch (error) {
      throw readError(error);
    }
  }
}
