import { setMaxListeners } from 'node:events';
import {
  type EventLog,
  type LogIdentity,
  type RecordedEvent,
  StoreError,
  type Subscription,
} from '@masar/event-store';
import type { GraphQLSchema } from 'graphql';
import type { Pool } from 'pg';
import { ApiError } from '../platform/errors/api-error.js';
import type { ErrorSink } from '../platform/errors/present.js';
import type { ReadSide } from '../platform/read-side.js';
import type { Following, Outlet } from '../platform/websocket/live-source.js';
import type { Facts } from './facts.js';
import { type Feed, Follower } from './follower.js';
import { Group } from './group.js';
import type { LiveRequest } from './live-request.js';
import { LogGuard } from './log-guard.js';
import { LogReader } from './log-reader.js';
import { Pins } from './pins.js';
import { SharedExecution } from './shared-execution.js';
import { SharedTexts } from './shared-text.js';
import { Slots } from './slots.js';
import { subjectOf } from './subject-of.js';

/** Events the tail takes at a time. */
const batchEvents = 200;
/** Groups served at a time. */
const groupsAtATime = 8;
/** Texts made at a time, each of which may take a connection to the database: for those who are live, and the others. */
const textsAtATime = 4;

export interface Rhythm {
  /** How often the log is asked whether it is still the same. */
  readonly checkMs: number;
  /** How long those who are live hear nothing at most. */
  readonly idleMs: number;
}

export interface SessionParts {
  readonly log: EventLog;
  readonly pool: Pool;
  readonly reads: ReadSide;
  readonly facts: Facts;
  readonly errors: ErrorSink;
  readonly schema: GraphQLSchema;
  readonly rhythm: Rhythm;
}

/** How many there are of what takes memory. */
export interface LiveState {
  readonly followers: number;
  /** Those of them that are served as events come. */
  readonly live: number;
  readonly groups: number;
  /** Texts made so far. */
  readonly texts: number;
  /** Everybody live was served up to here. */
  readonly position: number;
}

/**
 * The log followed once for everybody, from the first follower on to the last one: one tail, one copy of what was read
 * lately, the groups. When it is over all of it is gone, and the next follower begins another.
 */
export class Session implements Feed {
  examined: number;
  heard: number;
  serving = false;
  /** Calls that are about to add a follower. */
  private opening = 0;
  private readonly stop = new AbortController();
  private readonly groups = new Map<string, Group>();
  private readonly guard: LogGuard;
  private readonly pins: Pins;
  private readonly reader: LogReader;
  private readonly texts = new SharedTexts();
  private readonly slots = {
    groups: new Slots(groupsAtATime),
    live: new Slots(textsAtATime),
    behind: new Slots(textsAtATime),
  };
  private readonly tail: Subscription;
  private readonly timer: NodeJS.Timeout;
  private beating = false;
  private waiting: (() => void)[] = [];

  private constructor(
    private readonly parts: SessionParts,
    identity: LogIdentity,
    head: number,
    public examinedAt: string | null,
    private readonly onOver: (session: Session) => void,
  ) {
    const { log, reads, facts, rhythm } = parts;
    const { signal } = this.stop;
    // Whatever waits for the store waits for it too.
    setMaxListeners(0, signal);
    this.examined = head;
    this.heard = head;
    this.guard = new LogGuard(log, identity, signal);
    this.pins = new Pins(reads, signal, head);
    this.reader = new LogReader({ log, facts, pins: this.pins, guard: this.guard, signal });
    this.tail = log.subscribe(head, { batch: batchEvents });
    this.timer = setInterval(() => void this.beat(), rhythm.checkMs).unref();
    void this.follow();
  }

  /** @throws StoreError `UNAVAILABLE` */
  static async begin(parts: SessionParts, onOver: (session: Session) => void): Promise<Session> {
    const identity = await parts.log.identity({ afresh: true });
    const { position, recordedAt } = await parts.log.head();
    return new Session(parts, identity, position, recordedAt, onOver);
  }

