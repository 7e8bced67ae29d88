import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '../postgres/connection.js';
import type { LogListener } from '../postgres/log-listener.js';
import type { KurrentConnection } from './kurrent-connection.js';
import { KurrentFault } from './kurrent-fault.js';
import type { LogLookup } from './log-lookup.js';
import type { StreamNames } from './names.js';
import { ServerPassed } from './server-passed.js';
import { within } from './within.js';

/** After how long it is looked again where the log says nothing: it may have passed what others wrote. */
const lookAgainMs = 250;

/**
 * Waits for an ordered log that was made anew to have what its server had already. What a sequencer says of itself is not
 * enough: one that hears nothing for a moment takes itself to be up to date. So the server is asked where it ends, and the
 * log has to have come to there; once is enough, for from then on ids are claimed before they are sent.
 */
export class FirstWriting {
  private looking: Promise<boolean> | undefined;
  /** Of the server, as it was when somebody began to wait. */
  private passed: ServerPassed | undefined;
  private trouble: string | undefined;
  private attempt = 0;

  constructor(
    private readonly connection: KurrentConnection,
    private readonly names: StreamNames,
    private readonly lookup: Pick<LogLookup, 'caughtUpWith' | 'halted' | 'length' | 'resumePoint'>,
    private readonly listener: Pick<LogListener, 'heard' | 'start' | 'wait'>,
    /** By when every wait has to end, where the store is being closed. */
    private readonly endBy: () => number,
  ) {}

  /** @returns whether the log is to be asked again: it is up to date, or stands still; not, where the time was up before */
  async over(deadline: number): Promise<boolean> {
    this.listener.start();
    for (;;) {
      const left = Math.min(deadline, this.endBy()) - Date.now();
      if (left <= 0) return false;
      this.looking ??= this.look().finally(() => (this.looking = undefined));
      if (await within(this.looking, left, () => false)) return true;
    }
  }

  /** How far it is, for who waited in vain. */
  async standing(): Promise<string> {
    const events = await this.lookup.length().catch(() => undefined);
    const far = events === undefined ? '' : `: it has ${events} events so far`;
    const why = this.trouble === undefined ? '' : ` (${this.trouble})`;
    return `whether the ordered log has all that the server has is not known yet${far}${why}`;
  }

  /** Looks once, and where it is not over yet, waits for what may have changed that. */
  private async look(): Promise<boolean> {
    const { heard } = this.listener;
    try {
      this.passed ??= new ServerPassed(this.connection, this.names);
      const resume = await this.lookup.resumePoint();
      const hasPassed = await this.passed.by(resume);
      const isOver =
        (hasPassed && (await this.lookup.caughtUpWith(resume))) || (await this.lookup.halted()) !== null;
      this.trouble = undefined;
      this.attempt = 0;
      if (isOver) this.passed = undefined;
      else await this.listener.wait(heard, AbortSignal.timeout(lookAgainMs));
      return isOver;
    } catch (error) {
      this.trouble = error instanceof KurrentFault ? error.message : 'the database does not answer';
      await delay(backoffMs(this.attempt), undefined, { ref: false });
      this.attempt += 1;
      return false;
    }
  }
}
