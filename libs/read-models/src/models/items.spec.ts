import { describe, expect, it } from '@jest/globals';
import {
  type ItemInput,
  type ReformItemEvent,
  addAlias,
  itemStream,
  lifecycleStates,
  propose,
  recordDetails,
  recordOnItem,
  recordState,
  registerItem,
  remove,
  renumber,
} from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import fc from 'fast-check';
import { History, stepsOf } from '../testing/history.js';
import { foldItem, itemKey, items } from './items.js';

const key = 'sample/r-9';

function on(edtf: string | null): ItemInput {
  return { decidedOn: { edtf } };
}

function registered(title: Record<string, string> = { en: 'A title' }): History {
  const history = new History();
  history.onItem(key, (steps) =>
    registerItem(steps, { ...on('2017-01-01'), programme: 'SAMPLE', reference: 'R-9', title }),
  );
  return history;
}

function rowsOf({ events }: History) {
  return foldItem(events);
}

describe('an item as rows', () => {
  it('says where the item stands and what made the last change', () => {
    const history = registered({ ar: 'عنوان', en: 'A title' });
    history.onItem(key, (steps) => propose(steps, { ...on('2017-02'), workshop: 'WS-1' }));
    const { item, status_interval } = rowsOf(history);
    expect(item).toHaveLength(1);
    expect(item[0]).toMatchObject({
      programme: 'SAMPLE',
      reference: 'R-9',
      title: { ar: 'عنوان', en: 'A title' },
      text: null,
      state: 'Proposed',
      workshop: 'WS-1',
      registered: true,
      removed: false,
      revision: 1,
      last_position: 2,
    });
    expect(
      status_interval.map(({ state, to_earliest, to_latest }) => [state, to_earliest, to_latest]),
    ).toEqual([
      ['Draft', '2017-02-01', '2017-02-28'],
      ['Proposed', null, null],
    ]);
  });

  it('is found by the reference it goes by and by those it went by, as matched', () => {
    const history = registered({ en: 'The  ‏TITLE‏ ٣' });
    history.onItem(key, (steps) => renumber(steps, { ...on('2018'), reference: 'R-10' }));
    history.onItem(key, (steps) => addAlias(steps, { ...on('2018'), alias: 'Rec ٧' }));
    expect(rowsOf(history).register).toEqual([
      {
        programme_key: 'sample',
        reference_key: 'r-10',
        alias_keys: ['r-9', 'rec-7'],
        registered: true,
        removed: false,
        search: 'r-10\nr-9\nrec 7\nthe title 3',
        sort_reference: 'r-0000000010',
        sort_title: 'the title 3',
      },
    ]);
  });

  it('has a new line on the register only where that says something else', () => {
    const history = registered();
    const before = rowsOf(history).register;
    history.onItem(key, (steps) => propose(steps, on('2018')));
    expect(rowsOf(history).register).toEqual(before);
    history.onItem(key, (steps) => remove(steps, on('2019')));
    expect(rowsOf(history).register).toEqual([{ ...before[0], removed: true }]);
  });

  it('lists an entry without a session after those of its day that were recorded before it', () => {
    const history = registered();
    const discussed = (sessionOrder?: number) =>
      history.onItem(key, (steps) =>
        recordOnItem(
          steps,
          { type: 'ReformItemDiscussed', data: sessionOrder === undefined ? {} : { sessionOrder } },
          on('2017-03-01'),
        ),
      );
    discussed(2);
    discussed();
    discussed(1);
    expect(inOrder(rowsOf(history).journey).map(({ position }) => position)).toEqual([1, 4, 2, 3]);
  });

  it('keeps what an entry says of itself beside what the fold makes of it', () => {
    const history = registered();
    history.onItem(key, (steps) =>
      recordState(steps, {
        ...on('2016'),
        effective: { edtf: null },
        state: 'Planned',
        sourceStatus: 'In arbeit',
        flags: ['LATE'],
        reason: { en: 'As the register had it' },
      }),
    );
    expect(rowsOf(history).journey[1]).toMatchObject({
      position: 2,
      event_id: '00000000-0000-4000-8000-000000000002',
      type: 'ReformItemStateRecorded',
      revision: 1,
      decided_on: '2016',
      effective: null,
      earliest: '2017-01-01',
      latest: '2026-01-01',
      state_before: 'Draft',
      state_after: 'Planned',
      source_status: 'In arbeit',
      irregularities: ['LATE', 'NO_APPROVAL_RECORDED', 'SKIPPED_STATES', 'UNKNOWN_DATE'],
      as_recorded: true,
      reason: { en: 'As the register had it' },
      lapse: null,
      subject: 'recorder-1',
      organisation: 'UNIT-R',
    });
  });

  it('numbers the versions of its text, each with the entry that made it', () => {
    const history = registered();
    history.onItem(key, (steps) => recordDetails(steps, { ...on('2018'), text: { en: 'First' } }));
    history.onItem(key, (steps) => propose(steps, on('2018')));
    const data = { title: { en: 'Another' }, decision: 'd-1' };
    history.onItem(key, (steps) => recordOnItem(steps, { type: 'ReformItemTextAmended', data }, on('2019')));
    expect(rowsOf(history).version).toEqual([
      version(1, {
        title: { en: 'A title' },
        type: 'ReformItemRegistered',
        change: 'original',
        effective: '2017-01-01',
      }),
      version(2, {
        text: { en: 'First' },
        position: 2,
        type: 'ReformItemDetailsRecorded',
        change: 'recorded',
        effective: '2018',
      }),
      version(3, {
        title: { en: 'Another' },
        text: { en: 'First' },
        position: 4,
        type: 'ReformItemTextAmended',
        change: 'amended',
        decision: 'd-1',
        effective: '2019',
      }),
    ]);
  });

  it('holds no U+0000 where PostgreSQL would have to look at it', () => {
    const history = registered();
    const attributes = { 'a\u0000b': 'c\u0000d', plain: '\\u0000' };
    history.onItem(key, (steps) => recordDetails(steps, { ...on('2018'), attributes }));
    expect(rowsOf(history).item[0]!.attributes).toEqual({ 'a\uFFFDb': 'c\uFFFDd', plain: '\\u0000' });
  });

  it('is no document for a stream that only reserves a reference', () => {
    const reserved = new History().record(itemStream('sample/r-10'), {
      type: 'ReferenceReserved',
      data: { item: key, reference: 'R-10', as: 'reference' },
      decidedOn: null,
      effective: null,
    });
    expect(itemKey(reserved)).toBeUndefined();
    expect(itemKey(registered().events[0]!)).toBe(key);
  });

  it('says that an item never registered is not, whatever its stream holds', () => {
    const history = new History();
    history.record(itemStream('sample/none'), {
      type: 'DecisionEffectLapsed',
      data: { decision: 'd-1', code: 'NOT_FOUND', kind: 'adopt' },
      decidedOn: null,
      effective: null,
    });
    const { register, item, journey } = rowsOf(history);
    expect(register[0]).toMatchObject({ programme_key: 'sample', reference_key: '', registered: false });
    expect(item[0]).toMatchObject({ registered: false, state: null });
    expect(journey[0]).toMatchObject({ lapse: 'NOT_FOUND', decision: 'd-1', state_after: null });
  });
});

