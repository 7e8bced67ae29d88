import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { TestEnvironment } from 'jest-environment-node';

/** How long what a spec file used may take to end after it. */
const patienceMs = 20_000;

/**
 * Node's environment for a spec file, and a look at what it leaves behind: a server, a socket, a process or a timer that
 * would keep the process from ending fails the file that left it. Jest ends its workers by force, which hides that.
 */
export default class extends TestEnvironment {
  #before = resources();

  /** What Jest calls with each step of a file, and waits for. */
  async handleTestEvent(event, state) {
    if (event.name !== 'run_finish') return;
    const left = await leftBeside(this.#before, patienceMs);
    // Beside what its tests say: most often they tell why.
    if (left.length === 0) return;
    state.unhandledErrors.push(new Error([`left running: ${left.join(', ')}`, ...sockets()].join('\n')));
  }
}

function resources() {
  // A process opens these when it first asks for them: then they are there before.
  for (const name of ['stdin', 'stdout', 'stderr']) Reflect.get(process, name);
  return process.getActiveResourcesInfo();
}

/** The sockets of this process, which tell whose one is that is left: Node has no declared way to ask for them. */
export function sockets() {
  return process['_getActiveHandles']()
    .filter((handle) => handle instanceof Socket && handle.remotePort !== undefined)
    .map(
      ({ localPort, remotePort, bytesRead, bytesWritten, destroyed }) =>
        `  socket from port ${localPort} to ${remotePort}: ${bytesRead} bytes read, ${bytesWritten} written${destroyed ? ', destroyed' : ''}`,
    );
}

/** What keeps this process from ending and is not among what did before, nor ends within the time given. */
export async function leftBeside(before, withinMs) {
  for (const deadline = Date.now() + withinMs; ;) {
    const rest = [...before];
    const left = process.getActiveResourcesInfo().filter((name) => {
      const index = rest.indexOf(name);
      if (index >= 0) rest.splice(index, 1);
      return index < 0;
    });
    if (left.length === 0 || Date.now() > deadline) return left;
    await delay(20);
  }
}
