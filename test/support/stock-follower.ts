import { type Client, type SubscribePayload, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { liveDocument } from './live-documents.js';
import type { FollowOptions, LiveError, RunningFollower } from './live-follower.js';
import { type LiveMessage, Trail } from './trail.js';

const silenceMs = 3_000;

/**
 * Follows with graphql-ws's own client. That one asks again for what it was asked for first; what it asks is therefore kept
 * true: `after` is set from each message.
 */
export class StockFollower implements RunningFollower {
  readonly trail: Trail;
  connections = 0;
  readonly ended: Promise<LiveError | undefined>;
  private readonly client: Client;
  private readonly payload: SubscribePayload & { variables: Record<string, unknown> };
  private isStopped = false;
  private leave: () => void = () => undefined;

  constructor(private readonly options: FollowOptions) {
    const { field, filter, after, log } = options;
    this.trail = new Trail(after);
    this.payload = {
      operationName: 'Follow',
      query: liveDocument(field),
      variables: { ...filter, ...(after !== undefined && { after, ...log }) },
    };
    let answered: NodeJS.Timeout | undefined;
    this.client = createClient({
      url: options.url(),
      webSocketImpl: WebSocket,
      connectionParams: async () => ({ authorization: `Bearer ${await options.token()}` }),
      retryAttempts: Infinity,
      shouldRetry: () => true,
      keepAlive: silenceMs,
      on: {
        connected: () => {
          this.connections += 1;
          this.trail.resumed();
        },
        ping: (received) => {
          if (!received) answered = setTimeout(() => this.client.terminate(), silenceMs);
        },
        pong: (received) => {
          if (received) clearTimeout(answered);
        },
        closed: () => clearTimeout(answered),
      },
    });
    this.ended = this.run();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.leave();
    // Where it was about to connect, it says that it could not.
    await Promise.resolve(this.client.dispose()).catch(() => undefined);
    await this.ended;
  }

  /** An `error` message ends a subscription of this client; where it may pass, it is asked for again. */
  private async run(): Promise<LiveError | undefined> {
    while (!this.isStopped) {
      const error = await new Promise<LiveError | undefined>((resolve) => this.subscribe(resolve));
      if (error && !['UNAVAILABLE', 'OVERLOADED', 'NOT_YET'].includes(error.code)) return error;
    }
    return undefined;
  }

  private subscribe(over: (error?: LiveError) => void): void {
    const { field } = this.options;
    this.leave = this.client.subscribe<Record<string, LiveMessage>>(this.payload, {
      next: ({ data, errors }) => {
        if (!data) return over(errorIn(errors));
        const message = data[field]!;
        this.trail.take(message);
        const { upTo: after, logId, epoch } = message.covers;
        Object.assign(this.payload.variables, { after, logId, epoch });
      },
      error: (error) => over(errorIn(error)),
      complete: () => over(),
    });
  }
}

/** Errors of the service come as a list; anything else is a connection this client gave up. */
function errorIn(error: unknown): LiveError {
  const [first] = Array.isArray(error) ? (error as LiveError[]) : [];
  if (!first)
    return {
      code: 'GIVEN_UP',
      message: String((error as { reason?: unknown }).reason ?? error),
      extensions: {},
    };
  return { code: String(first.extensions['code']), message: first.message, extensions: first.extensions };
}
