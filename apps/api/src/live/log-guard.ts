import type { EventLog, LogIdentity } from '@masar/event-store';
import { ApiError } from '../platform/errors/api-error.js';
import type { StartArgs } from './live-args.js';
import { patiently } from './patience.js';

/** Sees to it that what is followed is one history: a log that was put back from a backup is another. */
export class LogGuard {
  constructor(
    private readonly log: EventLog,
    readonly identity: LogIdentity,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Asks the store afresh: what was read before it answers was of this history.
   *
   * @throws ApiError `LOG_REWOUND`
   */
  async sameLog(): Promise<void> {
    const now = await patiently(this.signal, () => this.log.identity({ afresh: true }));
    if (!this.isOther(now)) return;
    throw await this.rewound('is another history now');
  }

  /** @throws ApiError `LOG_REWOUND` where the log is another, or ends before what was heard of */
  async check(heard: number): Promise<void> {
    await this.sameLog();
    const { position } = await patiently(this.signal, () => this.log.head());
    if (position < heard) throw rewound(this.identity, position, 'was put back to an earlier end');
  }

  /**
   * Where a follower begins: after the position it gives, or with what is recorded from now on.
   *
   * @param heard the log is known to have come to here
   * @throws ApiError `LOG_REWOUND` for a position of another history, or ahead of the end; StoreError `UNAVAILABLE`
   */
  async startOf({ after, logId, epoch }: StartArgs, heard: number): Promise<number> {
    const isOther = this.isOther({ logId, epoch });
    if (!isOther && after !== undefined && after <= heard) return after;
    const { position } = await this.log.head();
    const head = Math.max(position, heard);
    if (isOther) throw rewound(this.identity, head, 'is another history than the one asked for');
    if (after !== undefined && after > head)
      throw rewound(this.identity, head, 'ends before the position asked for');
    return after ?? head;
  }

  async rewound(why: string): Promise<ApiError> {
    const { log, signal } = this;
    const [identity, { position }] = await patiently(signal, () =>
      Promise.all([log.identity({ afresh: true }), log.head()]),
    );
    return rewound(identity, position, why);
  }

  private isOther({
    logId,
    epoch,
  }: {
    readonly logId?: string | undefined;
    readonly epoch?: number | undefined;
  }): boolean {
    return (
      (logId !== undefined && logId !== this.identity.logId) ||
      (epoch !== undefined && epoch !== this.identity.epoch)
    );
  }
}

function rewound({ logId, epoch }: LogIdentity, head: number, why: string): ApiError {
  const message = `the log ${why}: start anew, and forget what is known of it`;
  return new ApiError('LOG_REWOUND', message, { logId, epoch, head });
}