function version(
  number: number,
  own: { readonly effective: string; readonly [field: string]: unknown },
): object {
  const none = { language: null, text: null, decision: null, correction: null, reason: null };
  const title = { en: 'A title' };
  const counts = { undone: null, undone_by: null };
  return { number, title, parts: [], position: 1, decided_on: own.effective, ...none, ...counts, ...own };
}

/** As the query orders them. */
function inOrder<R extends { earliest: string; session_order: number; position: number }>(
  journey: readonly R[],
): R[] {
  return journey.toSorted(
    (a, b) =>
      (a.earliest < b.earliest ? -1 : a.earliest > b.earliest ? 1 : 0) ||
      a.session_order - b.session_order ||
      a.position - b.position,
  );
}

/** Few days and sessions, so that entries meet. */
const effective = fc.constantFrom(
  '2017',
  '2017-01',
  '2017-01-01',
  '2017-01-02',
  '2016-12',
  '2018-05-05',
  null,
);
const session = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined });
const happening: fc.Arbitrary<ReformItemEvent> = fc
  .oneof(
    fc.record({
      type: fc.constant('ReformItemStateRecorded' as const),
      data: fc.record({
        state: fc.constantFrom(...lifecycleStates),
        sourceStatus: fc.option(fc.constantFrom('open', 'shut'), { nil: undefined }),
      }),
    }),
    fc.constantFrom<ReformItemEvent>(
      { type: 'ReformItemDiscussed', data: {} },
      { type: 'ReformItemRemoved', data: {} },
      { type: 'ReformItemRestored', data: {} },
      { type: 'ReformItemTextAmended', data: { title: { en: 'Another' } } },
      { type: 'ReformItemRenumbered', data: { reference: 'R-11' } },
      { type: 'ReformItemDetailsRecorded', data: { attributes: { type: 'x' } } },
    ),
  )
  .chain((event) =>
    session.map((sessionOrder) => {
      const data = { ...event.data, ...(sessionOrder !== undefined && { sessionOrder }) };
      return JSON.parse(JSON.stringify({ type: event.type, data })) as ReformItemEvent;
    }),
  );

const histories: fc.Arbitrary<readonly RecordedEvent[]> = fc
  .array(fc.tuple(happening, effective, effective), { maxLength: 12 })
  .map((entries) => {
    const history = registered();
    for (const [event, decidedOn, takesEffect] of entries) {
      history.record(itemStream(key), { ...event, decidedOn, effective: takesEffect });
    }
    return history.events;
  });

describe('whatever happened to an item', () => {
  it('is its journey in the order of effect that the domain gives it', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const steps = stepsOf(events);
        expect(
          inOrder(foldItem(events).journey).map(({ position, state_after, irregularities }) => [
            position,
            state_after,
            irregularities,
          ]),
        ).toEqual(
          steps.map(({ entry, after, irregularities }) => [
            entry.position,
            after.standing?.state ?? null,
            irregularities,
          ]),
        );
      }),
      { numRuns: 300, seed: 20170418 },
    );
  });

  it('makes the same rows where each event finds them as they were stored', () => {
    fc.assert(
      fc.property(histories, (events) => {
        let stored: Parameters<typeof items.evolve>[0] = foldItem([]);
        for (const event of events) {
          const next = items.evolve(stored, event, key)!;
          stored = JSON.parse(JSON.stringify(next)) as typeof stored;
          stored = { ...stored, journey: stored.journey.toSorted((a, b) => a.position - b.position) };
        }
        const { journey, ...atOnce } = foldItem(events);
        expect(stored).toEqual({ ...atOnce, journey: journey.toSorted((a, b) => a.position - b.position) });
      }),
      { numRuns: 200, seed: 20170418 },
    );
  });
});
