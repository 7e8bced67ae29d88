import { once } from 'node:events';
import type { Server } from 'node:net';

const first = 20_000;
const count = 10_000;
/** Processes that run side by side have ids next to one another, and begin far apart. */
let last = (process.pid * 131) % count;

/**
 * Listens on a port no outgoing connection is given, so that it is still free when a node that died comes back, and
 * that none started before it in a spec file had, so that no client of an earlier one finds this one.
 *
 * @returns the port
 */
export async function listenAnywhere(server: Server): Promise<number> {
  for (let tries = 0; ; tries += 1) {
    last = (last + 1) % count;
    try {
      await listenOn(server, first + last);
      return first + last;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries > count) throw error;
    }
  }
}

/** Listens on that port of 127.0.0.1. */
export async function listenOn(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
