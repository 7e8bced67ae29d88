import type { EventLog } from '@masar/event-store';
import type { GraphQLSchema } from 'graphql';
import type { Pool } from 'pg';
import { ApiError } from '../platform/errors/api-error.js';
import type { ErrorSink } from '../platform/errors/present.js';
import type { ReadSide } from '../platform/read-side.js';
import type {
  Following,
  LiveOperation,
  LiveSource,
  LogPlace,
  Outlet,
} from '../platform/websocket/live-source.js';
import { liveRequest } from './live-request.js';
import { StoredFacts } from './facts.js';
import { type LiveState, type Rhythm, Session, type SessionParts } from './session.js';

const usualRhythm: Rhythm = { checkMs: 5_000, idleMs: 15_000 };

export interface HubOptions {
  readonly log: EventLog;
  readonly pool: Pool;
  readonly reads: ReadSide;
  /** Of the service, which is made after this. */
  readonly errors: () => ErrorSink;
  readonly schema: () => GraphQLSchema;
  readonly rhythm?: Partial<Rhythm>;
}

/** What subscriptions are made of: follows the log for as long as anybody does, once for all of them. */
export class LiveHub implements LiveSource {
  private session: Promise<Session> | undefined;
  private current: Session | undefined;
  private closed = false;

  constructor(private readonly options: HubOptions) {}

  async newest(): Promise<LogPlace> {
    const { log } = this.options;
    const [{ logId, epoch }, { position }] = await Promise.all([
      // A log that was put back while the service runs is another one.
      log.identity({ afresh: true }),
      log.head(),
    ]);
    return { logId, epoch, position };
  }

  async follow(operation: LiveOperation, outlet: Outlet): Promise<Following> {
    const request = await liveRequest(this.options.schema(), operation);
    for (;;) {
      if (this.closed) throw new ApiError('UNAVAILABLE', 'the service is stopping');
      const session = await this.open();
      const following = session.over ? undefined : await session.add(request, outlet);
      if (following) return following;
    }
  }

  /** How much there is of what takes memory: nothing where nobody follows. */
  get state(): LiveState {
    return this.current?.state ?? { followers: 0, live: 0, groups: 0, texts: 0, position: 0 };
  }

  /** Tails of the log: one from the first follower to the last. */
  get tails(): number {
    return this.session ? 1 : 0;
  }

  close(): void {
    this.closed = true;
    this.current?.end(new ApiError('UNAVAILABLE', 'the service is stopping'));
  }

  private open(): Promise<Session> {
    if (this.session) return this.session;
    const { log, pool, reads, errors, schema, rhythm } = this.options;
    const opening = this.begin({
      log,
      pool,
      reads,
      facts: new StoredFacts(pool),
      errors: errors(),
      schema: schema(),
      rhythm: { ...usualRhythm, ...rhythm },
    });
    this.session = opening;
    return opening;
  }

  private async begin(parts: SessionParts): Promise<Session> {
    try {
      const session = await Session.begin(parts, () => this.forget());
      this.current = session;
      if (this.closed) this.close();
      return session;
    } catch (error) {
      this.session = undefined;
      throw error;
    }
  }

  /** The session is over: the next follower begins another. */
  private forget(): void {
    this.session = undefined;
    this.current = undefined;
  }
}
