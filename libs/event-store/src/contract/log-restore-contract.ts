import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type {
  EventLog,
  EventStore,
  LogIdentity,
  LogRestore,
  RecordedEvent,
  RestorableEvent,
} from '../ports.js';
import { freshStream, sampleEvent, sampleEvents } from './sample-events.js';

/** A store that is new and empty, its log, and the way to fill it at once. */
export interface OpenRestore {
  readonly store: EventStore;
  readonly log: EventLog;
  readonly restoring: LogRestore;
  close(): Promise<void>;
}

const identity = (): LogIdentity => ({ logId: randomUUID(), epoch: 7 });

/** What every adapter promises of a restore. `open` makes a store of its own each time. */
export function logRestoreContract(name: string, open: () => Promise<OpenRestore>): void {
  describe(`${name} keeps the contract of a restore`, () => {
    const opened: OpenRestore[] = [];
    const openOne = async (): Promise<OpenRestore> => {
      const one = await open();
      opened.push(one);
      return one;
    };
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((one) => one.close()));
    });

    /** A log as appends make one: several streams, interleaved. */
    const recorded = async (): Promise<RecordedEvent[]> => {
      const { store, log } = await openOne();
      const streams = [freshStream(), freshStream()];
      const odd = sampleEvent(
        { text: 'a\u0000b "\\ مسار', n: 0.1 },
        {
          decidedOn: '2017',
          effective: null,
          actor: { subject: 's', organisation: 'o' },
          causationId: randomUUID(),
        },
      );
      for (const stream of streams) await store.append(stream, 'none', sampleEvents(2));
      for (const stream of streams) await store.append(stream, 1, sampleEvents(1));
      await store.append(streams[0]!, 2, [odd]);
      return log.readAll(0, 100);
    };

    it('puts every event back as it stood, under the identity given', async () => {
      const events = await recorded();
      const { store, log, restoring } = await openOne();
      const given = identity();
      const before = await log.identity();
      expect(before).not.toEqual(given);
      const head = await restoring.restore(given, batches(events, 3));
      expect(head).toEqual({ position: 7, recordedAt: events.at(-1)!.recordedAt });
      expect(await log.identity()).toEqual(given);
      expect(await log.head()).toEqual(head);
      expect((await log.readAll(0, 100)).map(whole)).toEqual(events.map(whole));
      const [last] = await store.readStream(events.at(-1)!.stream, { direction: 'backwards', limit: 1 });
      expect(whole(last!)).toEqual(whole(events.at(-1)!));
      expect(await log.find(events[3]!.id)).toMatchObject({ position: 4 });
    });

    it('goes on at the next position and revision, and never earlier than the last event', async () => {
      const events = (await recorded()).map(restorable);
      // The clock of the machine the log comes from was ahead.
      const ahead = events.map((event) => ({ ...event, recordedAt: '2999-01-01T00:00:00.000001Z' }));
      const { store, log, restoring } = await openOne();
      await restoring.restore(identity(), batches(ahead, 100));
      const { stream, revision } = ahead.at(-1)!;
      const appended = await store.append(stream, revision, sampleEvents(1));
      expect(appended).toMatchObject({ position: 8, revision: revision + 1 });
      expect(appended.recordedAt >= '2999-01-01T00:00:00.000001Z').toBe(true);
      expect((await log.head()).position).toBe(8);
      await expect(store.append(stream, 'none', sampleEvents(1))).rejects.toMatchObject({
        name: 'ConcurrencyError',
      });
    });

    it('answers a retry of a command recorded before the backup as the first time', async () => {
      const source = await openOne();
      const stream = freshStream();
      const event = sampleEvent();
      const first = await source.store.append(stream, 'none', [event]);
      const { store, restoring } = await openOne();
      await restoring.restore(identity(), batches(await source.log.readAll(0, 10), 10));
      expect(await store.append(stream, 'none', [event])).toEqual({ ...first, duplicate: true });
    });

    it('takes a log without events', async () => {
      const { log, restoring } = await openOne();
      const given = identity();
      expect(await restoring.restore(given, batches([], 1))).toEqual({ position: 0, recordedAt: null });
      expect(await log.identity()).toEqual(given);
    });

    it('refuses a store that has events, and leaves it as it is', async () => {
      const events = await recorded();
      const { store, log, restoring } = await openOne();
      const before = await log.identity();
      await store.append(freshStream(), 'none', sampleEvents(1));
      await expect(restoring.restore(identity(), batches(events, 10))).rejects.toMatchObject({
        code: 'NOT_EMPTY',
        message: expect.stringContaining('1 events'),
      });
      expect(await log.readAll(0, 10)).toHaveLength(1);
      expect(await log.identity()).toEqual(before);
    });

    const spoiled: [string, (events: RestorableEvent[]) => RestorableEvent[]][] = [
      ['a position is missing', (events) => events.toSpliced(2, 1)],
      ['a position stands twice', (events) => events.toSpliced(2, 0, events[2]!)],
      ['two events have changed places', (events) => events.with(2, events[3]!).with(3, events[2]!)],
      ['the first event is missing', (events) => events.slice(1)],
      ['a revision is left out', (events) => events.with(6, { ...events[6]!, revision: 4 })],
      ['a revision stands twice', (events) => events.with(6, { ...events[6]!, revision: 2 })],
      [
        'revisions of a stream run backwards',
        (events) => events.with(0, { ...events[0]!, revision: 1 }).with(1, { ...events[1]!, revision: 0 }),
      ],
      ['an id stands twice', (events) => events.with(6, { ...events[6]!, id: events[0]!.id })],
      ['time goes back', (events) => events.with(6, { ...events[6]!, recordedAt: '2000-01-01T00:00:00Z' })],
      [
        'data nest too deep',
        (events) => events.with(6, { ...events[6]!, bytes: `{"a":${'['.repeat(100)}${']'.repeat(100)}}` }),
      ],
      ['data are no JSON', (events) => events.with(6, { ...events[6]!, bytes: '{"a":' })],
    ];
    it.each(spoiled)('refuses a log where %s, and stays empty', async (_what, spoil) => {
      const events = (await recorded()).map(restorable);
      const { log, restoring } = await openOne();
      const before = await log.identity();
      await expect(restoring.restore(identity(), batches(spoil(events), 2))).rejects.toMatchObject({
        code: 'INVALID_LOG',
      });
      expect(await log.head()).toEqual({ position: 0, recordedAt: null });
      expect(await log.identity()).toEqual(before);
    });

    it('undoes everything where its source fails, says what the source said, and can be asked again', async () => {
      const events = await recorded();
      const { log, restoring } = await openOne();
      async function* failing(): AsyncGenerator<readonly RestorableEvent[]> {
        yield events.slice(0, 3);
        throw new RangeError('the source broke off');
      }
      await expect(restoring.restore(identity(), failing())).rejects.toThrow(
        new RangeError('the source broke off'),
      );
      expect(await log.head()).toEqual({ position: 0, recordedAt: null });
      const given = identity();
      await restoring.restore(given, batches(events, 100));
      expect(await log.identity()).toEqual(given);
    });
  });
}

async function* batches<E>(events: readonly E[], size: number): AsyncGenerator<readonly E[]> {
  for (let from = 0; from < events.length; from += size) yield events.slice(from, from + size);
}

/** The fields of an event, whatever class it has. */
function restorable(event: RecordedEvent): RestorableEvent {
  const { id, stream, revision, position, type, schemaVersion, recordedAt, bytes, salt } = event;
  const { decidedOn, effective, actor, commandId, causationId, correlationId } = event;
  return {
    id,
    stream,
    revision,
    position,
    type,
    schemaVersion,
    recordedAt,
    bytes,
    salt,
    decidedOn,
    effective,
    actor,
    commandId,
    causationId,
    correlationId,
  };
}

function whole(event: RecordedEvent): object {
  return { ...restorable(event), data: event.data, salt: Buffer.from(event.salt).toString('hex') };
}
