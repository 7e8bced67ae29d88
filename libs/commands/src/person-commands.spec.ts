import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WorkerLease } from '@masar/event-store';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { subjectStream } from '@masar/domain';
import { EffectsWorker } from './effects-worker.js';
import { type People, executeErasure, executeReading } from './person-commands.js';
import { CommandsFixture, decidedOn, programme, until } from './testing/commands-fixture.js';

const subject = '5c2b9f3e-0000-4000-8000-00000000000a';
const foreign = '5c2b9f3e-0000-4000-8000-00000000000b';
const stranger = '5c2b9f3e-0000-4000-8000-00000000000c';

/** Two people, one of another programme, and whoever was erased; a name is gone only when `erase` has settled. */
class PeopleOfTest implements People {
  readonly erased: { readonly subject: string; readonly event: string }[] = [];
  /** How many calls of `erase` fail before one does not. */
  failures = 0;

  async scopesOf(subjects: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const known = new Map([
      [subject, 'Test'],
      [foreign, 'another'],
    ]);
    return new Map([...known].filter(([id]) => subjects.includes(id)));
  }

  async erase(erasures: readonly { readonly subject: string; readonly event: string }[]): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('the disk is full');
    }
    this.erased.push(...erasures);
  }
}

let postgres: TestPostgres;
let fixture: CommandsFixture;
let people: PeopleOfTest;

beforeAll(async () => {
  postgres = await testPostgres();
}, 60_000);
beforeEach(async () => {
  fixture = await CommandsFixture.open(postgres);
  people = new PeopleOfTest();
}, 30_000);
afterEach(() => fixture?.close(), 30_000);
afterAll(() => postgres?.stop(), 60_000);

const context = () => ({ ...fixture.context(), people });
const erasureOf = (who: string) => ({ programme, subject: who, decidedOn });
const stored = (who: string) => fixture.backend.store.readStream(subjectStream(who));

describe('an erasure', () => {
  it('is recorded, carried out, and answered then', async () => {
    const done = await executeErasure(context(), { ...erasureOf(subject), reason: { en: 'Asked for' } });
    const [event] = await stored(subject);
    expect(event).toMatchObject({
      type: 'PersonErased',
      // As the programme spells itself.
      data: { programme: 'Test', subject, reason: { en: 'Asked for' } },
    });
    expect(people.erased).toEqual([{ subject, erasedAt: event!.recordedAt, event: event!.id }]);
    expect(done).toMatchObject({ position: event!.position, duplicate: false });
  });

  it('takes an id however its letters are written', async () => {
    await executeErasure(context(), erasureOf(subject.toUpperCase()));
    expect(await stored(subject)).toHaveLength(1);
  });

  it('is finished by a retry where it broke off, and a retry is no second erasure', async () => {
    const once = context();
    people.failures = 1;
    await expect(executeErasure(once, erasureOf(subject))).rejects.toThrow('the disk is full');
    expect(people.erased).toEqual([]);
    expect(await executeErasure(once, erasureOf(subject))).toMatchObject({ duplicate: true });
    expect(await stored(subject)).toHaveLength(1);
    expect(people.erased).toMatchObject([{ subject }]);
  });

  it('is finished by the worker where nobody tries again', async () => {
    people.failures = 3;
    await expect(executeErasure(context(), erasureOf(subject))).rejects.toThrow('the disk is full');
    const errors: unknown[] = [];
    const worker = new EffectsWorker({
      store: fixture.backend.store,
      log: fixture.backend.log,
      lease: await WorkerLease.open(fixture.backend.pool, 'effects'),
      people,
      graceMs: 50,
      onError: (error) => errors.push(error),
    });
    worker.start();
    await until('the erasure', () => people.erased.length > 0);
    await worker.stop();
    expect(people.erased).toMatchObject([{ subject }]);
    expect(errors).toHaveLength(2);
  });

  it('is refused a second time, and not before the first is carried out', async () => {
    people.failures = 1;
    await expect(executeErasure(context(), erasureOf(subject))).rejects.toThrow('the disk is full');
    await expect(executeErasure(context(), erasureOf(subject))).rejects.toMatchObject({
      code: 'NOTHING_TO_CHANGE',
      fields: [{ path: 'subject' }],
    });
    expect(people.erased).toMatchObject([{ subject }]);
    expect(await stored(subject)).toHaveLength(1);
  });

  it('is refused of whom the programme does not know', async () => {
    for (const who of [foreign, stranger]) {
      await expect(executeErasure(context(), erasureOf(who))).rejects.toMatchObject({
        code: 'NOT_FOUND',
        fields: [{ path: 'subject' }],
      });
      expect(await stored(who)).toEqual([]);
    }
    expect(people.erased).toEqual([]);
  });
});

describe('a reading of names', () => {
  const reading = { programme, subjects: [subject], purpose: 'To send the minutes', by: 'id' as const };

  it('is recorded on a stream of its own, and once under one command id', async () => {
    const once = context();
    const first = await executeReading(once, reading);
    expect(first.events).toMatchObject([
      {
        type: 'PersonalDataRead',
        actor: once.actor,
        data: { programme, subjects: [subject], purpose: 'To send the minutes', by: 'id' },
      },
    ]);
    expect(await executeReading(once, reading)).toMatchObject({
      position: first.position,
      duplicate: true,
    });
    const second = await executeReading(context(), reading);
    expect(second.stream).not.toBe(first.stream);
    await expect(executeReading(once, { ...reading, purpose: 'Another' })).rejects.toMatchObject({
      code: 'COMMAND_ID_REUSED',
    });
  });

  it('is refused where anybody is not of the programme, and names the place', async () => {
    const head = await fixture.backend.log.head();
    await expect(
      executeReading(context(), { ...reading, subjects: [subject, foreign, stranger] }),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
      fields: [{ path: 'subjects.1' }, { path: 'subjects.2' }],
    });
    expect(await fixture.backend.log.head()).toEqual(head);
  });
});
