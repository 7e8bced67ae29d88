import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { QueryFixture } from '../testing/query-fixture.js';
import { applied, decided, reformProgramme, reviewed } from '../testing/reform-programme.js';
import { CursorError } from './cursor.js';
import {
  type DecisionListing,
  countDecisions,
  decidedItemsOf,
  decisionsByKey,
  decisionsOn,
  listDecisions,
} from './decision-queries.js';

let postgres: TestPostgres;
let fixture: QueryFixture;
/** Position of the first decision. */
let first: number;

beforeAll(async () => {
  postgres = await testPostgres();
  const history = reformProgramme();
  const last = decided(history, 'd-3', [reviewed[0]!], { kind: 'reject' }, { workshop: 'W-1' });
  applied(history, last, reviewed[0]!);
  fixture = await QueryFixture.open(postgres, history.events);
  first = fixture.events.find(({ type }) => type === 'DecisionRecorded')!.position;
}, 60_000);

afterAll(async () => {
  await fixture?.close();
  await postgres?.stop();
});

describe('decisions', () => {
  it('are listed as they were recorded, in pages', async () => {
    const at = await fixture.at();
    const page = await listDecisions(at, { programme: 'REFORM' }, 2);
    expect(page.map(({ key }) => key)).toEqual(['d-1', 'd-2', 'd-3']);
    const rest = await listDecisions(at, { programme: 'Reform' }, 2, page[1]!.position);
    expect(rest.map(({ key }) => key)).toEqual(['d-3']);
    expect(rest[0]).toMatchObject({ kinds: ['reject'], workshop: 'W-1', pending: 0, lapsed: 0 });
  });

  it.each<readonly [string, DecisionListing, readonly string[]]>([
    ['kind', { kinds: ['adopt', 'merge'] }, ['d-1']],
    ['body', { body: 'Committee' }, ['d-2']],
    ['workshop', { workshop: 'W-1' }, ['d-3']],
    ['what is pending', { pending: true }, ['d-1']],
    ['what is finished', { pending: false }, ['d-2', 'd-3']],
    ['what has lapsed', { lapsed: true }, ['d-1']],
    ['programme', { programme: 'Another' }, []],
    ['programmes the reader may see', { readable: ['another', 'Reform'] }, ['d-1', 'd-2', 'd-3']],
    ['no programme at all', { readable: [] }, []],
    ['a programme that can be none', { programme: 'a/b' }, []],
  ])('are found by %s, and counted so', async (_what, listing, keys) => {
    const at = await fixture.at();
    expect((await listDecisions(at, listing, 10)).map(({ key }) => key)).toEqual(keys);
    expect(await countDecisions(at, listing)).toBe(keys.length);
  });

  it('say what became of them on each item, as known at the position', async () => {
    const status = async (position: number) =>
      (await decidedItemsOf(await fixture.at(position), ['d-1'])).map((row) => [
        row.item,
        row.status,
        row.lapse,
        row.effectPosition,
      ]);
    expect(await status(first - 1)).toEqual([]);
    expect(await status(first)).toEqual(reviewed.map((item) => [item, 'pending', null, null]));
    expect(await status(fixture.events.length)).toEqual([
      [reviewed[0], 'applied', null, first + 1],
      [reviewed[1], 'lapsed', 'ITEM_ENDED', first + 3],
      [reviewed[2], 'pending', null, null],
    ]);
    expect(await decisionsByKey(await fixture.at(first + 1), ['d-1', 'd-2', 'x\u0000'])).toEqual([
      expect.objectContaining({ key: 'd-1', pending: 2, lapsed: 0 }),
    ]);
  });

  it('are found by their items, many at once, in one statement', async () => {
    const at = await fixture.at();
    const before = fixture.statements.length;
    const rows = await decisionsOn(at, [reviewed[2]!, reviewed[0]!, 'reform/none']);
    expect(fixture.statements).toHaveLength(before + 1);
    expect(rows.map(({ item, key }) => [item, key])).toEqual([
      [reviewed[0], 'd-1'],
      [reviewed[0], 'd-2'],
      [reviewed[0], 'd-3'],
      [reviewed[2], 'd-1'],
    ]);
  });

  it.each(['12', 1.5, -1])('are not listed after %j, which is no position', async (after) => {
    await expect(listDecisions(await fixture.at(), {}, 5, after as number)).rejects.toBeInstanceOf(
      CursorError,
    );
  });
});
