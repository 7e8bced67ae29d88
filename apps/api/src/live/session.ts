import type { EventLog, LogIdentity, RecordedEvent, Subscription } from '@masar/event-store';
import { StoreError } from '@masar/event-store';
import { At, restrictedAmong } from '@masar/read-models';
import type { GraphQLSchema } from 'graphql';
import type { Pool } from 'pg';
import { ApiError } from '../platform/errors/api-error.js';
import type { ErrorSink } from '../platform/errors/present.js';
import type { Following, Outlet } from '../platform/websocket/live-source.js';
import type { ReadSide } from '../platform/read-side.js';
import { type Batch, partOf } from './batch.js';
import { withFacts } from './facts.js';
import { type Feed, Follower } from './follower.js';
import { type Classified, Group } from './group.js';
import type { LiveRequest } from './live-request.js';
import type { StartArgs } from './live-args.js';
import { LogPages } from './log-pages.js';
import { patiently } from './patience.js';
import { Pins } from './pins.js';
import { SharedExecution } from './shared-execution.js';
import { SharedTexts } from './shared-text.js';
import { Slots } from './slots.js';
import { subjectOf } from './subject-of.js';

/** Events the tail takes at a time. */
const batchEvents = 200;
/** Groups served at a time. */
const groupsAtATime = 8;
/** How often the log is asked whether it is still the same, and how long a follower hears nothing at most. */
export interface Rhythm {
  readonly checkMs: number;
  readonly idleMs: number;
}

export interface SessionParts {
  readonly log: EventLog;
  readonly pool: Pool;
  readonly reads: ReadSide;
  readonly errors: ErrorSink;
  readonly schema: GraphQLSchema;
  readonly rhythm: Rhythm;
}

/**
 * The log followed once for everybody, from the first follower on to the last one: one tail, one copy of what was read
 * lately, the groups. When it is over all of it is gone, and the next follower begins another.
 */
export class Session implements Feed {
  examined: number;
  heard: number;
  serving = false;
  classified = 0;
  /** Calls that are about to add a follower. */
  private opening = 0;
  private readonly groups = new Map<string, Group>();
  private readonly stop = new AbortController();
  private readonly pins: Pins;
  private readonly pages: LogPages;
  private readonly texts = new SharedTexts();
  private readonly restricted = new WeakMap<
    Batch,
    { readonly classified: number; readonly among: Promise<ReadonlySet<string>> }
  >();
  private readonly slots = new Slots(groupsAtATime);
  private readonly tail: Subscription;
  private readonly timer: NodeJS.Timeout;
  private waiting: (() => void)[] = [];

