import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { leftBeside, sockets } from './jest-environment.js';

describe('what a spec file leaves running', () => {
  const server = createServer();
  afterEach(() => server.close());

  it('is named, and is nothing once it has ended', async () => {
    const before = process.getActiveResourcesInfo();
    expect(await leftBeside(before, 0)).toEqual([]);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    expect(await leftBeside(before, 50)).toEqual(['TCPServerWrap']);
    server.close();
    expect(await leftBeside(before, 10_000)).toEqual([]);
  });

  it('tells of a socket where it leads and what went through it', async () => {
    server.on('connection', (accepted) => accepted.resume());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    const socket = connect(port, '127.0.0.1');
    await new Promise((sent) => socket.write('a word', sent));
    const said = `  socket from port ${socket.localPort} to ${port}: 0 bytes read, 6 written`;
    expect(sockets()).toContain(said);
    socket.destroy();
    await once(socket, 'close');
    expect(sockets()).not.toContain(said);
  });

  it('does not count what keeps no process from ending', async () => {
    const before = process.getActiveResourcesInfo();
    const timer = setInterval(() => undefined, 1_000).unref();
    expect(await leftBeside(before, 0)).toEqual([]);
    clearInterval(timer);
  });
});
