import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

/*
 * graphql-ws executing for each client, as its guide sets it up, with everything left out that could be: the results stand
 * ready in memory, the resolvers are the default ones, nobody is authenticated. Publishes what it is sent over the
 * process's channel, as many results as there are, and tells the monotonic time (ns) it began at.
 */
const schema = buildSchema(`
  scalar JSON
  type Covers { after: Float! upTo: Float! logId: ID! epoch: Int! }
  type LogEvent {
    id: String! position: Float! stream: String! revision: Int! type: String!
    effective: String recordedAt: String! subject: String! data: JSON!
  }
  interface LiveMessage { position: Float! covers: Covers! }
  type EventRecorded implements LiveMessage { position: Float! covers: Covers! event: LogEvent! }
  type CaughtUp implements LiveMessage { position: Float! covers: Covers! recordedAt: String }
  union EventsMessage = EventRecorded | CaughtUp
  type Query { _: Boolean }
  type Subscription { events(programme: String): EventsMessage! }
`);

/** One subscriber's results: those that came and were not asked for yet, or those asked for before they came. */
class Feed implements AsyncIterableIterator<unknown> {
  private readonly come: unknown[] = [];
  private readonly waiting: ((result: IteratorResult<unknown>) => void)[] = [];

  push(value: unknown): void {
    const waits = this.waiting.shift();
    if (waits) waits({ value, done: false });
    else this.come.push(value);
  }

  next(): Promise<IteratorResult<unknown>> {
    if (this.come.length > 0) return Promise.resolve({ value: this.come.shift(), done: false });
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  return(): Promise<IteratorResult<unknown>> {
    feeds.delete(this);
    for (const waits of this.waiting) waits({ value: undefined, done: true });
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const feeds = new Set<Feed>();
schema.getSubscriptionType()!.getFields()['events']!.subscribe = () => {
  const feed = new Feed();
  feeds.add(feed);
  return feed;
};

const server = createServer();
useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
process.on('message', (asked: { readonly publish?: readonly unknown[] }) => {
  if (asked.publish === undefined) return;
  const began = process.hrtime.bigint();
  for (const result of asked.publish) for (const feed of feeds) feed.push(result);
  process.send!({ published: String(began) });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql\n`);
});
process.once('SIGTERM', () => process.exit(0));
