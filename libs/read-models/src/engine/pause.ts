/** Waits that end after their time, when something happened, or when the signal says so. */
export class Pause {
  private readonly waiting = new Set<() => void>();
  private happened = false;

  constructor(private readonly signal: AbortSignal) {}

  /** Something happened: ends the waits under way, or the next one at once. */
  end(): void {
    this.happened = true;
    for (const finish of this.waiting) finish();
  }

  /** Comes back after this many milliseconds at the latest. */
  async upTo(milliseconds: number): Promise<void> {
    const { signal, waiting } = this;
    if (!this.happened && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const finish = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', finish);
          waiting.delete(finish);
          resolve();
        };
        const timer = setTimeout(finish, milliseconds);
        signal.addEventListener('abort', finish);
        waiting.add(finish);
      });
    }
    this.happened = false;
  }
}