  get over(): boolean {
    return this.stop.signal.aborted;
  }

  get idleMs(): number {
    return this.parts.rhythm.idleMs;
  }

  get classified(): number {
    return this.reader.generation;
  }

  get state(): LiveState {
    const groups = [...this.groups.values()];
    const sum = (of: (group: Group) => number) => groups.reduce((total, group) => total + of(group), 0);
    return {
      followers: sum(({ size }) => size),
      live: sum(({ liveSize }) => liveSize),
      groups: groups.length,
      texts: this.texts.made,
      position: this.examined,
    };
  }

  /**
   * @returns undefined where it was over before it began
   * @throws ApiError `LOG_REWOUND`; StoreError `UNAVAILABLE`
   */
  async add(request: LiveRequest, outlet: Outlet): Promise<Following | undefined> {
    this.opening += 1;
    try {
      const after = await this.guard.startOf(request.start, this.heard);
      if (this.over) return undefined;
      const group = this.groupFor(request);
      const follower = new Follower(outlet, group, this, after);
      group.add(follower);
      follower.start();
      return follower;
    } finally {
      this.opening -= 1;
      this.endIfIdle();
    }
  }

  served(): Promise<void> {
    return this.over ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Ends it, and whoever still follows with this error. */
  end(error: unknown): void {
    if (this.over) return;
    this.stop.abort();
    clearInterval(this.timer);
    this.onOver(this);
    void this.tail.cancel();
    for (const group of this.groups.values()) group.fail(error);
    this.wake();
  }

  private groupFor(request: LiveRequest): Group {
    const { field, body, visibility } = request;
    const key = JSON.stringify([body.key, visibility.key]);
    const found = this.groups.get(key);
    if (found) return found;
    const { schema, pool, errors, facts } = this.parts;
    const { pins, texts, slots, reader } = this;
    const { identity } = this.guard;
    const execution = new SharedExecution(
      { schema, pool, errors, pins, identity, texts, slots },
      { field, body, visibility, isFollowed: () => this.groups.has(key) },
    );
    const read = (after: number) => reader.after(after, this.examined);
    const subject = subjectOf(request, { pool, pins, facts, feed: this, read });
    const group = new Group(subject, execution, () => {
      this.groups.delete(key);
      this.endIfIdle();
    });
    this.groups.set(key, group);
    return group;
  }

  /** Everybody has left: nothing is kept. */
  private endIfIdle(): void {
    if (this.groups.size === 0 && this.opening === 0) this.end(undefined);
  }

  private async follow(): Promise<void> {
    try {
      for await (const events of this.tail) await this.serve(events);
      this.end(new ApiError('UNAVAILABLE', 'the service is stopping'));
    } catch (error) {
      const isRewound = error instanceof StoreError && error.code === 'LOG_REWOUND';
      this.end(isRewound ? await this.guard.rewound('ends earlier now').catch(() => error) : error);
    }
  }

  /** The one place where those who are live are sent anything: batch by batch, each whole before the next is looked at. */
  private async serve(events: readonly RecordedEvent[]): Promise<void> {
    const { reader, slots } = this;
    this.heard = events.at(-1)!.position;
    if (reader.hear(events)) {
      this.pins.raise(this.heard);
      this.texts.forget();
    }
    const batch = await reader.withFacts(this.examined, events);
    const classified = await reader.classify(batch);
    this.serving = true;
    await Promise.all(
      [...this.groups.values()].map((group) => slots.groups.run(() => group.serve(classified, this.idleMs))),
    );
    reader.keep(batch);
    this.examined = batch.upTo;
    this.examinedAt = batch.recordedAt;
    this.serving = false;
    this.wake();
  }

  private async beat(): Promise<void> {
    if (this.beating) return;
    this.beating = true;
    try {
      await this.guard.check(this.heard);
      for (const group of this.groups.values()) await group.beat(this);
    } catch (error) {
      this.end(error);
    } finally {
      this.beating = false;
    }
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
