import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WorkerLease } from '@masar/event-store';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { Refusal, decisionStream, stateOf } from '@masar/domain';
import { historyOf } from './aggregates.js';
import { executeAnswer, executeProposal } from './correction-commands.js';
import { executeDecision } from './decision-commands.js';
import { EffectsWorker } from './effects-worker.js';
import {
  CommandsFixture,
  decidedOn,
  decisionOn,
  dyingStore,
  programme,
  until,
} from './testing/commands-fixture.js';

let postgres: TestPostgres;
let fixture: CommandsFixture;

beforeAll(async () => {
  postgres = await testPostgres();
}, 60_000);

beforeEach(async () => {
  fixture = await CommandsFixture.open(postgres);
}, 30_000);

afterEach(() => fixture?.close(), 30_000);

afterAll(() => postgres?.stop(), 60_000);

const adopt = { kind: 'adopt', manner: 'plain' } as const;
const confirmer = { subject: 'second-person-of-a-test' };
const reason = { en: 'Read from the wrong line' };

/** Items that a decision adopted, and a proposal to strike that decision. */
async function proposedCorrection() {
  const items = await fixture.itemsUnderReview('ITEM-1', 'ITEM-2', 'ITEM-3');
  const { decision } = await executeDecision(fixture.context(), decisionOn(items, adopt));
  const target = { kind: 'decision', decision, change: { struck: true } } as const;
  const { correction } = await executeProposal(fixture.context(), { programme, target, reason, decidedOn });
  return { items, decision, correction, answer: { programme, correction, decidedOn } };
}

const statesOf = (items: readonly string[]) =>
  Promise.all(items.map(async (item) => stateOf(historyOf(await fixture.eventsOf(item))).standing?.state));

describe('a correction', () => {
  it('changes nothing until a second person confirms it, and then every item of the decision', async () => {
    const { items, decision, answer } = await proposedCorrection();
    expect(await statesOf(items)).toEqual(['Adopted', 'Adopted', 'Adopted']);
    const own = executeAnswer(fixture.context(), 'confirm', answer);
    await expect(own).rejects.toMatchObject({ code: 'SAME_PERSON' });
    const done = await executeAnswer(fixture.context({ actor: confirmer }), 'confirm', answer);
    expect(done.pending).toEqual([]);
    expect(done.effectsUpTo).toBe((await fixture.backend.log.head()).position);
    expect(await statesOf(items)).toEqual(['UnderReview', 'UnderReview', 'UnderReview']);
    const ofDecision = await fixture.backend.store.readStream(decisionStream(decision));
    expect(ofDecision.map(({ type }) => type)).toEqual(['DecisionRecorded', 'DecisionCorrected']);
  });

  it('leaves one event on each item however often it is confirmed', async () => {
    const { items, answer } = await proposedCorrection();
    const context = fixture.context({ actor: confirmer });
    const first = await executeAnswer(context, 'confirm', answer);
    const head = await fixture.backend.log.head();
    expect(await executeAnswer(context, 'confirm', answer)).toEqual({ ...first, duplicate: true });
    expect(await fixture.backend.log.head()).toEqual(head);
    expect(await fixture.effectsOn(items)).toEqual(
      items.map(() => ['ReformItemAdopted', 'ReformItemEntryCorrected']),
    );
    const again = executeAnswer(fixture.context({ actor: confirmer }), 'confirm', answer);
    await expect(again).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('is declined or taken back without a trace on the items', async () => {
    const { items, answer } = await proposedCorrection();
    const stranger = executeAnswer(fixture.context({ actor: confirmer }), 'withdraw', answer);
    await expect(stranger).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await executeAnswer(fixture.context({ actor: confirmer }), 'decline', { ...answer, reason });
    expect(await statesOf(items)).toEqual(['Adopted', 'Adopted', 'Adopted']);
    const late = executeAnswer(fixture.context(), 'withdraw', answer);
    await expect(late).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('is no other programme’s to answer, nor about its decisions', async () => {
    const { decision, answer } = await proposedCorrection();
    const elsewhere = { ...answer, programme: 'another' };
    const answered = executeAnswer(fixture.context({ actor: confirmer }), 'confirm', elsewhere);
    await expect(answered).rejects.toBeInstanceOf(Refusal);
    await expect(answered).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const target = { kind: 'decision', decision, change: { struck: true } } as const;
    const proposed = executeProposal(fixture.context(), { programme: 'another', target, reason, decidedOn });
    await expect(proposed).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that a crash left half done is finished by the worker', async () => {
    const { items, answer } = await proposedCorrection();
    let effects = 0;
    const store = dyingStore(
      fixture.backend.store,
      (stream) => stream.startsWith('item-') && (effects += 1) === 2,
    );
    const cut = await executeAnswer(fixture.context({ actor: confirmer, store }), 'confirm', answer);
    expect(cut.pending.length).toBeGreaterThan(0);
    const worker = new EffectsWorker({
      store: fixture.backend.store,
      log: fixture.backend.log,
      lease: await WorkerLease.open(fixture.backend.pool, 'effects'),
      people: { erase: () => Promise.reject(new Error('nobody is erased here')) },
      graceMs: 50,
    });
    worker.start();
    try {
      await until('every item is corrected', async () =>
        (await statesOf(items)).every((state) => state === 'UnderReview'),
      );
      expect(await fixture.effectsOn(items)).toEqual(
        items.map(() => ['ReformItemAdopted', 'ReformItemEntryCorrected']),
      );
    } finally {
      await worker.stop();
    }
  });
});
