import { SingleBar } from 'cli-progress';

/** How far a command has come, shown to whoever waits for it. */
export interface Progress {
  show(done: number, total: number): void;
  end(): void;
}

const lineEveryMs = 2_000;

/**
 * A bar on a terminal, a plain line now and then elsewhere, nothing where a script reads.
 *
 * @param what a word for what is being done
 * @param unit what is counted: `events`
 */
export function progressOn(stream: NodeJS.WriteStream, what: string, unit: string, silent = false): Progress {
  if (silent) return { show: () => undefined, end: () => undefined };
  return stream.isTTY ? bar(stream, what, unit) : lines(stream, what, unit);
}

function bar(stream: NodeJS.WriteStream, what: string, unit: string): Progress {
  const shown = new SingleBar({ stream, format: `${what} {bar} {percentage}% {value} ${unit}` });
  let started = false;
  return {
    show(done, total) {
      if (!started) shown.start(total, 0);
      started = true;
      shown.update(done);
    },
    end: () => shown.stop(),
  };
}

function lines(stream: NodeJS.WriteStream, what: string, unit: string): Progress {
  let shownAt = Date.now();
  return {
    show(done, total) {
      if (Date.now() - shownAt < lineEveryMs) return;
      shownAt = Date.now();
      stream.write(`${what}: ${done} of ${total} ${unit}\n`);
    },
    end: () => undefined,
  };
}

/** {@link progressOn} for work in steps: one bar, or row of lines, after the other. */
export class Steps {
  private step: string | undefined;
  private shown: Progress | undefined;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly unit: string,
    private readonly silent = false,
  ) {}

  show(step: string, done: number, total: number): void {
    if (step !== this.step) {
      this.end();
      this.step = step;
      this.shown = progressOn(this.stream, step, this.unit, this.silent);
    }
    this.shown?.show(done, total);
  }

  end(): void {
    this.shown?.end();
    this.shown = undefined;
  }
}

/** Runs work that Ctrl-C and SIGTERM ask to end, and that tidies up when it does. */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work(stopping.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
