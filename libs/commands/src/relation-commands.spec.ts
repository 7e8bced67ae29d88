import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { type RelationKind, relationsStream, setRecordingDeadline } from '@masar/domain';
import { relationsOf } from './aggregates.js';
import { executeDecision } from './decision-commands.js';
import { executeReference } from './item-commands.js';
import { executeRelate, executeUnrelate } from './relation-commands.js';
import { executeOnProgramme } from './setup-commands.js';
import { CommandsFixture, decidedOn, decisionOn, programme } from './testing/commands-fixture.js';

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

const reason = { en: 'Why' };
const input = (reference: string, kind: RelationKind, to: string) => ({
  programme,
  reference,
  kind,
  to,
  decidedOn,
});

describe('saying how items stand to each other', () => {
  it('leads to the items by any of their references, and is answered again as the first time', async () => {
    const [one, two] = await fixture.itemsUnderReview('ONE', 'TWO');
    await executeReference(fixture.context(), {
      programme,
      reference: 'TWO',
      newReference: 'SECOND',
      as: 'reference',
      decidedOn,
    });
    const context = fixture.context();
    const first = await executeRelate(context, input('ONE', 'dependsOn', 'SECOND'));
    expect(first.events.at(-1)!.data).toMatchObject({ kind: 'dependsOn', from: one, to: two });
    expect(await executeRelate(context, input('ONE', 'dependsOn', 'SECOND'))).toEqual({
      ...first,
      duplicate: true,
    });
  });

  it('is refused of an item there is not, with the path it was named at', async () => {
    await fixture.itemsUnderReview('ONE');
    for (const [reference, to, path] of [
      ['ONE', 'GHOST', 'to'],
      ['GHOST', 'ONE', 'reference'],
    ] as const) {
      const refused = executeRelate(fixture.context(), input(reference, 'dependsOn', to));
      await expect(refused).rejects.toMatchObject({ code: 'NOT_FOUND', fields: [{ path }] });
    }
  });

  it('is refused where a decision made the one of the other, and not once that was undone', async () => {
    const [one, two] = (await fixture.itemsUnderReview('ONE', 'TWO')) as [string, string];
    const merged = await executeDecision(fixture.context(), decisionOn([one], { kind: 'merge', into: two }));
    const back = () => executeRelate(fixture.context(), input('TWO', 'reissuedAs', 'ONE'));
    await expect(back()).rejects.toMatchObject({ code: 'RELATION_CYCLE', fields: [{ path: 'to' }] });
    await executeDecision(fixture.context(), {
      programme,
      decidedOn,
      items: [{ item: one, outcome: { kind: 'reopen' }, reason }],
    });
    expect((await back()).events.at(-1)!.type).toBe('ItemsRelated');
    const again = executeDecision(fixture.context(), decisionOn([one], { kind: 'merge', into: two }));
    await expect(again).rejects.toMatchObject({ code: 'RELATION_CYCLE' });
    expect(merged.pending).toEqual([]);
  });

  it('by two at once to close a circle is done by one of them', async () => {
    await fixture.itemsUnderReview('ONE', 'TWO');
    const settled = await Promise.allSettled([
      executeRelate(fixture.context(), input('ONE', 'dependsOn', 'TWO')),
      executeRelate(fixture.context(), input('TWO', 'dependsOn', 'ONE')),
    ]);
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { said } = relationsOf(await fixture.backend.store.readStream(relationsStream(programme)));
    expect(said).toHaveLength(1);
  });

  it('late is flagged', async () => {
    await fixture.itemsUnderReview('ONE', 'TWO');
    await executeOnProgramme(fixture.context(), programme, {
      type: 'setRecordingDeadline',
      request: {},
      decide: (state) => setRecordingDeadline(state, { days: 7, decidedOn: { edtf: '2024-01-01' } }),
    });
    const done = await executeRelate(fixture.context(), input('ONE', 'duplicateOf', 'TWO'));
    expect(done.events.at(-1)!.data['irregularities']).toEqual(['LATE']);
  });
});

describe('taking back how items stand to each other', () => {
  it('ends what was said, once', async () => {
    await fixture.itemsUnderReview('ONE', 'TWO');
    await executeRelate(fixture.context(), input('ONE', 'duplicateOf', 'TWO'));
    const back = () => executeUnrelate(fixture.context(), { ...input('ONE', 'duplicateOf', 'TWO'), reason });
    expect((await back()).events.at(-1)!.type).toBe('ItemsUnrelated');
    await expect(back()).rejects.toMatchObject({ code: 'NOT_FOUND', fields: [{ path: 'to' }] });
  });
});
