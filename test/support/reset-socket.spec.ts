import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { resetSocket } from './reset-socket.js';
import { until } from './until.js';

describe('a connection that is reset', () => {
  it.each([
    ['while it stands', () => undefined],
    ['while its own end is on its way', (socket: Socket) => socket.end()],
  ])('%s is gone at both ends', async (_when, before) => {
    const open = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const openBefore = open();
    const accepted: Socket[] = [];
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      accepted.push(socket.resume().on('error', () => undefined));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await Promise.all([once(socket, 'connect'), once(server, 'connection')]);
    const faults: unknown[] = [];
    socket.on('error', (error) => faults.push(error));
    before(socket);
    resetSocket(socket);
    await once(socket, 'close');
    accepted[0]!.destroy();
    server.close();
    expect(faults).toEqual([]);
    await until('both ends to be gone', () => open() === openBefore, 5_000);
  });
});
