import { describe, expect, it } from '@jest/globals';
import { sampleEvent } from '../contract/sample-events.js';
import { ConcurrencyError } from '../errors.js';
import { AppendTries } from './append-tries.js';
import { prepareKurrentAppend } from './kurrent-append.js';
import type { KurrentConnection } from './kurrent-connection.js';
import { KurrentEventStore, type KurrentEventStoreParts } from './kurrent-event-store.js';
import { KurrentFault } from './kurrent-fault.js';
import { StreamNames } from './names.js';

const names = new StreamNames('masar');
const unreachable = () => new KurrentFault('unavailable', false, 'the server cannot be reached');

describe('a store whose server is gone', () => {
  it('answers all who wait when their time is up, and does not have each batch wait for the server by itself', async () => {
    let connecting = 0;
    const connection = {
      current: async () => {
        connecting += 1;
        await new Promise((resolve) => setTimeout(resolve, 300));
        throw unreachable();
      },
      request: async () => {
        throw unreachable();
      },
    } as unknown as KurrentConnection;
    const claimed = { halted: null, caughtUp: true, elsewhere: [] };
    const query = async (sql: string) => ({ rows: sql.includes('masar.claimed_id') ? [claimed] : [] });
    const store = new KurrentEventStore({
      connection,
      names,
      pool: { query } as unknown as KurrentEventStoreParts['pool'],
      listener: { start: () => undefined } as unknown as KurrentEventStoreParts['listener'],
      limits: { patienceMs: 200, tryMs: 50 },
    });
    const appends = Array.from({ length: 2_000 }, (_, index) =>
      store.append(`item-${index}`, 'none', [sampleEvent()]).catch((error: unknown) => error),
    );
    const answers = await Promise.all(appends);
    await store.close();
    for (const answer of answers) expect(answer).toMatchObject({ code: 'UNAVAILABLE' });
    // One batch was on its way; by the time it was given up, so were all the others.
    expect(connecting).toBe(1);
  });
});

describe('an append that meets other events where its own were to stand', () => {
  const append = () =>
    prepareKurrentAppend('item-1', 'none', [sampleEvent()], 10_000, {
      resolve: () => undefined,
      reject: () => undefined,
    });
  const conflict = () =>
    new KurrentFault('conflict', false, 'the stream is at another revision', { actual: 0 });
  const tries = (answers: readonly (() => unknown)[]) => {
    const left = [...answers];
    const connection = { request: async () => left.shift()!() } as unknown as KurrentConnection;
    return new AppendTries(connection, names, { tryMs: 1_000 }, () => Infinity);
  };
  const fails = (fault: KurrentFault) => () => {
    throw fault;
  };

  it('is not called a lost race while it cannot be found out whose they are', async () => {
    const written = { success: true, nextExpectedRevision: 0n };
    const answers = [fails(conflict()), fails(unreachable()), () => written];
    await expect(tries(answers).write(append())).resolves.toBeUndefined();
  });

  it('is a lost race where they are another’s', async () => {
    const other = { id: 'ffffffff-0000-4000-8000-000000000001', revision: 0n };
    await expect(tries([fails(conflict()), () => [other]]).write(append())).rejects.toBeInstanceOf(
      ConcurrencyError,
    );
  });

  it('stands where they are its own', async () => {
    const one = append();
    const own = { id: one.ids[0]!.toUpperCase(), revision: 0n };
    await expect(tries([fails(conflict()), () => [own]]).write(one)).resolves.toBeUndefined();
  });
});
