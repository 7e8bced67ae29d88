import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { QueryFixture } from '../testing/query-fixture.js';
import { reformProgramme } from '../testing/reform-programme.js';
import { CursorError } from './cursor.js';
import {
  type WorkshopPlace,
  countWorkshops,
  findWorkshop,
  listProgrammes,
  listWorkshops,
} from './programme-queries.js';
import { programmes } from '../models/programmes.js';
import { workshops } from '../models/workshops.js';
import { documentRows } from './document-rows.js';

let postgres: TestPostgres;
let fixture: QueryFixture;

beforeAll(async () => {
  postgres = await testPostgres();
  fixture = await QueryFixture.open(postgres, reformProgramme().events);
}, 60_000);

afterAll(async () => {
  await fixture?.close();
  await postgres?.stop();
});

describe('programmes', () => {
  it('are listed by reference, all or those named in any spelling', async () => {
    const at = await fixture.at();
    expect((await listProgrammes(at)).map(({ reference }) => reference)).toEqual(['Another', 'Reform']);
    const named = await listProgrammes(at, [' REFORM ', 'none', 'a/b']);
    expect(named.map(({ reference, revision }) => [reference, revision])).toEqual([['Reform', 2]]);
  });

  it('have the parts and bodies known at the position', async () => {
    const parts = async (position?: number) =>
      (
        await documentRows(await fixture.at(position), programmes, 'part', ['reform', 'another'], 'position')
      ).map(({ reference }) => reference);
    expect(await parts()).toEqual(['BORDERS', 'UNIT-A']);
    expect(await parts(3)).toEqual(['BORDERS']);
    expect(await documentRows(await fixture.at(), programmes, 'body', ['reform'], 'position')).toEqual([
      expect.objectContaining({ key: 'reform', reference: 'Committee', competence: 'advises' }),
    ]);
    expect(await documentRows(await fixture.at(4), programmes, 'body', ['reform'], 'position')).toEqual([]);
  });
});

describe('workshops', () => {
  it('are listed as in their announcement, what has no place there last, page by page', async () => {
    const at = await fixture.at();
    const listing = { programme: 'reform' };
    const keys: string[] = [];
    let after: WorkshopPlace | undefined;
    do {
      const rows = await listWorkshops(at, listing, 1, after);
      const [row] = rows;
      keys.push(row!.key);
      after = rows.length > 1 ? [row!.programmeKey, row!.listed ?? 2_147_483_647, row!.key] : undefined;
    } while (after);
    expect(keys).toEqual(['reform/w-1', 'reform/w-2', 'reform/w-3', 'reform/w-9']);
    expect(await countWorkshops(at, listing)).toBe(4);
  });

  it('are found by state and by what the reader may see', async () => {
    const at = await fixture.at();
    const keys = async (listing: Parameters<typeof listWorkshops>[1]) =>
      (await listWorkshops(at, listing, 10)).map(({ key }) => key);
    expect(await keys({ states: ['open'] })).toEqual(['reform/w-1']);
    expect(await keys({ readable: ['Another'] })).toEqual(['another/w-2']);
    expect(await keys({ readable: [] })).toEqual([]);
    expect(await keys({ programme: '~' })).toEqual([]);
    expect(await countWorkshops(at, { states: ['announced'] })).toBe(4);
  });

  it('are found by reference in any spelling, with their sessions by number', async () => {
    const at = await fixture.at();
    expect(await findWorkshop(at, 'REFORM', ' w-1')).toMatchObject({ reference: 'W-1', state: 'open' });
    for (const none of ['W-10', '', 'w\u00001'])
      expect(await findWorkshop(at, 'Reform', none)).toBeUndefined();
    expect(
      (await documentRows(at, workshops, 'session', ['reform/w-1'], 'session_order')).map(
        ({ reference }) => reference,
      ),
    ).toEqual(['S-1', 'S-2']);
  });

  it.each([[['reform']], [['reform', 1]], [['reform', '1', 'key']], [['reform', 1, 'key', 2]]])(
    'are not listed after %j, which is no place',
    async (place) => {
      const page = listWorkshops(await fixture.at(), {}, 5, place as unknown as WorkshopPlace);
      await expect(page).rejects.toBeInstanceOf(CursorError);
    },
  );
});
