import type { Logger } from 'pino';

/** A step of stopping. It is given a bounded time and may fail; the next one runs in any case. */
export interface StopStep {
  readonly name: string;
  readonly run: () => Promise<void> | void;
  /** Milliseconds it is waited for. */
  readonly withinMs: number;
}

/** What a stop needs of the process; a test passes its own. */
export interface StoppableProcess {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  removeListener(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const satisfies readonly NodeJS.Signals[];
/** A terminal's Ctrl-C reaches npm as well, which passes it on: the echo is not a second wish. */
const ECHO_MS = 300;
const LONGEST_START_MS = 60_000;

/**
 * Stops the process in order, once: the steps as added, each bounded in time. A second signal ends it at once, code 130.
 *
 * The order is the composition root's: not ready any more, no new connections and those at work finished, projections,
 * appends, pools, and PostgreSQL last.
 */
export class Shutdown {
  private readonly steps: StopStep[] = [];
  private stopping: Promise<boolean> | undefined;
  private startedAt = 0;
  private started: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly log: Logger,
    private readonly process: StoppableProcess,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Adds a step after those there are. */
  add(name: string, withinMs: number, run: () => Promise<void> | void): void {
    this.steps.push({ name, withinMs, run });
  }

  /** True from the first wish to stop on: what fails from then on fails because of it. */
  get isStopping(): boolean {
    return this.stopping !== undefined;
  }

  /**
   * A start that is under way: a signal meanwhile waits for its end, a minute at most, so that everything it opened is
   * among the steps. Passes on what it gives.
   */
  starting<T>(start: Promise<T>): Promise<T> {
    this.started = start.catch(() => undefined);
    return start;
  }

  /** Stops at SIGINT and SIGTERM. The function returned no longer does. */
  listen(): () => void {
    const onSignal = (): void => void this.signalled();
    for (const signal of SIGNALS) this.process.on(signal, onSignal);
    return () => {
      for (const signal of SIGNALS) this.process.removeListener(signal, onSignal);
    };
  }

  /** Runs the steps, once; true where all of them ended well and in time. */
  stop(): Promise<boolean> {
    return (this.stopping ??= this.run());
  }

  private async signalled(): Promise<void> {
    if (this.stopping !== undefined) {
      if (this.now() - this.startedAt < ECHO_MS) return;
      this.log.warn('stopping at once');
      this.process.exit(130);
      return;
    }
    this.log.info('stopping; press Ctrl-C again to stop at once');
    this.process.exit((await this.stop()) ? 0 : 1);
  }

  private async run(): Promise<boolean> {
    this.startedAt = this.now();
    const { started } = this;
    let well = await this.take({
      name: 'start',
      withinMs: LONGEST_START_MS,
      run: async () => void (await started),
    });
    for (const step of this.steps) well = (await this.take(step)) && well;
    this.log.info('stopped');
    return well;
  }

  private async take({ name, run, withinMs }: StopStep): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, withinMs, 'late');
    });
    try {
      const end = await Promise.race([Promise.resolve(run()), late]);
      if (end !== 'late') return true;
      this.log.warn({ step: name, withinMs }, 'a step of stopping took too long and was left');
      return false;
    } catch (err) {
      this.log.error({ step: name, err }, 'a step of stopping failed');
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
