import type { Outlet } from '../platform/websocket/live-source.js';
import { textsOf } from './item-hidden.js';
import { type Message, type Step, catchingUp, caughtUp, fellBehind } from './message.js';
import type { SharedText } from './shared-text.js';

/** Bytes its peer has not taken above which a follower is served live no more, but from the log. */
export const mostBacklog = 256 * 1024;
/** Steps whose texts are made ahead while a follower catches up. */
const stepsAhead = 8;

/** Where the node is in the log, as followers have to know it. */
export interface Feed {
  /** Everybody live was served up to here. */
  readonly examined: number;
  readonly examinedAt: string | null;
  /** Heard of up to here. */
  readonly heard: number;
  /** Whether what follows `examined` is being served. */
  readonly serving: boolean;
  /** One more each time something is classified otherwise. */
  readonly classified: number;
  /** Milliseconds a follower hears nothing at most. */
  readonly idleMs: number;
  /** Waits until something more was served, or nothing will be any more. */
  served(): Promise<void>;
}

/** What a follower knew when it began to catch up. */
export interface Knowledge {
  /** It was sent everything up to here. */
  readonly after: number;
  /** Items were classified as they were known here. */
  readonly known: number;
}

/** What a stretch of the log is to a follower. */
export interface Stretch {
  readonly steps: readonly Step[];
  readonly upTo: number;
}

/** Those who are sent the same, as one of them sees them. */
export interface Sharing {
  /** The next stretch after a position at or below `examined`. */
  next(after: number, knowledge: Knowledge): Promise<Stretch>;
  word(message: Message, position: number): Promise<SharedText>;
  /** From now on it is served live. */
  join(follower: Follower): void;
  leave(follower: Follower): void;
}

/**
 * One subscription, in one of three phases: catching up from the log, live, or behind. It is sent each step once, in the
 * order of the log, and each message covers from where the one before ended.
 */
export class Follower {
  /** What was sent covers up to here; while it is live, its group knows. */
  private upTo: number;
  private over = false;
  private sentAt = performance.now();

  constructor(
    readonly outlet: Outlet,
    private readonly sharing: Sharing,
    private readonly feed: Feed,
    after: number,
    /** What it was told last, where telling it again is of no use. */
    public digest?: string,
  ) {
    this.upTo = after;
  }

  get position(): number {
    return this.upTo;
  }

  /** Begins to catch up. */
  start(): void {
    void this.run(() => this.catchUp());
  }

  /** It was live, and its peer does not take what it is sent: from here on it is served from the log, once it can. */
  fallBehind(upTo: number, digest: string | undefined): void {
    this.upTo = upTo;
    this.digest = digest;
    void this.run(async () => {
      await this.outlet.drained();
      if (this.over) return;
      const text = await this.sharing.word(fellBehind, upTo);
      if (this.over) return;
      this.outlet.send(text.from(upTo));
      await this.catchUp();
    });
  }

  /** Its client left: nothing is sent any more. */
  end(): void {
    if (this.over) return;
    this.over = true;
    this.sharing.leave(this);
  }

  /** Nothing can be sent any more. */
  fail(error: unknown): void {
    if (this.over) return;
    this.end();
    this.outlet.end(error);
  }

  private async run(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.fail(error);
    }
  }

  private async catchUp(): Promise<void> {
    const { feed, sharing } = this;
    const knowledge = { after: this.upTo, known: feed.heard };
    let reached = this.upTo;
    for (let first = true; !this.over;) {
      if (reached > feed.examined) {
        await feed.served();
      } else if (first || reached < feed.examined) {
        const { classified } = feed;
        const stretch = await sharing.next(reached, knowledge);
        first = !(await this.sendAll(stretch.steps, classified));
        reached = first ? this.upTo : stretch.upTo;
        // Where little matches much goes by unsaid, and a lost connection would have it read again from the start.
        if (
          this.upTo < reached &&
          reached < feed.examined &&
          performance.now() - this.sentAt >= feed.idleMs
        ) {
          await this.sendStep(catchingUp(reached), () => feed.classified === classified);
        }
      } else if (feed.serving) {
        await feed.served();
      } else if (await this.sendStep(caughtUp(reached, feed.examinedAt), () => this.isAt(reached))) {
        sharing.join(this);
        return;
      }
    }
  }

  /** Whether it is exactly where those who are live are: no message lies between, and none comes twice. */
  private isAt(position: number): boolean {
    return position === this.feed.examined && !this.feed.serving;
  }

  /** @returns false where something was classified otherwise meanwhile: what is to be sent has to be asked anew */
  private async sendAll(steps: readonly Step[], classified: number): Promise<boolean> {
    const { feed, outlet } = this;
    const asKnown = () => feed.classified === classified;
    for (const [index, step] of steps.entries()) {
      for (const ahead of steps.slice(index + 1, index + 1 + (index % stepsAhead === 0 ? stepsAhead : 0))) {
        for (const message of ahead.messages)
          void this.sharing.word(message, ahead.upTo).catch(() => undefined);
      }
      if (step.digest !== undefined && step.digest === this.digest) continue;
      if (!(await this.sendStep(step, asKnown))) return false;
      this.digest = step.digest;
      if (outlet.backlog > mostBacklog) await outlet.drained();
      if (this.over) return false;
    }
    return asKnown();
  }

  /** Sends all messages of a step at once, unless they may not be sent any more once they are worded. */
  private async sendStep(step: Step, mayStill: () => boolean): Promise<boolean> {
    const texts = await textsOf(step, (message, position) => this.sharing.word(message, position));
    if (this.over || !mayStill()) return false;
    if (!texts) return true;
    for (const [index, { upTo = this.upTo }] of step.messages.entries()) {
      this.outlet.send(texts[index]!.from(this.upTo));
      this.upTo = upTo;
    }
    this.sentAt = performance.now();
    return true;
  }
}
