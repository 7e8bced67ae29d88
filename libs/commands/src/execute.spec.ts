import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { addAlias, itemId, itemStream, propose, startReview, withdraw } from '@masar/domain';
import { executeOnItem, executeReference, executeRegistration } from './item-commands.js';
import { CommandsFixture, StandingLog, decidedOn, programme } from './testing/commands-fixture.js';
import type { CommandContext } from './context.js';
import { StoreError } from '@masar/event-store';

let postgres: TestPostgres;
let fixture: CommandsFixture;

beforeAll(async () => {
  postgres = await testPostgres();
  fixture = await CommandsFixture.open(postgres);
}, 60_000);

afterAll(async () => {
  await fixture?.close();
  await postgres?.stop();
}, 60_000);

const register = (context: CommandContext, reference: string, title = `Item ${reference}`) =>
  executeRegistration(context, { programme, reference, title: { en: title }, decidedOn });

const proposeIt = (context: CommandContext, reference: string, expectedRevision?: number) =>
  executeOnItem(
    context,
    { programme, reference },
    {
      type: 'proposeItem',
      request: { reference },
      ...(expectedRevision !== undefined && { expectedRevision }),
      decide: (history) => propose(history, { decidedOn }),
    },
  );

const review = (context: CommandContext, reference: string) =>
  executeOnItem(
    context,
    { programme, reference },
    {
      type: 'startReview',
      request: { reference },
      decide: (history) => startReview(history, { decidedOn }),
    },
  );

