import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalise, maxDepth } from '../postgres/canonical.js';
import type { EventLog, EventStore, Json, JsonObject, RecordedEvent } from '../ports.js';
import { freshStream, sampleEvent, sampleEvents } from './sample-events.js';
import { until } from './until.js';

/** What a contract runs against: a store and the log of what it wrote, both empty at first. */
export interface OpenStore {
  readonly store: EventStore;
  readonly log: EventLog;
  close(): Promise<void>;
}

/** Integers JSON readers disagree on travel as strings. */
function asString(_name: string, value: unknown): unknown {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? String(value) : value;
}

/** An object of so many levels, itself counted. */
function nested(levels: number): JsonObject {
  let value: Json = {};
  for (let level = 2; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return { a: value };
}

/**
 * What every adapter promises, whatever it is built on. Each adapter's spec calls this; a test belongs here and not there
 * unless it is about the adapter's own surroundings.
 */
export function eventStoreContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`${name} keeps the contract of an event store`, () => {
    let opened: OpenStore;
    let store: EventStore;
    let log: EventLog;

    beforeAll(async () => {
      opened = await open();
      ({ store, log } = opened);
    }, 120_000);
    afterAll(() => opened?.close(), 60_000);

    describe('appending', () => {
      it('numbers the revisions of a stream from 0 and its positions without gaps', async () => {
        const stream = freshStream();
        const first = await store.append(stream, 'none', sampleEvents(2));
        const second = await store.append(stream, 1, sampleEvents(3));
        expect(first).toMatchObject({ revision: 1, duplicate: false });
        expect(second).toMatchObject({
          revision: 4,
          firstPosition: first.position + 1,
          position: first.position + 3,
        });
        const events = await store.readStream(stream);
        expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
        expect(events.map(({ position }) => position - first.firstPosition)).toEqual([0, 1, 2, 3, 4]);
      });

      it('gives back everything the writer said, and what it added', async () => {
        const stream = freshStream();
        const event = sampleEvent(
          { a: 1 },
          { decidedOn: '2017', causationId: sampleEvent().id, actor: { subject: 's', organisation: 'o' } },
        );
        const { position, recordedAt } = await store.append(stream, 'none', [event]);
        const [read] = await store.readStream(stream);
        const {
          id,
          type,
          schemaVersion,
          decidedOn,
          effective,
          actor,
          commandId,
          causationId,
          correlationId,
          data,
        } = read!;
        expect({
          id,
          type,
          schemaVersion,
          decidedOn,
          effective,
          actor,
          commandId,
          causationId,
          correlationId,
          data,
        }).toEqual(event);
        expect(read).toMatchObject({ stream, revision: 0, position, recordedAt });
        expect(recordedAt).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/);
        expect(read!.salt).toHaveLength(32);
      });

      it('never lets the recorded time go back, and gives each event its own salt', async () => {
        for (let n = 0; n < 5; n += 1) await store.append(freshStream(), 'none', sampleEvents(2));
        const events = await log.readAll(0, 1_000);
        const times = events.map(({ recordedAt }) => recordedAt);
        expect(times).toEqual([...times].sort());
        const salts = events.map(({ salt }) => Buffer.from(salt).toString('hex'));
        expect(new Set(salts).size).toBe(events.length);
      });

      it('refuses a stream that exists where none was expected, and another revision than the one expected', async () => {
        const stream = freshStream();
        await expect(store.append(stream, 0, sampleEvents(1))).rejects.toMatchObject({
          name: 'ConcurrencyError',
          actual: 'none',
        });
        await store.append(stream, 'none', sampleEvents(1));
        await expect(store.append(stream, 'none', sampleEvents(1))).rejects.toMatchObject({
          expected: 'none',
          actual: 0,
        });
        await expect(store.append(stream, 1, sampleEvents(1))).rejects.toMatchObject({
          expected: 1,
          actual: 0,
        });
        expect(await store.readStream(stream)).toHaveLength(1);
      });

      it('answers a retry as the first time, also after the stream moved on', async () => {
        const stream = freshStream();
        const events = sampleEvents(3);
        const first = await store.append(stream, 'none', events);
        expect(await store.append(stream, 'none', events)).toEqual({ ...first, duplicate: true });
        await store.append(stream, 2, sampleEvents(2));
        expect(await store.append(stream, 'none', events)).toEqual({ ...first, duplicate: true });
        expect(await store.readStream(stream)).toHaveLength(5);
      });

      it('answers a retry that expects another revision as the first time', async () => {
        const stream = freshStream();
        const events = sampleEvents(2);
        const first = await store.append(stream, 'none', events);
        for (const expected of [0, 1, 9]) {
          expect(await store.append(stream, expected, events)).toEqual({ ...first, duplicate: true });
        }
        expect(await store.readStream(stream)).toHaveLength(2);
      });

      it('gives one effect to the same append sent many times at once', async () => {
        const stream = freshStream();
        const events = sampleEvents(2);
        const answers = await Promise.all(
          Array.from({ length: 8 }, () => store.append(stream, 'none', events)),
        );
        expect(new Set(answers.map(({ position }) => position)).size).toBe(1);
        expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
        expect(await store.readStream(stream)).toHaveLength(2);
      });

      it('refuses a partial duplicate and writes nothing of it', async () => {
        const stream = freshStream();
        const [known, fresh] = [sampleEvent(), sampleEvent()];
        await store.append(stream, 'none', [known]);
        await expect(store.append(stream, 0, [known, fresh])).rejects.toMatchObject({
          code: 'PARTIAL_DUPLICATE',
        });
        expect(await store.readStream(stream)).toHaveLength(1);
      });

      it('refuses an id that is in use on another stream', async () => {
        const event = sampleEvent();
        await store.append(freshStream(), 'none', [event]);
        const other = freshStream();
        await expect(store.append(other, 'none', [event])).rejects.toMatchObject({ code: 'EVENT_ID_TAKEN' });
        expect(await store.readStream(other)).toEqual([]);
      });

      it.each([
        ['U+0000', '\u0000'],
        ['half a character', '\ud800'],
      ])(
        'has no events under a name with %s, and none of the stream that is called alike',
        async (_what, bad) => {
          const stream = freshStream();
          await store.append(`${stream}\ufffd`, 'none', [sampleEvent()]);
          expect(await store.readStream(`${stream}${bad}`)).toEqual([]);
        },
      );

      it('lets one of many concurrent writers of a revision through', async () => {
        const stream = freshStream();
        const outcomes = await Promise.allSettled(
          Array.from({ length: 16 }, () => store.append(stream, 'none', sampleEvents(1))),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        const reasons = outcomes
          .filter((outcome) => outcome.status === 'rejected')
          .map(({ reason }) => (reason as Error).name);
        expect(new Set(reasons)).toEqual(new Set(['ConcurrencyError']));
      });

      it('keeps the positions of many writers of many streams dense', async () => {
        const { position: before } = await log.head();
        await Promise.all(
          Array.from({ length: 200 }, () => store.append(freshStream(), 'none', sampleEvents(2))),
        );
        const events = await log.readAll(before, 1_000);
        expect(events.map(({ position }) => position)).toEqual(
          Array.from({ length: 400 }, (_, n) => before + 1 + n),
        );
      });

      it('takes positions in the order append was called, for streams of their own', async () => {
        const appended = await Promise.all(
          Array.from({ length: 50 }, () => store.append(freshStream(), 'none', sampleEvents(1))),
        );
        const positions = appended.map(({ position }) => position);
        expect(positions).toEqual([...positions].sort((a, b) => a - b));
      });

      it.each([
        ['no event', freshStream(), []],
        ['a stream without a name', '', sampleEvents(1)],
        ['an id that is no UUID', freshStream(), [sampleEvent({}, { id: 'x' })]],
        ['a type with U+0000', freshStream(), [sampleEvent({}, { type: 'A\0B' })]],
        ['a version no store can keep', freshStream(), [sampleEvent({}, { schemaVersion: 2 ** 31 })]],
      ])('refuses %s', async (_what, stream, events) => {
        await expect(store.append(stream, 'none', events)).rejects.toMatchObject({ code: 'INVALID_EVENT' });
      });
    });

    describe('reading a stream', () => {
      it('reads ranges both ways', async () => {
        const stream = freshStream();
        await store.append(stream, 'none', sampleEvents(10));
        const revisions = async (range: Parameters<EventStore['readStream']>[1]) =>
          (await store.readStream(stream, range)).map(({ revision }) => revision);
        expect(await revisions({ from: 7 })).toEqual([7, 8, 9]);
        expect(await revisions({ from: 2, limit: 3 })).toEqual([2, 3, 4]);
        expect(await revisions({ direction: 'backwards', limit: 2 })).toEqual([9, 8]);
        expect(await revisions({ direction: 'backwards', from: 1 })).toEqual([1, 0]);
        expect(await revisions({ from: 10 })).toEqual([]);
      });

      it('reads the same from the log once it is acknowledged', async () => {
        const stream = freshStream();
        await store.append(stream, 'none', sampleEvents(5));
        const told = ({ id, revision, position, recordedAt, bytes, commandId }: RecordedEvent) => ({
          id,
          revision,
          position,
          recordedAt,
          bytes,
          commandId,
        });
        for (const range of [{}, { from: 2 }, { limit: 2 }, { direction: 'backwards', from: 3 }] as const) {
          const events = await log.readStream(stream, range);
          expect(events.map(told)).toEqual((await store.readStream(stream, range)).map(told));
          expect(events.length).toBeGreaterThan(1);
        }
      });

      it('reads nothing of a stream that does not exist', async () => {
        expect(await store.readStream(freshStream())).toEqual([]);
        expect(await log.readStream(freshStream())).toEqual([]);
      });
    });

    describe('reading the log', () => {
      it('pages through every event once, in order', async () => {
        await store.append(freshStream(), 'none', sampleEvents(23));
        const { position: head } = await log.head();
        const seen: number[] = [];
        for (let page = await log.readAll(0, 7); page.length > 0; page = await log.readAll(seen.at(-1)!, 7)) {
          seen.push(...page.map(({ position }) => position));
        }
        expect(seen).toEqual(Array.from({ length: head }, (_, n) => n + 1));
      });

      it('finds an event by its id, and the position of a time', async () => {
        const stream = freshStream();
        const event = sampleEvent();
        const { position, recordedAt } = await store.append(stream, 'none', [event]);
        expect(await log.find(event.id)).toMatchObject({ stream, position });
        expect(await log.find(sampleEvent().id)).toBeUndefined();
        expect(await log.positionAt(recordedAt)).toBeGreaterThanOrEqual(position);
        expect(await log.positionAt('2000-01-01T00:00:00Z')).toBe(0);
      });

      it('has an id and an epoch that stay', async () => {
        const identity = await log.identity();
        expect(identity).toEqual({ logId: expect.stringMatching(/^[0-9a-f-]{36}$/), epoch: 1 });
        expect(await log.identity()).toEqual(identity);
      });
    });

    describe('subscribing', () => {
      it('goes from catching up to live with none missed and none doubled, while others write', async () => {
        const { position: after } = await log.head();
        await store.append(freshStream(), 'none', sampleEvents(50));
        const subscription = log.subscribe(after, { batch: 7 });
        const seen: number[] = [];
        const reading = (async () => {
          for await (const events of subscription) seen.push(...events.map(({ position }) => position));
        })();
        await Promise.all(
          Array.from({ length: 150 }, () => store.append(freshStream(), 'none', sampleEvents(1))),
        );
        await until(() => seen.length >= 200, 'all events');
        await store.append(freshStream(), 'none', sampleEvents(1));
        await until(() => seen.length >= 201, 'one more');
        await subscription.cancel();
        await reading;
        expect(seen).toEqual(Array.from({ length: 201 }, (_, n) => after + 1 + n));
      });

      it('reads for a slow reader page by page, no further ahead than a page', async () => {
        const { position: after } = await log.head();
        await store.append(freshStream(), 'none', sampleEvents(100));
        const subscription = log.subscribe(after, { batch: 10 });
        const iterator = subscription[Symbol.asyncIterator]();
        const first = await iterator.next();
        expect((first.value as RecordedEvent[]).length).toBeLessThanOrEqual(10);
        await store.append(freshStream(), 'none', sampleEvents(100));
        const second = await iterator.next();
        expect((second.value as RecordedEvent[]).length).toBeLessThanOrEqual(10);
        await subscription.cancel();
      });

      it('ends at once when it is cancelled, also while it waits', async () => {
        const { position } = await log.head();
        const subscription = log.subscribe(position);
        const waiting = subscription[Symbol.asyncIterator]().next();
        await subscription.cancel();
        expect(await waiting).toEqual({ done: true, value: undefined });
        await subscription.cancel();
      });

      it('ends when its loop is left', async () => {
        const { position } = await log.head();
        await store.append(freshStream(), 'none', sampleEvents(3));
        let batches = 0;
        for await (const events of log.subscribe(position, { batch: 1 })) {
          expect(events).toHaveLength(1);
          batches += 1;
          break;
        }
        expect(batches).toBe(1);
      });

      it('says that the log was rewound where the position is ahead of it', async () => {
        const { position } = await log.head();
        const next = log
          .subscribe(position + 1_000)
          [Symbol.asyncIterator]()
          .next();
        await expect(next).rejects.toMatchObject({ code: 'LOG_REWOUND' });
      });
    });

    describe('payloads', () => {
      const roundTrip = async (data: JsonObject): Promise<RecordedEvent> => {
        const stream = freshStream();
        await store.append(stream, 'none', [sampleEvent(data)]);
        return (await store.readStream(stream))[0]!;
      };

      it.each([
        ['nothing', {}],
        ['U+0000', { text: 'a\u0000b' }],
        ['emoji', { text: '👩🏽‍🔬 🏳️‍🌈' }],
        ['Arabic and Sorani', { ar: 'مسار الإصلاح', ckb: 'ڕێگای چاکسازی' }],
        ['what JSON and SQL escape', { text: '"\\/\b\f\n\r\t\u2028\u007f{},()$1\'--' }],
        [
          'names a prototype has',
          JSON.parse('{"__proto__":{"a":1},"constructor":1,"toString":"x"}') as JsonObject,
        ],
        ['numbers', { numbers: [0, -0, 1e-7, 0.1, -1.5, 9007199254740991] }],
        ['deep nesting', { a: [[[{ b: [{ c: null }, true, false] }]]] }],
        ['as many levels as there may be', nested(maxDepth)],
        ['brackets in texts and names', { ['[{'.repeat(60)]: ['"\\"{['.repeat(60)] }],
      ])('keeps %s to the byte', async (_what, data) => {
        const event = await roundTrip(data);
        expect(event.bytes).toBe(canonicalise(data));
        expect(JSON.stringify(event.data)).toBe(JSON.stringify(JSON.parse(event.bytes)));
      });

      it('keeps any JSON object to the byte, and to the same bytes when it is written again', async () => {
        const text = fc.string({ unit: 'grapheme' });
        const object = fc.dictionary(text, fc.jsonValue({ stringUnit: 'grapheme' }), { maxKeys: 8 });
        await fc.assert(
          fc.asyncProperty(object, async (value) => {
            const data = JSON.parse(JSON.stringify(value), asString) as JsonObject;
            const event = await roundTrip(data);
            expect(event.bytes).toBe(canonicalise(data));
            expect(canonicalise(event.data)).toBe(event.bytes);
          }),
          { numRuns: 60 },
        );
      });

      it('takes an envelope of 60 KiB, and refuses one byte more', async () => {
        const size = 60 * 1024;
        const sized = (length: number) => sampleEvent({ text: 'x'.repeat(length) });
        const refused = await store.append(freshStream(), 'none', [sized(size)]).then(
          () => '',
          (error: Error) => error.message,
        );
        const overhead = Number(/takes (\d+) bytes/.exec(refused)![1]) - size;
        const stream = freshStream();
        await store.append(stream, 'none', [sized(size - overhead)]);
        expect((await store.readStream(stream))[0]!.bytes.length).toBeGreaterThan(size - 1_000);
        const more = store.append(freshStream(), 'none', [sized(size - overhead + 1)]);
        await expect(more).rejects.toMatchObject({ code: 'EVENT_TOO_LARGE' });
      });

      it.each([
        ['half of a surrogate pair', { text: '\ud800' }],
        ['half of a surrogate pair in a name', { '\udc00': 1 }],
        ['NaN', { n: NaN }],
        ['an integer beyond 2^53−1', { n: 2 ** 53 }],
        ['undefined', { n: undefined }],
        ['a date', { at: new Date(0) }],
        ['a BigInt', { n: 1n }],
        ['a level more than there may be', nested(maxDepth + 1)],
        ['more levels than a stack holds', nested(14_000)],
      ])('refuses %s, says where, and stores nothing', async (_what, data) => {
        const stream = freshStream();
        const append = store.append(stream, 'none', [sampleEvent(data as JsonObject)]);
        await expect(append).rejects.toMatchObject({
          code: 'INVALID_EVENT',
          message: expect.stringContaining('data'),
        });
        expect(await store.readStream(stream)).toEqual([]);
      });

      it('lets a refused event spoil no other append of the same moment', async () => {
        const good = Array.from({ length: 10 }, () => freshStream());
        const outcomes = await Promise.allSettled([
          ...good.map((stream) => store.append(stream, 'none', sampleEvents(1))),
          store.append(freshStream(), 'none', [sampleEvent({ text: '\ud800' })]),
        ]);
        expect(outcomes.map(({ status }) => status)).toEqual([...good.map(() => 'fulfilled'), 'rejected']);
      });
    });

    it('takes nothing more once it is closed, and finishes what was under way', async () => {
      const other = await open();
      const under = Promise.all(
        Array.from({ length: 20 }, () => other.store.append(freshStream(), 'none', sampleEvents(1))),
      );
      await other.close();
      expect(await under).toHaveLength(20);
      await expect(other.store.append(freshStream(), 'none', sampleEvents(1))).rejects.toMatchObject({
        code: 'CLOSED',
      });
    }, 60_000);
  });
}