  private constructor(
    private readonly parts: SessionParts,
    readonly identity: LogIdentity,
    head: number,
    public examinedAt: string | null,
    private readonly onOver: (session: Session) => void,
  ) {
    this.examined = head;
    this.heard = head;
    this.pins = new Pins(parts.reads, this.stop.signal);
    this.pages = new LogPages(parts.log, (after, events) => this.known(after, events));
    this.tail = parts.log.subscribe(head, { batch: batchEvents });
    this.timer = setInterval(() => void this.beat(), parts.rhythm.checkMs).unref();
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

  get sizes(): {
    readonly followers: number;
    readonly live: number;
    readonly groups: number;
    readonly made: number;
  } {
    const groups = [...this.groups.values()];
    const sum = (of: (group: Group) => number) => groups.reduce((total, group) => total + of(group), 0);
    return {
      followers: sum(({ size }) => size),
      live: sum(({ liveSize }) => liveSize),
      groups: groups.length,
      made: this.texts.count,
    };
  }

  /** @throws ApiError `LOG_REWOUND`; StoreError `UNAVAILABLE` */
  async add(request: LiveRequest, outlet: Outlet): Promise<Following> {
    this.opening += 1;
    try {
      const after = await this.startOf(request.start);
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
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Ends it, and whoever still follows with this error. */
  end(error: unknown): void {
    if (this.over) return;
    this.stop.abort();
    clearInterval(this.timer);
    this.onOver(this);
    void this.tail.cancel();
    for (const group of [...this.groups.values()]) group.fail(error);
    this.groups.clear();
    this.wake();
  }

  private async startOf({ after, logId, epoch }: StartArgs): Promise<number> {
    const { identity } = this;
    const other =
      (logId !== undefined && logId !== identity.logId) || (epoch !== undefined && epoch !== identity.epoch);
    if (!other && after !== undefined && after <= this.heard) return after;
    const { position: head } = await this.parts.log.head();
    if (!other && (after ?? 0) <= head) return after ?? Math.max(head, this.examined);
    throw rewound(identity, head, other ? 'is of another history' : 'lies ahead of its end');
  }

  private groupFor(request: LiveRequest): Group {
    const { field, body, visibility } = request;
    const key = JSON.stringify([field, body.key, visibility.key]);
    const found = this.groups.get(key);
    if (found) return found;
    const { schema, pool, errors } = this.parts;
    const { pins, identity, texts } = this;
    const execution = new SharedExecution(
      { schema, pool, errors, pins, identity, texts },
      field,
      body,
      visibility,
    );
    const subject = subjectOf(request, { pool, pins, feed: this, read: (after) => this.read(after) });
    const group = new Group(visibility, subject, execution, () => {
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
      this.end(isRewound ? await this.rewinding().catch(() => error) : error);
    }
  }

  private async serve(events: readonly RecordedEvent[]): Promise<void> {
    this.heard = events.at(-1)!.position;
    if (events.some(({ type }) => type === 'ReformItemVisibilitySet')) {
      this.classified += 1;
      this.pins.forget();
      this.texts.forget();
    }
    const batch = await this.known(this.examined, events);
    const classified = await this.classify(batch);
    this.serving = true;
    await Promise.all(
      [...this.groups.values()].map((group) => this.slots.run(() => group.serve(classified))),
    );
    this.pages.add(batch);
    this.examined = batch.upTo;
    this.examinedAt = batch.recordedAt;
    this.serving = false;
    this.wake();
  }

  /** What is known of events just read; refuses to go on where they are another history's. */
  private async known(after: number, events: readonly RecordedEvent[]): Promise<Batch> {
    const last = events.at(-1)!.position;
    const batch = await this.pins.read(last, ({ pinned }) =>
      withFacts(new At(this.parts.pool, pinned, last, 'all'), after, events),
    );
    await this.sameLog();
    return batch;
  }

  /** The piece of the log behind a position, as far as everybody was served. */
  private async read(after: number): Promise<Classified> {
    const whole = await patiently(this.stop.signal, () => this.pages.containing(after, this.examined));
    const { restricted } = await this.classify(whole);
    return { batch: partOf(whole, after, this.examined), restricted };
  }

  /** With what is restricted as of what was heard: asked once, until something is classified otherwise. */
  private async classify(batch: Batch): Promise<Classified> {
    const { classified } = this;
    const known = this.restricted.get(batch);
    if (known?.classified === classified) return { batch, restricted: await known.among };
    const keys = [...new Set(batch.entries.flatMap(({ concerned }) => concerned))];
    const position = Math.max(batch.upTo, this.heard);
    const among = this.pins.read(position, ({ pinned }) =>
      restrictedAmong(new At(this.parts.pool, pinned, pinned.position, 'all'), keys),
    );
    this.restricted.set(batch, { classified, among });
    among.catch(() => this.restricted.delete(batch));
    return { batch, restricted: await among };
  }

  private async beat(): Promise<void> {
    try {
      await this.sameLog();
      const { position } = await this.parts.log.head();
      if (position < this.heard) throw rewound(this.identity, position, 'was put back to an earlier end');
      if (this.serving || this.over) return;
      for (const group of this.groups.values()) await group.beat(this, this.parts.rhythm.idleMs);
    } catch (error) {
      // What cannot be reached now is asked again at the next beat.
      if (error instanceof ApiError && error.code === 'LOG_REWOUND') this.end(error);
    }
  }

  /** @throws ApiError `LOG_REWOUND` where the log was put back under another epoch */
  private async sameLog(): Promise<void> {
    const { logId, epoch } = await patiently(this.stop.signal, () =>
      this.parts.log.identity({ afresh: true }),
    );
    if (logId === this.identity.logId && epoch === this.identity.epoch) return;
    throw await this.rewinding();
  }

  private async rewinding(): Promise<ApiError> {
    const { log } = this.parts;
    const [identity, head] = await patiently(this.stop.signal, () =>
      Promise.all([log.identity({ afresh: true }), log.head()]),
    );
    return rewound(identity, head.position, 'is another history now');
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function rewound({ logId, epoch }: LogIdentity, head: number, why: string): ApiError {
  return new ApiError('LOG_REWOUND', `the log ${why}: start anew, and forget what you hold`, {
    logId,
    epoch,
    head,
  });
}
