/** What has to be there for the service to answer. Resolves, or says in one line what is missing. */
export type Check = () => Promise<string | undefined> | string | undefined;

export interface ReadinessReport {
  readonly ready: boolean;
  /** One line for each thing that is missing, by the name of its check. */
  readonly missing: Readonly<Record<string, string>>;
}

const LONGEST_CHECK_MS = 2_000;

/** Says whether the service should be sent requests. The composition root adds the checks. */
export class Readiness {
  private readonly checks = new Map<string, Check>();
  private stopping = false;

  constructor(private readonly longestCheckMs = LONGEST_CHECK_MS) {}

  add(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  /** From now on not ready, whatever the checks say. */
  stop(): void {
    this.stopping = true;
  }

  /** Asks all checks at the same time; one that has not answered in time counts as missing. Never fails. */
  async report(): Promise<ReadinessReport> {
    if (this.stopping) return { ready: false, missing: { service: 'is stopping' } };
    const names = [...this.checks.keys()];
    const answers = await Promise.all(names.map((name) => this.ask(name)));
    const missing = Object.fromEntries(
      names.flatMap((name, index) => {
        const answer = answers[index];
        return answer === undefined ? [] : [[name, answer] as const];
      }),
    );
    return { ready: Object.keys(missing).length === 0, missing };
  }

  private async ask(name: string): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, this.longestCheckMs, 'does not answer');
    });
    try {
      return await Promise.race([Promise.resolve(this.checks.get(name)?.()), late]);
    } catch {
      // The reason may name hosts and users, and this page needs no token.
      return 'fails';
    } finally {
      clearTimeout(timer);
    }
  }
}
