import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A free port that no outgoing connection is given: writers that keep calling a port of those, while nobody listens
 * there, sooner or later are given that very port for their own end, and it is taken when the service comes back.
 *
 * @param taken those given to somebody already, who may not listen yet
 */
export async function portBelowEphemeralOnes(taken: readonly number[] = []): Promise<number> {
  for (let candidate = 20_000 + (process.pid % 8_000); ; candidate += 1) {
    if (taken.includes(candidate)) continue;
    const probe = createServer();
    try {
      probe.listen(candidate, '127.0.0.1');
      await once(probe, 'listening');
      return candidate;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || candidate > 30_000) throw error;
    } finally {
      probe.close();
    }
  }
}
