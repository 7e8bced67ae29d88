import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, type Server, connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Trouble, UnreliableProxy, type Weather, troubles } from './unreliable-proxy.js';
import { until } from './until.js';

const fair: Weather = { seed: 1, everyBytes: Infinity, everyMs: 2 ** 30, longestMs: 0 };

let server: Server | undefined;
let proxy: UnreliableProxy | undefined;

afterEach(async () => {
  await proxy?.close();
  server?.close();
});

async function proxied(weather: Weather, answer: Buffer): Promise<UnreliableProxy> {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  proxy = await UnreliableProxy.start(() => port, weather);
  return proxy;
}

/** All that arrives until the connection ends, and whether it was reset. */
async function received(port: number): Promise<{ readonly bytes: Buffer; readonly reset: boolean }> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  let reset = false;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => (reset = true));
  await new Promise((resolve) => socket.once('close', resolve));
  return { bytes: Buffer.concat(chunks), reset };
}

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('the proxy of tests', () => {
  it('passes every byte in both directions in fair weather, and the end after them', async () => {
    const sent = randomBytes(3 << 20);
    server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    proxy = await UnreliableProxy.start(() => port, fair);
    const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.end(sent);
    await once(socket, 'close');
    expect(digest(Buffer.concat(chunks))).toBe(digest(sent));
    await until('the passage to be gone', () => proxy!.open === 0);
  });

  it.each(['stall', 'trickle', 'delay'] as const)('loses nothing to a %s, only time', async (trouble) => {
    const sent = randomBytes(256 << 10);
    await proxied({ seed: 7, of: [trouble], everyBytes: 32 << 10, everyMs: 2 ** 30, longestMs: 60 }, sent);
    const { bytes, reset } = await received(proxy!.port);
    expect({ reset, digest: digest(bytes) }).toEqual({ reset: false, digest: digest(sent) });
    expect(proxy!.met[trouble]).toBeGreaterThan(0);
  });

  it('ends connections where what came so far is the beginning of what was sent, with resets and with mere ends', async () => {
    const sent = randomBytes(1 << 20);
    await proxied({ seed: 3, everyBytes: 64 << 10, everyMs: 2 ** 30, longestMs: 30 }, sent);
    const all = await Promise.all(Array.from({ length: 40 }, () => received(proxy!.port)));
    for (const { bytes } of all) expect(sent.subarray(0, bytes.length).equals(bytes)).toBe(true);
    expect(all.some(({ bytes }) => bytes.length > 0 && bytes.length < sent.length)).toBe(true);
    expect(new Set(all.map(({ reset }) => reset)).size).toBe(2);
    expect(troubles.filter((trouble) => proxy!.met[trouble] === 0)).toEqual([]);
  });

  it('resets a connection where nobody listens behind it', async () => {
    await proxied(fair, Buffer.alloc(1));
    server!.close();
    await once(server!, 'close');
    expect(await received(proxy!.port)).toEqual({ bytes: Buffer.alloc(0), reset: true });
  });

  it('is calm when told so: what stalled goes on', async () => {
    const sent = randomBytes(128 << 10);
    await proxied({ seed: 5, of: ['stall'], everyBytes: 1, everyMs: 2 ** 30, longestMs: 2 ** 30 }, sent);
    const arriving = received(proxy!.port);
    await until('a stall', () => proxy!.met.stall === 1);
    proxy!.calm();
    expect((await arriving).bytes.equals(sent)).toBe(true);
  });

  it('brings the same troubles again for the same seed, and others for another', async () => {
    const sent = randomBytes(64 << 10);
    const metBy = async (seed: number): Promise<Trouble[]> => {
      await proxied({ seed, everyBytes: 1, everyMs: 2 ** 30, longestMs: 0, of: ['cut', 'halfClose'] }, sent);
      const met: Trouble[] = [];
      for (let nth = 0; nth < 30; nth += 1) {
        const { halfClose } = proxy!.met;
        await received(proxy!.port);
        met.push(proxy!.met.halfClose > halfClose ? 'halfClose' : 'cut');
      }
      await proxy!.close();
      server!.close();
      return met;
    };
    const [first, again, other] = [await metBy(11), await metBy(11), await metBy(12)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set(['cut', 'halfClose']));
    proxy = undefined;
  });
});
