import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { liveDocument } from '../support/live-documents.js';
import { prepareLoad } from '../support/recording-load.js';
import { scrape } from '../support/scrape.js';
import { TestStores } from '../support/stores.js';
import { until } from '../support/until.js';

let stores: TestStores;
let running: InProcessService;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  stores = await TestStores.start();
  running = await startInProcess(stores, false);
  await prepareLoad(await running.client('admin'));
}, 60_000);

afterAll(async () => {
  for (const socket of sockets) socket.terminate();
  await running?.stop();
  await stores?.stop();
}, 60_000);

/** A connection that follows under each of these ids, and has been told that it caught up. */
async function following(...ids: readonly string[]): Promise<WebSocket> {
  const { token } = await running.client('auditor');
  const socket = new WebSocket(
    `${running.service.url.replace('http', 'ws')}/graphql`,
    'graphql-transport-ws',
  );
  sockets.push(socket);
  const caughtUp = new Set<string>();
  socket.on('open', () =>
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
  );
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as { type: string; id: string };
    if (message.type === 'next') caughtUp.add(message.id);
    if (message.type !== 'connection_ack') return;
    const payload = { query: liveDocument('events'), variables: { types: ['ReformItemWithdrawn'] } };
    for (const id of ids) socket.send(JSON.stringify({ type: 'subscribe', id, payload }));
  });
  await until('all caught up', () => caughtUp.size === ids.length);
  return socket;
}

interface Held {
  readonly connections: number;
  readonly subscriptions: number;
  readonly tails: number;
  readonly groups: number;
}

async function held(): Promise<Held> {
  const value = await scrape(running.service.url);
  return {
    connections: value('masar_websocket_connections'),
    subscriptions: value('masar_subscriptions'),
    tails: value('masar_live_tails'),
    groups: value('masar_live_groups'),
  };
}

/** Nothing is recorded meanwhile: what waits for an event would wait for ever. */
const holds = (expected: Held) =>
  until(`to hold ${JSON.stringify(expected)}`, async () => isSame(await held(), expected), 3_000);
const isSame = (one: Held, other: Held) => JSON.stringify(one) === JSON.stringify(other);
const nothing: Held = { connections: 0, subscriptions: 0, tails: 0, groups: 0 };

it('an idle subscription is released the moment it is left: with complete, a close, or no word at all', async () => {
  await holds(nothing);
  const socket = await following('a', 'b');
  await holds({ connections: 1, subscriptions: 2, tails: 1, groups: 1 });
  socket.send('{"type":"complete","id":"a"}');
  await holds({ connections: 1, subscriptions: 1, tails: 1, groups: 1 });
  socket.send('{"type":"complete","id":"b"}');
  await holds({ connections: 1, subscriptions: 0, tails: 0, groups: 0 });
  socket.close(1000);
  await holds(nothing);

  const broken = await following('a');
  await holds({ connections: 1, subscriptions: 1, tails: 1, groups: 1 });
  broken.terminate();
  await holds(nothing);
});

it('a hundred who come and go leave nothing behind', async () => {
  const all = await Promise.all(Array.from({ length: 100 }, (_, nth) => following(String(nth))));
  await holds({ connections: 100, subscriptions: 100, tails: 1, groups: 1 });
  for (const [nth, socket] of all.entries()) {
    if (nth % 2 === 0) socket.terminate();
    else socket.close(1000);
  }
  await holds(nothing);
  expect(all.every(({ readyState }) => readyState >= WebSocket.CLOSING)).toBe(true);
});
