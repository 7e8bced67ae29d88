import { setImmediate as turn } from 'node:timers/promises';
import {
  type Feed,
  type Follower,
  type Knowledge,
  type Sharing,
  type Stretch,
  mostBacklog,
} from './follower.js';
import { textsOf } from './item-hidden.js';
import type { Classified } from './log-reader.js';
import { type Message, type Step, caughtUp } from './message.js';
import type { SharedExecution } from './shared-execution.js';
import type { SharedText } from './shared-text.js';

/** Characters sent to a follower before its socket has had a chance to be written to. */
const mostAtOnce = 64 * 1024;

/** What a group follows. */
export interface Subject {
  /** What a batch is to those who were sent everything before it. */
  live(classified: Classified): Promise<readonly Step[]>;
  /** What comes next for one that catches up. */
  next(after: number, knowledge: Knowledge): Promise<Stretch>;
}

/**
 * Followers with one document, the same variables, and the same to see: each message is worded once and sent to all. Those
 * who are live stand by where their last message ended, which differs only for those who joined since.
 */
export class Group implements Sharing {
  private readonly live = new Map<number, Set<Follower>>();
  private readonly followers = new Set<Follower>();
  private digest: string | undefined;
  private sentAt = performance.now();

  constructor(
    private readonly subject: Subject,
    private readonly execution: Pick<SharedExecution, 'word'>,
    private readonly onEmpty: () => void,
  ) {}

  get size(): number {
    return this.followers.size;
  }

  get liveSize(): number {
    let sum = 0;
    for (const { size } of this.live.values()) sum += size;
    return sum;
  }

  add(follower: Follower): void {
    this.followers.add(follower);
  }

  next(after: number, knowledge: Knowledge): Promise<Stretch> {
    return this.subject.next(after, knowledge);
  }

  word(message: Message, position: number): Promise<SharedText> {
    return this.execution.word(message, position, 'behind');
  }

  join(follower: Follower): void {
    // Who joined at other times may have been told other things of one position: what comes next is then told to all.
    const isAgreed = this.live.size === 0 || this.digest === follower.digest;
    this.digest = isAgreed ? follower.digest : undefined;
    this.standing(follower.position).add(follower);
  }

  leave(follower: Follower): void {
    this.withdraw(follower);
    this.followers.delete(follower);
    if (this.followers.size === 0) this.onEmpty();
  }

  /** Serves everybody live with a batch; where it holds nothing for them, they are told so once in a while. */
  async serve(classified: Classified, idleMs: number): Promise<void> {
    if (this.live.size === 0) return;
    try {
      const steps = await this.subject.live(classified);
      const texts = steps.map((step) =>
        textsOf(step, (message, position) => this.execution.word(message, position, 'live')),
      );
      for (const made of texts) made.catch(() => undefined);
      let unsent = 0;
      for (const [index, step] of steps.entries()) {
        const made = await texts[index]!;
        if (!made) continue;
        if (step.digest !== undefined && step.digest === this.digest) continue;
        this.send(step, made);
        unsent += made.reduce((sum, { size }) => sum + size, 0);
        if (unsent < mostAtOnce) continue;
        // Sockets are written to when this turn of the event loop ends: a burst is not a client that is slow.
        await turn();
        unsent = 0;
      }
      const { upTo, recordedAt } = classified.batch;
      if (this.isIdle(idleMs)) await this.tell(caughtUp(upTo, recordedAt), () => true);
    } catch (error) {
      this.failLive(error);
    }
  }

  /** Tells those who were sent nothing for a while how far they are. */
  async beat(feed: Feed): Promise<void> {
    if (feed.serving || !this.isIdle(feed.idleMs)) return;
    const { examined } = feed;
    try {
      await this.tell(caughtUp(examined, feed.examinedAt), () => feed.examined === examined && !feed.serving);
    } catch (error) {
      this.failLive(error);
    }
  }

  fail(error: unknown): void {
    for (const follower of this.followers) follower.fail(error);
  }

  private isIdle(idleMs: number): boolean {
    return this.live.size > 0 && performance.now() - this.sentAt >= idleMs;
  }

  private async tell(step: Step, mayStill: () => boolean): Promise<void> {
    const text = await this.execution.word(step.messages[0]!, step.upTo, 'live');
    if (mayStill()) this.send(step, [text]);
  }

  private failLive(error: unknown): void {
    for (const standing of this.live.values()) for (const follower of standing) follower.fail(error);
  }

  private send({ messages, digest }: Step, texts: readonly SharedText[]): void {
    for (const [index, { upTo }] of messages.entries()) {
      for (const [after, standing] of this.live) {
        const text = texts[index]!.from(after);
        for (const { outlet } of standing) outlet.send(text);
      }
      if (upTo !== undefined) this.gather(upTo);
    }
    this.digest = digest ?? this.digest;
    this.sentAt = performance.now();
    this.dropSlow();
  }

  /** Everybody stands at one position again. */
  private gather(upTo: number): void {
    const [first, ...others] = this.live.values();
    this.live.clear();
    if (!first) return;
    for (const standing of others) for (const follower of standing) first.add(follower);
    this.live.set(upTo, first);
  }

  /** Those whose peers do not keep up are served from the log from here on, and hold nothing meanwhile. */
  private dropSlow(): void {
    for (const [upTo, standing] of this.live) {
      for (const follower of standing) {
        if (follower.outlet.backlog <= mostBacklog) continue;
        standing.delete(follower);
        follower.fallBehind(upTo, this.digest);
      }
      if (standing.size === 0) this.live.delete(upTo);
    }
  }

  private standing(position: number): Set<Follower> {
    const found = this.live.get(position);
    if (found) return found;
    const standing = new Set<Follower>();
    this.live.set(position, standing);
    return standing;
  }

  private withdraw(follower: Follower): void {
    for (const [upTo, standing] of this.live) {
      if (standing.delete(follower) && standing.size === 0) this.live.delete(upTo);
    }
  }
}