describe('execute', () => {
  it('answers a retry as the first time and writes nothing', async () => {
    const context = fixture.context();
    const first = await register(context, 'RETRY-1');
    const head = await fixture.backend.log.head();
    const second = await register(context, 'RETRY-1');
    expect(first.duplicate).toBe(false);
    expect(second).toEqual({ ...first, duplicate: true });
    expect(await fixture.backend.log.head()).toEqual(head);
  });

  it('answers a retry as the first time also after more was appended', async () => {
    const context = fixture.context();
    const first = await register(context, 'RETRY-2');
    await proposeIt(fixture.context(), 'RETRY-2');
    await review(fixture.context(), 'RETRY-2');
    expect(await register(context, 'RETRY-2')).toEqual({ ...first, duplicate: true });
  });

  it('answers a retry as the first time where the item has ended since', async () => {
    await register(fixture.context(), 'RETRY-3');
    const context = fixture.context();
    const first = await proposeIt(context, 'RETRY-3');
    await executeOnItem(
      fixture.context(),
      { programme, reference: 'RETRY-3' },
      {
        type: 'withdrawItem',
        request: {},
        decide: (history) => withdraw(history, { decidedOn, reason: { en: 'No longer wanted' } }),
      },
    );
    expect(await proposeIt(context, 'RETRY-3')).toEqual({ ...first, duplicate: true });
  });

  it('answers a retry with an expected revision as the first time', async () => {
    await register(fixture.context(), 'RETRY-4');
    const context = fixture.context();
    const first = await proposeIt(context, 'RETRY-4', 0);
    expect(await proposeIt(context, 'RETRY-4', 0)).toEqual({ ...first, duplicate: true });
  });

  it('answers each of two actors with their own event where they chose the same command id', async () => {
    const one = fixture.context();
    const other = { ...one, actor: { subject: 'another-subject' } };
    const first = await register(one, 'TWO-ACTORS');
    const second = await proposeIt(other, 'TWO-ACTORS');
    expect(second.duplicate).toBe(false);
    expect(await register(one, 'TWO-ACTORS')).toEqual({ ...first, duplicate: true });
    expect(await proposeIt(other, 'TWO-ACTORS')).toEqual({ ...second, duplicate: true });
  });

  it('refuses another request under a used id on the same stream', async () => {
    const context = fixture.context();
    await register(context, 'REUSED-1');
    const head = await fixture.backend.log.head();
    await expect(register(context, 'REUSED-1', 'Another title')).rejects.toMatchObject({
      code: 'COMMAND_ID_REUSED',
      fields: [{ path: 'commandId' }],
    });
    await expect(proposeIt(context, 'REUSED-1')).rejects.toMatchObject({ code: 'COMMAND_ID_REUSED' });
    expect(await fixture.backend.log.head()).toEqual(head);
  });

  it('refuses another request under a used id on another stream', async () => {
    const context = fixture.context();
    await register(context, 'REUSED-2');
    await expect(register(context, 'REUSED-3')).rejects.toMatchObject({ code: 'COMMAND_ID_REUSED' });
    expect(await fixture.eventsOf(itemId(programme, 'REUSED-3'))).toEqual([]);
  });

  it('lets one of two requests under one id win where they race on different streams', async () => {
    const context = fixture.context();
    const outcomes = await Promise.allSettled([register(context, 'RACE-1'), register(context, 'RACE-2')]);
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost).toMatchObject([{ reason: { code: 'COMMAND_ID_REUSED' } }]);
  });

  it('gives the same request sent many times at once one effect and one answer', async () => {
    const context = fixture.context();
    const node = await fixture.node();
    const other = { ...context, store: node.store, log: node.log };
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => register(index % 2 ? context : other, 'AT-ONCE')),
    );
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(answers.map(({ position }) => position)).size).toBe(1);
    expect(await fixture.eventsOf(itemId(programme, 'AT-ONCE'))).toHaveLength(1);
  });

  it('refuses where the stream is not at the expected revision, and says where it is', async () => {
    await register(fixture.context(), 'EXPECTED');
    await expect(proposeIt(fixture.context(), 'EXPECTED', 4)).rejects.toMatchObject({
      code: 'REVISION_MISMATCH',
      fields: [{ path: 'expectedRevision', message: 'is 4; the stream is at 0' }],
    });
  });

  it('refuses a lost race where the caller gave the revision it saw', async () => {
    await register(fixture.context(), 'LOST');
    const contexts = [fixture.context(), fixture.context()];
    const outcomes = await Promise.allSettled(contexts.map((context) => proposeIt(context, 'LOST', 0)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toMatchObject([
      { reason: { code: 'REVISION_MISMATCH' } },
    ]);
  });

  it('decides anew after a lost race where the caller gave no revision', async () => {
    await register(fixture.context(), 'AGAIN');
    const stream = itemStream(itemId(programme, 'AGAIN'));
    let decided = 0;
    const done = await executeOnItem(
      fixture.context(),
      { programme, reference: 'AGAIN' },
      {
        type: 'addAlias',
        request: {},
        decide: (history) => {
          decided += 1;
          return addAlias(history, { alias: 'AGAIN-A', decidedOn });
        },
      },
    );
    expect([decided, done.revision]).toEqual([1, 1]);
    const many = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        executeOnItem(
          fixture.context(),
          { programme, reference: 'AGAIN' },
          {
            type: 'addAlias',
            request: { index },
            decide: (history) => addAlias(history, { alias: `AGAIN-${index}`, decidedOn }),
          },
        ),
      ),
    );
    expect(many.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(await fixture.backend.store.readStream(stream)).toHaveLength(8);
  });

  it('records nothing where the domain refuses, and the id stays free', async () => {
    await register(fixture.context(), 'FREE');
    const context = fixture.context();
    await expect(review(context, 'FREE')).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    expect((await proposeIt(context, 'FREE')).duplicate).toBe(false);
  });

  it('keeps a digest of the request with its event', async () => {
    const context = fixture.context();
    const { events } = await register(context, 'DIGEST');
    expect(events[0]?.data['requestDigest']).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('execute on a store that is ahead of its log', () => {
  const notYetReadable = { name: 'StoreError', code: 'NOT_YET_READABLE' };

  it('says of a command that it stands, on every node, until it can answer', async () => {
    const standing = new StandingLog(fixture.backend);
    const context = fixture.context(standing);
    await expect(register(context, 'AHEAD-1')).rejects.toMatchObject(notYetReadable);
    await expect(register(context, 'AHEAD-1')).rejects.toMatchObject(notYetReadable);
    standing.catchUp();
    const done = await register(context, 'AHEAD-1');
    expect(done).toMatchObject({ revision: 0, duplicate: true });
    expect(done.events).toHaveLength(1);
  });

  it('says of another command that nothing was written', async () => {
    const standing = new StandingLog(fixture.backend);
    await expect(register(fixture.context(standing), 'AHEAD-2')).rejects.toMatchObject(notYetReadable);
    await expect(proposeIt(fixture.context(standing), 'AHEAD-2')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    expect(await fixture.eventsOf(itemId(programme, 'AHEAD-2'))).toHaveLength(1);
  });

  it('answers as the first time where the log has it only once it was asked for it', async () => {
    const context = fixture.context();
    await register(fixture.context(), 'AHEAD-3');
    const first = await proposeIt(context, 'AHEAD-3');
    const late = { ...context, log: { find: () => Promise.resolve(undefined) } };
    expect(await proposeIt(late, 'AHEAD-3')).toEqual({ ...first, duplicate: true });
    await expect(review(late, 'AHEAD-3')).rejects.toMatchObject({ code: 'COMMAND_ID_REUSED' });
  });

  it.each(['UNAVAILABLE', 'OVERLOADED', 'CLOSED'] as const)(
    'never says that nothing was written where the store is %s after it took the command',
    async (code) => {
      const { store } = fixture.backend;
      let taken = false;
      const context = fixture.context({
        store: {
          append: async (...all) => {
            const appended = await store.append(...all);
            taken = true;
            return appended;
          },
          readStream: (...all) =>
            taken ? Promise.reject(new StoreError(code, 'gone')) : store.readStream(...all),
        },
      });
      const reference = `AFTER-${code}`;
      await expect(register(context, reference)).rejects.toMatchObject(notYetReadable);
      // Found in the log, and its stream cannot be read.
      await expect(register(context, reference)).rejects.toMatchObject(notYetReadable);
      taken = false;
      expect(await register(context, reference)).toMatchObject({ duplicate: true });
    },
  );

  it('says of a reference that is taken that it stands, whatever keeps it from the item', async () => {
    await register(fixture.context(), 'AHEAD-4');
    const { store } = fixture.backend;
    const broken = fixture.context({
      store: {
        append: (stream, ...rest) =>
          stream === itemStream(itemId(programme, 'AHEAD-4'))
            ? Promise.reject(new StoreError('OUTCOME_UNKNOWN', 'broke off'))
            : store.append(stream, ...rest),
        readStream: (...all) => store.readStream(...all),
      },
    });
    const input = {
      programme,
      reference: 'AHEAD-4',
      newReference: 'AHEAD-4-NEW',
      as: 'alias' as const,
      decidedOn,
    };
    await expect(executeReference(broken, input)).rejects.toMatchObject(notYetReadable);
    const done = await executeReference({ ...broken, store }, input);
    expect(done).toMatchObject({ stream: itemStream(itemId(programme, 'AHEAD-4')), duplicate: true });
  });
});

describe('references', () => {
  it('answers a retried reference as the first time', async () => {
    await register(fixture.context(), 'REF-1');
    const context = fixture.context();
    const input = {
      programme,
      reference: 'REF-1',
      newReference: 'REF-1-NEW',
      as: 'reference' as const,
      decidedOn,
    };
    const first = await executeReference(context, input);
    await proposeIt(fixture.context(), 'REF-1-NEW');
    expect(await executeReference(context, input)).toEqual({ ...first, duplicate: true });
  });

  it('refuses a reference that is in use, whoever uses it', async () => {
    await register(fixture.context(), 'REF-2');
    await register(fixture.context(), 'REF-3');
    await expect(
      executeReference(fixture.context(), {
        programme,
        reference: 'REF-2',
        newReference: 'ref-3',
        as: 'alias',
        decidedOn,
      }),
    ).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  });
});
