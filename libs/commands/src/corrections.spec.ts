import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WorkerLease } from '@masar/event-store';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { type Outcome, Refusal, decisionStream, stateOf, withdraw } from '@masar/domain';
import { historyOf } from './aggregates.js';
import { executeAnswer, executeProposal } from './correction-commands.js';
import { executeDecision } from './decision-commands.js';
import { EffectsWorker } from './effects-worker.js';
import { executeOnItem } from './item-commands.js';
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

/** A decision on two items, the second of which ended before the decision came to it. */
async function partlyLapsed() {
  const items = await fixture.itemsUnderReview('ITEM-1', 'ITEM-2');
  const dying = dyingStore(fixture.backend.store, (stream) => stream.startsWith('item-'));
  const context = fixture.context({ store: dying });
  await executeDecision(context, decisionOn(items, adopt)).catch(() => undefined);
  await executeOnItem(
    fixture.context(),
    { programme, reference: 'ITEM-2' },
    { type: 'withdrawItem', request: {}, decide: (history) => withdraw(history, { decidedOn, reason }) },
  );
  const { decision } = await executeDecision(
    fixture.context({ commandId: context.commandId }),
    decisionOn(items, adopt),
  );
  expect(await fixture.effectsOn(items)).toEqual([['ReformItemAdopted'], ['DecisionEffectLapsed']]);
  return { items, decision };
}

describe('a correction of a decision that lapsed on one of its items', () => {
  it('corrects the others', async () => {
    const { items, decision } = await partlyLapsed();
    const target = { kind: 'decision', decision, change: { struck: true } } as const;
    const proposal = { programme, target, reason, decidedOn };
    const { correction } = await executeProposal(fixture.context(), proposal);
    await executeAnswer(fixture.context({ actor: confirmer }), 'confirm', {
      programme,
      correction,
      decidedOn,
    });
    expect(await statesOf(items)).toEqual(['UnderReview', 'Withdrawn']);
    expect(await fixture.effectsOn(items)).toEqual([
      ['ReformItemAdopted', 'ReformItemEntryCorrected'],
      ['DecisionEffectLapsed'],
    ]);
    const again = executeProposal(fixture.context(), proposal);
    await expect(again).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' });
  });

  it('corrects its particulars, also once nothing it did counts', async () => {
    const { items, decision } = await partlyLapsed();
    const strike = { kind: 'decision', decision, change: { struck: true } } as const;
    const particulars = { kind: 'decision', decision, change: { data: { minutes: 'p. 12' } } } as const;
    for (const target of [strike, particulars]) {
      const { correction } = await executeProposal(fixture.context(), {
        programme,
        target,
        reason,
        decidedOn,
      });
      const answer = { programme, correction, decidedOn };
      const done = await executeAnswer(fixture.context({ actor: confirmer }), 'confirm', answer);
      expect(done.pending).toEqual([]);
    }
    const ofDecision = await fixture.backend.store.readStream(decisionStream(decision));
    expect(ofDecision.map(({ type }) => type)).toEqual([
      'DecisionRecorded',
      'DecisionCorrected',
      'DecisionCorrected',
    ]);
    expect(await fixture.effectsOn(items)).toEqual([
      ['ReformItemAdopted', 'ReformItemEntryCorrected'],
      ['DecisionEffectLapsed'],
    ]);
  });
});

