import { describe, expect, it } from '@jest/globals';
import {
  type EventDescription,
  type MasarEventType,
  UnknownEventError,
  decode,
  describeEvent,
  eventCatalogue,
  upcast,
} from './catalogue.js';

function errorOf(run: () => unknown): UnknownEventError {
  try {
    run();
  } catch (error) {
    if (error instanceof UnknownEventError) return error;
    throw error;
  }
  throw new Error('was read');
}

/** An event that had another field in version 1 and another name for it in version 2. */
const renamedTwice: Pick<EventDescription, 'schemaVersion' | 'upcasters'> = {
  schemaVersion: 3,
  upcasters: [
    ({ until, ...rest }) => ({ ...rest, deadline: until }),
    ({ deadline, ...rest }) => ({ ...rest, dueDate: deadline }),
  ],
};
const stored = (schemaVersion: number, data: object) => ({ type: 'Renamed', schemaVersion, data });

describe('the event catalogue', () => {
  const types = Object.keys(eventCatalogue) as MasarEventType[];

  it('describes every type in a sentence of its own', () => {
    expect(types.length).toBeGreaterThan(40);
    const summaries = types.map((type) => describeEvent(type).summary);
    expect(summaries.filter((summary) => !/^[A-Z].*\.$/.test(summary))).toEqual([]);
    expect(new Set(summaries).size).toBe(summaries.length);
  });

  it('has an upcaster for every version before the one written today', () => {
    expect(
      types.filter(
        (type) => eventCatalogue[type].upcasters.length !== eventCatalogue[type].schemaVersion - 1,
      ),
    ).toEqual([]);
  });

  it('names the fields that hold people, where an event has any', () => {
    const holding = (path: string) => types.filter((type) => describeEvent(type).personal.includes(path));
    expect(holding('people.*')).toEqual([
      'DelegationSeated',
      'ReformItemRegistered',
      'ReformItemDetailsRecorded',
    ]);
    expect(holding('source.claimedBy')).toEqual(
      types.filter((type) => describeEvent(type).category === 'item' || type === 'DecisionRecorded'),
    );
  });
});

describe('reading a stored event', () => {
  it('gives it as it was written, in the version of today', () => {
    const event = {
      type: 'ReformItemDeferred',
      schemaVersion: 1,
      data: { until: '2018', laterField: 'kept' },
    };
    expect(decode(event)).toEqual({ type: 'ReformItemDeferred', data: event.data });
  });

  it('refuses a type it does not know, by name, also one that every object has', () => {
    for (const type of ['ReformItemFlown', 'constructor', '__proto__', 'hasOwnProperty']) {
      const error = errorOf(() => decode({ type, schemaVersion: 1, data: {} }));
      expect(error.code).toBe('UNKNOWN_EVENT_TYPE');
      expect(error.message).toContain(type);
    }
  });

  it('refuses a version it does not know, by number', () => {
    for (const schemaVersion of [2, 0, -1, 1.5, Number.NaN]) {
      const error = errorOf(() => decode({ type: 'ReformItemDeferred', schemaVersion, data: {} }));
      expect(error.code).toBe('UNKNOWN_SCHEMA_VERSION');
      expect(error.message).toContain(`version ${schemaVersion} of ReformItemDeferred`);
    }
  });

  it('brings an older version through each version after it', () => {
    expect(upcast(stored(1, { a: 1, until: '2018' }), renamedTwice)).toEqual({ a: 1, dueDate: '2018' });
    expect(upcast(stored(2, { a: 1, deadline: '2018' }), renamedTwice)).toEqual({ a: 1, dueDate: '2018' });
    expect(upcast(stored(3, { a: 1, dueDate: '2018' }), renamedTwice)).toEqual({ a: 1, dueDate: '2018' });
    expect(errorOf(() => upcast(stored(4, {}), renamedTwice)).code).toBe('UNKNOWN_SCHEMA_VERSION');
  });
});
