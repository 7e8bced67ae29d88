import { describe, expect, it } from '@jest/globals';
import { type EventStore, type NewEvent, StoreError, type StoreErrorCode } from '@masar/event-store';
import { OrderedAppends, type Write } from './ordered-appends.js';

const appended = { firstPosition: 1, position: 1, revision: 0, recordedAt: '', duplicate: false };

/** A store that fails with these codes before it takes an append; and what it was given. */
function storeFailing(...codes: readonly StoreErrorCode[]) {
  const left = [...codes];
  const taken: string[] = [];
  const tried: string[] = [];
  const append: EventStore['append'] = (stream, expected, events) => {
    const what = `${stream}@${expected}: ${events.map(({ id }) => id).join(' ')}`;
    tried.push(what);
    const code = left.shift();
    if (code) return Promise.reject(new StoreError(code, code));
    taken.push(what);
    return Promise.resolve(appended);
  };
  return { append, taken, tried };
}

const write = (stream: string, after: number, id: string): Write => ({
  stream,
  after,
  event: { id } as NewEvent,
});

describe('appends of an import', () => {
  it('are sent again as they were until they are known to stand', async () => {
    const store = storeFailing('OUTCOME_UNKNOWN', 'NOT_YET_READABLE');
    const appends = new OrderedAppends(store);
    await appends.add(write('a', -1, '1'), 1);
    await appends.add(write('a', 0, '2'), 1);
    await appends.drain();
    expect(store.tried).toEqual(['a@none: 1 2', 'a@none: 1 2', 'a@none: 1 2']);
    expect(appends.acknowledged).toBe(2);
  });

  it('keep the order of their stream meanwhile', async () => {
    const store = storeFailing('NOT_YET_READABLE');
    const appends = new OrderedAppends(store);
    await appends.add(write('a', -1, '1'), 1);
    await appends.add(write('b', -1, '2'), 1);
    await appends.add(write('a', 0, '3'), 1);
    await appends.drain();
    expect(store.taken).toEqual(['b@none: 2', 'a@none: 1', 'a@0: 3']);
  });

  it.each(['UNAVAILABLE', 'EVENT_ID_TAKEN'] as const)('end with %s at once', async (code) => {
    const store = storeFailing(code);
    const appends = new OrderedAppends(store);
    await appends.add(write('a', -1, '1'), 1);
    await expect(appends.drain()).rejects.toMatchObject({ code });
    expect(store.tried).toHaveLength(1);
  });

  it('are not asked about for ever, nor after the import was stopped', async () => {
    const standing = Array.from({ length: 50 }, () => 'NOT_YET_READABLE' as const);
    for (const options of [{ patienceMs: 250 }, { signal: AbortSignal.abort() }]) {
      const store = storeFailing(...standing);
      const appends = new OrderedAppends(store, options);
      await appends.add(write('a', -1, '1'), 1);
      await expect(appends.drain()).rejects.toMatchObject({ code: 'NOT_YET_READABLE' });
      expect(store.tried.length).toBeLessThan(4);
    }
  });
});
