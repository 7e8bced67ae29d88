import { seededRandom } from '../seeded-random.js';

export const requestKinds = ['append', 'read', 'subscribe', 'delete', 'features', 'gossip'] as const;
export type RequestKind = (typeof requestKinds)[number];

/**
 * What becomes of a request.
 *
 * - `hang`: it is taken and never answered, and what it asks for is not done
 * - `cutBefore`: its connection is reset, and what it asks for is not done
 * - `cutAfter`: it is done, and its connection is reset with no answer
 * - `timeout`: it is done, and answered by that the server does not know whether it is
 * - `end`: it is done, and the call ends as if all were well, with no answer
 * - `unavailable`: refused by a bare gRPC error 14
 * - `notReady`: refused as by a server that is starting
 * - `notLeader`: refused with where the leader is
 * - `denied`: refused as one whose user may not
 * - `slow`: done, and answered later
 * - `silent`: a subscription is confirmed, and then told nothing
 * - `scan`: a filtered read takes a while for each so many events it considers
 */
export type Fate =
  | 'hang'
  | 'cutBefore'
  | 'cutAfter'
  | 'timeout'
  | 'end'
  | 'unavailable'
  | 'notReady'
  | 'notLeader'
  | 'denied'
  | 'slow'
  | 'silent'
  | 'scan';

export interface Fault {
  readonly fate: Fate;
  /** Of `slow`: how much later; of `scan`: how long for each page. */
  readonly ms: number;
}

export interface FaultOptions {
  /** Which requests meet it; those that make sense for it where left out. */
  readonly kinds?: readonly RequestKind[];
  /** How many requests meet it; all until it is lifted where left out. */
  readonly times?: number;
  /** How many requests pass before the first meets it. */
  readonly after?: number;
}

export interface Chaos {
  readonly seed: number;
  readonly of: readonly Fate[];
  readonly kinds?: readonly RequestKind[];
  /** Between 0 and 1: how many requests meet one. */
  readonly chance: number;
  /** Of `slow`: no answer is later by more. */
  readonly slowMs?: number;
}

/** Ends a fault; it is no error to end it twice. */
export type Lift = () => void;

interface Rule {
  readonly kinds: readonly RequestKind[];
  /** Asked for each request of those kinds. */
  readonly next: () => Fault | undefined;
}

const data: readonly RequestKind[] = ['append', 'read', 'subscribe', 'delete'];
const writes: readonly RequestKind[] = ['append', 'delete'];

/** The faults of a double, to begin and to lift. The one begun last is asked first. */
export class Faults {
  private rules: Rule[] = [];
  /** How many requests met each. */
  readonly met = new Map<Fate, number>();

  /** Requests are taken and never answered. */
  hang(options: FaultOptions = {}): Lift {
    return this.begin('hang', data, options);
  }

  /** The connection is reset before anything is written. */
  cutBeforeCommit(options: FaultOptions = {}): Lift {
    return this.begin('cutBefore', writes, options);
  }

  /** What was asked for is written, and the connection reset with no answer. */
  cutAfterCommit(options: FaultOptions = {}): Lift {
    return this.begin('cutAfter', writes, options);
  }

  /** What was asked for is written, and the answer is that it took too long, as where a cluster could not agree in time. */
  timeOut(options: FaultOptions = {}): Lift {
    return this.begin('timeout', ['append'], options);
  }

  /** What was asked for is written, and the call ends with status OK and no answer. */
  endWithoutAnswer(options: FaultOptions = {}): Lift {
    return this.begin('end', ['append'], options);
  }

  /** Refused by a gRPC error 14 without trailers. */
  refuse(options: FaultOptions = {}): Lift {
    return this.begin('unavailable', data, options);
  }

  /** Refused as by a server that is starting. */
  notReady(options: FaultOptions = {}): Lift {
    return this.begin('notReady', data, options);
  }

  /** Refused with the address of the leader, which is where the double says it is. */
  notLeader(options: FaultOptions = {}): Lift {
    return this.begin('notLeader', data, options);
  }

  /** Refused as one whose user has no leave. */
  deny(options: FaultOptions = {}): Lift {
    return this.begin('denied', data, options);
  }

  /** Each answer comes so much later. */
  slow(ms: number, options: FaultOptions = {}): Lift {
    return this.begin('slow', data, options, ms);
  }

  /** Each page a filtered read looks through takes so long; what subscriptions look through does not. */
  scanSlowly(ms: number, options: FaultOptions = {}): Lift {
    return this.begin('scan', ['read'], options, ms);
  }

  /** Subscriptions are confirmed and then told nothing, though events are written. */
  silence(options: FaultOptions = {}): Lift {
    return this.begin('silent', ['subscribe'], options);
  }

  /** A mix, the same in every run with the same requests in the same order. */
  chaos({ seed, of, kinds = data, chance, slowMs = 50 }: Chaos): Lift {
    const random = seededRandom(seed);
    return this.add({
      kinds,
      next: () => {
        if (random() >= chance) return undefined;
        const fate = of[Math.floor(random() * of.length)]!;
        return { fate, ms: Math.ceil(random() * slowMs) };
      },
    });
  }

  /** Lifts every fault there is. */
  lift(): void {
    this.rules = [];
  }

  /** @returns what becomes of a request that just came in */
  next(kind: RequestKind): Fault | undefined {
    for (const rule of this.rules.toReversed()) {
      const fault = rule.kinds.includes(kind) ? rule.next() : undefined;
      if (!fault) continue;
      this.met.set(fault.fate, (this.met.get(fault.fate) ?? 0) + 1);
      return fault;
    }
    return undefined;
  }

  private begin(fate: Fate, usual: readonly RequestKind[], options: FaultOptions, ms = 0): Lift {
    const { kinds = usual, times = Infinity, after = 0 } = options;
    let seen = 0;
    return this.add({
      kinds,
      next: () => {
        const index = seen - after;
        seen += 1;
        return index >= 0 && index < times ? { fate, ms } : undefined;
      },
    });
  }

  private add(rule: Rule): Lift {
    this.rules.push(rule);
    return () => {
      this.rules = this.rules.filter((other) => other !== rule);
    };
  }
}