describe('a correction of words', () => {
  it('cannot be confirmed where a decision changed those words since', async () => {
    const [item] = await fixture.itemsUnderReview('ITEM-1');
    const target = { kind: 'text', item: item!, change: { title: { en: 'Item one' } } } as const;
    const { correction } = await executeProposal(fixture.context(), { programme, target, reason, decidedOn });
    const amendment = { kind: 'amend', title: { en: 'As the workshop amended it' } } as const;
    await executeDecision(fixture.context(), decisionOn([item!], amendment));
    const answer = { programme, correction, decidedOn };
    await expect(
      executeAnswer(fixture.context({ actor: confirmer }), 'confirm', answer),
    ).rejects.toMatchObject({ code: 'REVISION_MISMATCH' });
    expect(stateOf(historyOf(await fixture.eventsOf(item!))).title).toEqual({
      en: 'As the workshop amended it',
    });
  });

  it('can be confirmed where only other words changed', async () => {
    const [item] = await fixture.itemsUnderReview('ITEM-1');
    const target = { kind: 'text', item: item!, change: { title: { en: 'Item one' } } } as const;
    const { correction } = await executeProposal(fixture.context(), { programme, target, reason, decidedOn });
    await executeDecision(
      fixture.context(),
      decisionOn([item!], { kind: 'amend', text: { en: 'A text it had not' } }),
    );
    await executeAnswer(fixture.context({ actor: confirmer }), 'confirm', {
      programme,
      correction,
      decidedOn,
    });
    expect(stateOf(historyOf(await fixture.eventsOf(item!)))).toMatchObject({
      title: { en: 'Item one' },
      text: { en: 'A text it had not' },
    });
  });
});

describe('a correction of a reopening', () => {
  const dayOf = (day: number) => ({ edtf: `2024-03-0${day}` });
  const decided = async (item: string, outcome: Outcome, day: number) => {
    const items = [{ item, outcome, reason }];
    return executeDecision(fixture.context(), { programme, decidedOn: dayOf(day), items });
  };
  /** The first item went on as the second until it was reopened. */
  async function reopened() {
    const items = (await fixture.itemsUnderReview('ITEM-1', 'ITEM-2')) as [string, string];
    await decided(items[0], { kind: 'merge', into: items[1] }, 1);
    const { decision } = await decided(items[0], { kind: 'reopen' }, 2);
    const target = { kind: 'decision', decision, change: { struck: true } } as const;
    const propose = () =>
      executeProposal(fixture.context(), { programme, target, reason, decidedOn: dayOf(5) });
    const confirm = (correction: string) =>
      executeAnswer(fixture.context({ actor: confirmer }), 'confirm', {
        programme,
        correction,
        decidedOn: dayOf(6),
      });
    return { items, propose, confirm };
  }
  const circle = (path: string) => ({
    code: 'RELATION_CYCLE',
    fields: [{ path, message: expect.stringMatching(/circle that stands on 2024-03-03: .*item-1/) }],
  });

  it('brings back what the reopening ended', async () => {
    const { items, propose, confirm } = await reopened();
    await confirm((await propose()).correction);
    expect(await statesOf(items)).toEqual(['Merged', 'UnderReview']);
  });

  it('is refused where the item would follow from itself by now: when it is proposed', async () => {
    const { items, propose } = await reopened();
    await decided(items[1], { kind: 'merge', into: items[0] }, 3);
    await expect(propose()).rejects.toMatchObject(circle('decision'));
    expect(await statesOf(items)).toEqual(['UnderReview', 'Merged']);
  });

  it('is refused when it is confirmed, where what leads back came in between, and can be declined', async () => {
    const { items, propose, confirm } = await reopened();
    const { correction } = await propose();
    await decided(items[1], { kind: 'merge', into: items[0] }, 3);
    await expect(confirm(correction)).rejects.toMatchObject(circle('correction'));
    expect(await statesOf(items)).toEqual(['UnderReview', 'Merged']);
    const answer = { programme, correction, reason, decidedOn: dayOf(6) };
    await executeAnswer(fixture.context({ actor: confirmer }), 'decline', answer);
  });

  it('can be proposed once what leads back stands no more', async () => {
    const { items, propose, confirm } = await reopened();
    await decided(items[1], { kind: 'merge', into: items[0] }, 3);
    await decided(items[1], { kind: 'reopen' }, 4);
    // On the days between it would have been a circle.
    await expect(propose()).rejects.toMatchObject(circle('decision'));
    const [merged] = (await fixture.eventsOf(items[1])).filter(({ type }) => type === 'ReformItemMerged');
    const struck = await executeProposal(fixture.context(), {
      programme,
      target: { kind: 'entry', item: items[1], entry: merged!.id, change: { struck: true } },
      reason,
      decidedOn: dayOf(5),
    });
    await confirm(struck.correction);
    await confirm((await propose()).correction);
    expect((await statesOf(items))[0]).toBe('Merged');
  });
});

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
