import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** What is answered to a path: a status, and what is sent with it. */
export type HttpAnswers = Readonly<Record<string, { readonly status: number; readonly body: string }>>;

/**
 * A port that serves HTTP/1.1 from answers given and hands everything else on, as a KurrentDB serves both on one port.
 *
 * @param target the port of what speaks HTTP/2
 */
export async function httpBeside(target: number, answers: HttpAnswers) {
  const asked: string[] = [];
  const http = createHttpServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { status, body } = answers[request.url ?? ''] ?? { status: 404, body: '' };
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body);
  });
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  };
  const front = createServer((socket) => {
    keep(socket);
    socket.once('data', (first: Buffer) => {
      socket.pause();
      if (!first.toString('latin1').startsWith('PRI ')) {
        socket.unshift(first);
        http.emit('connection', socket);
        socket.resume();
        return;
      }
      const behind = connect(target, '127.0.0.1');
      keep(behind);
      behind.write(first);
      socket.pipe(behind).pipe(socket);
      socket.on('close', () => behind.destroy());
      behind.on('close', () => socket.destroy());
    });
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  return {
    port: (front.address() as AddressInfo).port,
    /** Requests so far, as `GET /path`. */
    asked,
    async stop() {
      const closed = new Promise((resolve) => front.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
