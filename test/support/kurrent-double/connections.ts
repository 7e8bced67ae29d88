import { once } from 'node:events';
import { type Server, type Socket, createServer } from 'node:net';
import { resetSocket } from '../reset-socket.js';
import { listenAnywhere, listenOn } from './ports.js';

/** As far as a call tells which connection it came by. */
interface Call {
  getPeer(): string;
}

/** A port, and the connections to it. */
export class Connections {
  /** So far. */
  count = 0;
  port = 0;
  private readonly sockets = new Set<Socket>();
  /** Those nothing is answered on any more. */
  private readonly stranded = new WeakSet<Socket>();
  private server: Server | undefined;

  constructor(private readonly serve: (socket: Socket) => void) {}

  get isListening(): boolean {
    return this.server !== undefined;
  }

  /** How many stand. */
  get open(): number {
    return this.sockets.size;
  }

  /** Listens, on the port it had before where it had one. */
  async listen(): Promise<void> {
    if (this.server) return;
    const server = createServer({ noDelay: true }, (socket) => {
      this.count += 1;
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
      this.serve(socket);
    });
    if (this.port === 0) this.port = await listenAnywhere(server);
    else await listenOn(server, this.port);
    this.server = server;
  }

  /** Closes the port and resets every connection. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    server.close();
    this.cutAll();
    await once(server, 'close');
  }

  cutAll(): void {
    for (const socket of this.sockets) resetSocket(socket);
  }

  /** Resets the connection a call came by. */
  cut(call: Call): void {
    const socket = this.of(call);
    if (socket) resetSocket(socket);
  }

  /** On connections that stand nothing is answered any more. */
  strand(): void {
    for (const socket of this.sockets) this.stranded.add(socket);
  }

  isStranded(call: Call): boolean {
    const socket = this.of(call);
    return socket !== undefined && this.stranded.has(socket);
  }

  private of(call: Call): Socket | undefined {
    const port = Number(call.getPeer().split(':').at(-1));
    return [...this.sockets].find(({ remotePort }) => remotePort === port);
  }
}
