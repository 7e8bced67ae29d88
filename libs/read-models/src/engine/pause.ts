/** A wait that ends after its time, when something happened, or when the signal says so. One waiter at a time. */
export class Pause {
  private finish: (() => void) | undefined;
  private happened = false;

  constructor(private readonly signal: AbortSignal) {}

  /** Something happened: ends the wait, or the next one at once. */
  end(): void {
    this.happened = true;
    this.finish?.();
  }

  /** Comes back after this many milliseconds at the latest. */
  async upTo(milliseconds: number): Promise<void> {
    if (!this.happened && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.finish = () => {
          clearTimeout(timer);
          resolve();
        };
        this.signal.addEventListener('abort', this.finish, { once: true });
      });
      if (this.finish) this.signal.removeEventListener('abort', this.finish);
      this.finish = undefined;
    }
    this.happened = false;
  }
}
