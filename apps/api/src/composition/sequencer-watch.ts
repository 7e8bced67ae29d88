import { setTimeout as delay } from 'node:timers/promises';
import type { Sequencing, SequencingState } from '@masar/event-store';
import type { Logger } from 'pino';

/** How long an event may wait for the log before commands are better sent elsewhere: soon they would not be answered. */
const longestLagSeconds = 10;
/** How often the state is looked at, for the log, the metrics and whoever waits for it. */
const lookEveryMs = 500;

/** What keeps a log that is written from another store from having what that store has; undefined where nothing does. */
export function behind({ state, lagSeconds }: SequencingState): string | undefined {
  switch (state) {
    case 'starting':
      return 'has not followed the server yet';
    case 'catchingUp':
      return 'is catching up with the server';
    case 'halted':
      // Why may name streams and hosts, and this page needs no token.
      return 'is halted at what it may not pass over: masar doctor and the log say why';
    case 'stopped':
      return 'does not run: no process writes the log';
    case 'following':
      return lagSeconds > longestLagSeconds
        ? `is ${Math.floor(lagSeconds)} s behind the server, ${longestLagSeconds} s at most`
        : undefined;
  }
}

/** Looks at the state of the sequencer from time to time, and tells the log of each change of it. */
export class SequencerWatch {
  /** As last seen; undefined where it never was. */
  last: SequencingState | undefined;
  private readonly ended = new AbortController();

  constructor(
    private readonly sequencing: Sequencing,
    private readonly log: Logger,
  ) {
    void this.run();
  }

  /** What keeps the log from having what the store has, as it is now. */
  async missing(): Promise<string | undefined> {
    return behind(await this.sequencing.state());
  }

  /**
   * Waits until the log has what the store has, which can take as long as somebody takes to mend what halted it.
   *
   * @throws the reason of the end where the watch ends before
   */
  async untilFollowing(): Promise<void> {
    const { signal } = this.ended;
    while (this.last?.state !== 'following') await delay(lookEveryMs, undefined, { signal });
  }

  /** Ends it; what it asked for last is no longer told. */
  close(): void {
    this.ended.abort();
  }

  private async run(): Promise<void> {
    const { signal } = this.ended;
    while (!signal.aborted) {
      await this.look();
      await delay(lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    let seen: SequencingState;
    try {
      seen = await this.sequencing.state();
    } catch {
      // The database does not answer: the store's own check says so.
      return;
    }
    if (this.ended.signal.aborted) return;
    const before = this.last;
    this.last = seen;
    const { state, why, holder, position } = seen;
    if (before?.state === state && before.why === why && before.holder === holder) return;
    const fields = { state, holder, position, ...(why !== null && { because: why }) };
    if (state === 'halted') this.log.error(fields, 'sequencer: halted, nothing more is written to the log');
    else if (state === 'stopped') this.log.warn(fields, 'sequencer: no process writes the log');
    else this.log.info(fields, `sequencer: ${state}`);
  }
}
