interface Wait {
  readonly position: number;
  readonly settle: (reached: number) => void;
}

/** More waiting requests than this are answered at once with what is reached. */
const mostWaits = 10_000;
/** In case a notification was lost. */
const pollMs = 500;

/** Requests that wait for the read models to reach a position. One look serves them all. */
export class PositionWaits {
  private readonly waits = new Set<Wait>();
  private looking = false;
  private lookAgain = false;
  private poll: NodeJS.Timeout | undefined;

  /** `look` answers with the position reached. */
  constructor(private readonly look: () => Promise<number>) {}

  /** The position reached: `position` or more, or what there is when the time is over. */
  async until(position: number, timeoutMs: number): Promise<number> {
    const reached = await this.look();
    if (reached >= position || timeoutMs <= 0 || this.waits.size >= mostWaits) return reached;
    return new Promise<number>((resolve) => {
      const settle = (now: number): void => {
        clearTimeout(timer);
        this.waits.delete(wait);
        if (this.waits.size === 0) this.rest();
        resolve(now);
      };
      const timer = setTimeout(() => {
        void this.look().then(settle, () => settle(reached));
      }, timeoutMs);
      const wait: Wait = { position, settle };
      this.waits.add(wait);
      this.poll ??= setInterval(() => this.wake(), pollMs);
      // It may have been reached between the look and now.
      this.wake();
    });
  }

  /** Something moved: looks whether anybody's wait is over. */
  wake(): void {
    if (this.waits.size === 0) return;
    if (this.looking) {
      this.lookAgain = true;
      return;
    }
    this.looking = true;
    void this.lookAround().finally(() => {
      this.looking = false;
      if (!this.lookAgain) return;
      this.lookAgain = false;
      this.wake();
    });
  }

  /** Everybody gets what is reached. */
  async close(): Promise<void> {
    const reached = await this.look().catch(() => 0);
    for (const wait of this.waits) wait.settle(reached);
  }

  private async lookAround(): Promise<void> {
    // A failure is met again by the next look, or by the end of the wait.
    const reached = await this.look().catch(() => -1);
    for (const wait of this.waits) if (reached >= wait.position) wait.settle(reached);
  }

  private rest(): void {
    clearInterval(this.poll);
    this.poll = undefined;
  }
}
