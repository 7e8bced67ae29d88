import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OnItem, executeOnItem } from '@masar/commands';
import { recordOnItem, setVisibility } from '@masar/domain';
import { canonicalise, type JsonObject } from '@masar/event-store';
import { readMappingFile } from '@masar/exchange';
import { parse } from 'csv-parse/sync';
import { ImportFixture, sharedData } from '../import/support/import-fixture.js';
import { masar } from '../support/child.js';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const example = (name: string) => join(docs, 'import/example', name);
const changesMapping = join(docs, 'export/changes.map.yaml');

type Row = Readonly<Record<string, string>>;

/** The rows of a CSV file as its bytes have them, escapes included. */
function rowsOf(text: string): Row[] {
  return parse(text, { columns: true, bom: true, record_delimiter: '\r\n' });
}

/** Runs `masar export` on the fixture's database; answers with what it wrote to standard output. */
async function exported(fixture: ImportFixture, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await masar(['export', ...args], on(fixture));
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

function on({ store, folder }: ImportFixture): NodeJS.ProcessEnv {
  return { ...store.environment, MASAR_DATA: folder };
}

/** What an import gives back of a change: its dates, the state, the source's own status, and what it is about. */
function journey(rows: readonly Row[]): Row[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).filter(
        ([name]) =>
          [
            'reference',
            'decidedOn',
            'effective',
            'stateBefore',
            'stateAfter',
            'movedTo',
            'sourceStatus',
            'to',
            'addressees',
            'addressee',
            'response',
            'progress',
          ].includes(name) || /^(title|text|attributes)\./.test(name),
      ),
    ),
  );
}

/** The changes of a programme, and the mapping that imports them. */
async function exportedChanges(
  fixture: ImportFixture,
  programme: string,
): Promise<{ changes: string; mapping: string }> {
  const mapping = join(fixture.folder, `${programme}.map.yaml`);
  const args = ['--programme', programme, '--format', 'csv', '--rows', 'changes', '--mapping', mapping];
  return { changes: await exported(fixture, ...args), mapping };
}

/** Imports changes that were exported into another programme, and exports them from there. */
async function copied(fixture: ImportFixture, changes: string, mapping: string): Promise<Row[]> {
  const file = await fixture.file('changes.csv', changes);
  const report = await fixture.import(mapping, file, { programme: 'copy' });
  expect(report.problems).toEqual([]);
  expect(report.outcome).toBe('written');
  expect((await fixture.import(mapping, file, { programme: 'copy' })).summary).toMatchObject({ events: 0 });
  return rowsOf(await exported(fixture, '--programme', 'copy', '--format', 'csv', '--rows', 'changes'));
}

describe('the example of docs/import, exported', () => {
  let fixture: ImportFixture;
  let changes: string;
  let mapping: string;
  let lines: string[];
  beforeAll(async () => {
    fixture = await ImportFixture.open('sample');
    await fixture.import(example('mapping.yaml'), example('register.csv'));
    ({ changes, mapping } = await exportedChanges(fixture, 'SAMPLE'));
    lines = (await exported(fixture, '--programme', 'sample', '--format', 'jsonl')).split('\n').slice(0, -1);
  }, 180_000);
  afterAll(() => fixture?.close(), 60_000);

  it('as JSON Lines is every event of the programme in order, canonical, with the bytes that are stored', async () => {
    const events = await fixture.events();
    const ofProgramme = events.filter(
      ({ stream, data }) => /sample/.test(stream) || data['programme'] === 'sample',
    );
    expect(lines).toHaveLength(ofProgramme.length);
    for (const [index, line] of lines.entries()) {
      const { id, position, recordedAt, bytes, stream, revision, type } = ofProgramme[index]!;
      const read = JSON.parse(line) as JsonObject;
      expect(canonicalise(read)).toBe(line);
      expect(read).toMatchObject({ id, position, recordedAt, stream, revision, type });
      expect(line).toContain(`"data":${bytes},`);
      expect(read).not.toHaveProperty('salt');
    }
    expect(lines.some((line) => line.includes('"DecisionRecorded"'))).toBe(true);
  });

  it('as changes has a row for each entry of each journey, as recorded, with what was wrong with it', () => {
    const rows = rowsOf(changes);
    expect(rows).toHaveLength(12);
    expect(rows.map(({ reference }) => reference).slice(0, 4)).toEqual([
      'SAMPLE-901',
      'SAMPLE-902',
      'SAMPLE-903',
      'SAMPLE-901',
    ]);
    expect(rows[0]).toMatchObject({
      type: 'ReformItemRegistered',
      effective: '2017-02-07',
      effectiveAsWritten: '07/02/2017',
      decidedOn: '',
      movedTo: 'Proposed',
      sourceStatus: 'Tabled',
      'title.en': 'One form for every request',
      'title.ar': 'نموذج واحد لكل طلب',
      'attributes.unit': 'Operations',
      asRecorded: 'yes',
      item: 'sample/sample-901',
    });
    const renumbered = rows.find(({ type }) => type === 'ReformItemRenumbered');
    expect(renumbered).toMatchObject({ reference: 'SAMPLE-903', to: 'SAMPLE-913', movedTo: '' });
    expect(rows.at(-1)).toMatchObject({
      reference: 'SAMPLE-901',
      movedTo: 'Implemented',
      irregularities: 'NO_EVIDENCE',
    });
    // RFC 4180: every record ends with CR and LF, the last one too.
    expect(changes.split('\r\n')).toHaveLength(14);
    expect(changes.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('as changes comes back by the mapping beside the docs as the same journeys in another programme', async () => {
    const before = rowsOf(changes);
    const after = await copied(fixture, changes, changesMapping);
    expect(journey(after)).toEqual(journey(before));
    expect(after.map(({ item }) => item)).toEqual(
      before.map(({ item }) => item!.replace('sample/', 'copy/')),
    );
    expect(after.map(({ claimedAt }) => claimedAt)).toEqual(before.map(({ recordedAt }) => recordedAt));
  }, 180_000);

  it('as changes comes with a mapping that fits it, which is the one beside the docs', async () => {
    expect(await readMappingFile(mapping)).toEqual(await readMappingFile(changesMapping));
  });

  it('as items has a row for each item, with its days, and goes into a file with a byte order mark', async () => {
    const file = join(fixture.folder, 'items.csv');
    const args = ['--programme', 'sample', '--format', 'csv', '--out', file, '--bom', '--json'];
    const head = (await fixture.backend.log.head()).position;
    expect(JSON.parse(await exported(fixture, ...args))).toEqual({
      programme: 'sample',
      position: head,
      format: 'csv',
      rows: 'items',
      written: 3,
      file,
    });
    const text = await readFile(file, 'utf8');
    expect(text.startsWith('\uFEFFprogramme,reference,')).toBe(true);
    const rows = rowsOf(text);
    expect(rows.map(({ reference }) => reference)).toEqual(['SAMPLE-901', 'SAMPLE-902', 'SAMPLE-913']);
    expect(rows[2]).toMatchObject({
      aliases: 'SAMPLE-903',
      state: 'Deferred',
      registeredOn: '2017-02',
      changedOn: '2017-04-05',
      'attributes.unit': 'Personnel',
      irregularities: 'SKIPPED_STATES; UNKNOWN_STATUS',
      illustrative: 'yes',
      removed: '',
    });
    expect(rows[0]!['people.proposer']).toMatch(/^[0-9a-f-]{36}; [0-9a-f-]{36}$/);
  }, 60_000);

  it('is what was known at an earlier position', async () => {
    const then = ['--programme', 'sample', '--as-of', '6'];
    const items = rowsOf(await exported(fixture, ...then, '--format', 'csv'));
    expect(items.map(({ reference, state }) => [reference, state])).toEqual([
      ['SAMPLE-901', 'UnderReview'],
      ['SAMPLE-902', 'Proposed'],
      ['SAMPLE-903', 'Proposed'],
    ]);
    const events = (await exported(fixture, ...then, '--format', 'jsonl')).split('\n').slice(0, -1);
    expect(events).toEqual(lines.slice(0, events.length));
    expect(JSON.parse(events.at(-1)!)).toMatchObject({ position: 6 });
  }, 60_000);

  it('names nobody', async () => {
    const items = await exported(fixture, '--programme', 'sample', '--format', 'csv');
    const everything = [items, changes, ...lines].join('\n');
    expect(await readFile(example('register.csv'), 'utf8')).toContain('Sample Person One');
    for (const name of ['Sample Person', 'Sample Clerk']) expect(everything).not.toContain(name);
  }, 60_000);

  it.each([
    [['--programme', 'absent', '--format', 'csv'], 'there is no programme absent'],
    [
      ['--programme', 'sample', '--format', 'jsonl', '--as-of', '0'],
      'there is no programme sample at position 0',
    ],
    [
      ['--programme', 'sample', '--format', 'csv', '--as-of', '999999'],
      '--as-of 999999: the log ends at position',
    ],
    [['--programme', 'sample', '--format', 'csv', '--as-of', 'x'], '--as-of x is no position'],
    [['--programme', 'sample', '--format', 'csv', '--json'], '--json needs --out'],
    [
      ['--programme', 'sample', '--format', 'csv', '--mapping', 'x.yaml'],
      '--mapping goes with --format csv --rows changes',
    ],
    [
      ['--programme', 'sample', '--format', 'csv', '--out', '/no/such/file'],
      '/no/such/file cannot be written',
    ],
  ])(
    'is refused in one line: %j',
    async (args, message) => {
      const { code, stdout, stderr } = await masar(['export', ...args], on(fixture));
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^[^\n]*\n$/);
      expect(stderr).toContain(message);
    },
    60_000,
  );
});

describe('a programme with an item that is restricted', () => {
  let fixture: ImportFixture;
  const hidden = 'sample/sample-902';
  const of = (...args: string[]) => exported(fixture, '--programme', 'sample', ...args);
  const everyWay: readonly (readonly string[])[] = [
    ['--format', 'jsonl'],
    ['--format', 'csv'],
    ['--format', 'csv', '--rows', 'changes'],
  ];
  beforeAll(async () => {
    fixture = await ImportFixture.open('sample');
    await fixture.import(example('mapping.yaml'), example('register.csv'));
    const context = { ...fixture.backend, actor: { subject: 'recorder' }, now: () => new Date() };
    const record = (commandId: string, reference: string, decide: OnItem['decide']) =>
      executeOnItem(
        { ...context, commandId },
        { programme: 'sample', reference },
        { type: commandId, request: {}, decide },
      );
    const day = { decidedOn: { edtf: '2019-01-01' } };
    // An item that became the one to be restricted, and one that became it in part.
    await record('merged-1', 'SAMPLE-913', (history) =>
      recordOnItem(
        history,
        { type: 'ReformItemMerged', data: { into: [hidden] } },
        { ...day, asRecorded: true },
      ),
    );
    await record('restricted-1', 'SAMPLE-902', (history) =>
      setVisibility(history, { ...day, visibility: 'restricted', reason: { en: 'Not announced' } }),
    );
  }, 180_000);
  afterAll(() => fixture?.close(), 60_000);

  it('is exported without it, also as it was before, and as decisions on others say', async () => {
    for (const way of everyWay) {
      for (const then of [[], ['--as-of', '14']]) {
        const text = await of(...way, ...then);
        expect(text.toLowerCase()).not.toMatch(/sample-902|training plan|خطة تدريب/);
        expect(text).toMatch(/SAMPLE-901/);
      }
    }
    const items = rowsOf(await of('--format', 'csv'));
    expect(items.map(({ reference }) => reference)).toEqual(['SAMPLE-901', 'SAMPLE-913']);
    expect(items[1]).toMatchObject({ state: 'Merged', successors: '' });
    const changes = rowsOf(await of('--format', 'csv', '--rows', 'changes'));
    expect(changes.at(-1)).toMatchObject({ reference: 'SAMPLE-913', type: 'ReformItemMerged' });
    expect(changes.at(-1)!['details']).not.toContain('into');
  });

  it('is exported whole where that is asked for', async () => {
    const [events, items, changes] = await Promise.all(everyWay.map((way) => of(...way, '--restricted')));
    const all = await fixture.events();
    expect(events!.split('\n')).toHaveLength(
      all.filter(({ stream, data }) => /sample/.test(stream) || data['programme'] === 'sample').length + 1,
    );
    expect(rowsOf(items!).map(({ reference }) => reference)).toContain('SAMPLE-902');
    expect(rowsOf(changes!).at(-1)).toMatchObject({ type: 'ReformItemVisibilitySet' });
    expect(rowsOf(changes!).at(-2)!['details']).toContain(hidden);
  });
});

describe('a history of what spreadsheets and formats trip over', () => {
  /** Made up. Cells as formulas, quotes, line breaks, dates known in part, an attribute taken away, a reference used twice. */
  const register = [
    'Ref,Kind,Title,Status,Day,Unit,Was',
    'A-1,new,=HYPERLINK(1),+open,2017,-1,',
    `A-2,new,'=not escaped,@draft,2017-02,,`,
    'A-3,new,"two\nlines, ""quoted""",open,,Unit ∅,',
    'A-1,details,,,2017-03-04,x,',
    'A-1,details,,,2017-03-05,,',
    'A-1,state,,@draft,2017-02-01/2017-03-01,,',
    'A-2,removed,,,2017-04,,',
    'A-2,restored,,,2017-05-06,,',
    'B-1,renumbered,,,2017-06,,A-1',
    'A-1,new,-another that has the reference now,open,2018,,',
    'A-1,state,,+open,2018-02-03,,',
    'B-1,state,,+open,2016-12,,',
    'A-2,alias,,,,,A-2 bis',
    'A-2,addressed,,,2017-06-01,,"Ministry; of Works, OPS"',
    'A-2,answered,=Agreed,accepted,2017-07,,OPS',
    'A-2,reported,,onTrack,2017-08,,OPS',
  ].join('\n');
  const mapping = `masar: 1
source: made up
format: { kind: csv }
reference: Ref
effective: Day
duplicates: flag
statuses: { from: Status, states: { open: Proposed, +open: UnderReview, '@draft': Draft } }
rows:
  - when: { field: Kind, is: new }
    do: [{ register: { title: { en: Title }, attributes: { unit: Unit } } }]
  - when: { field: Kind, is: state }
    do: [{ state: {} }]
  - when: { field: Kind, is: details }
    do: [{ details: { attributes: { unit: Unit } } }]
  - when: { field: Kind, is: renumbered }
    do: [{ renumber: { reference: Was, to: Ref } }]
  - when: { field: Kind, is: alias }
    do: [{ alias: { to: Was } }]
  - when: { field: Kind, is: removed }
    do: [{ remove: {} }]
  - when: { field: Kind, is: addressed }
    do: [{ addressees: { to: { field: Was, split: ', ' } } }]
  - when: { field: Kind, is: answered }
    do: [{ respond: { addressee: Was, response: { field: Status }, text: { en: Title } } }]
  - when: { field: Kind, is: reported }
    do: [{ progress: { addressee: Was, progress: { field: Status } } }]
  - do: [{ restore: {} }]
`;

  it('comes back just as it was, and no cell of it is a formula', async () => {
    const fixture = await ImportFixture.open('odd');
    try {
      const report = await fixture.import(
        await fixture.file('odd.yaml', mapping),
        await fixture.file('odd.csv', register),
      );
      expect(report).toMatchObject({ outcome: 'written', summary: { rows: 16, registered: 4 } });
      const { changes, mapping: own } = await exportedChanges(fixture, 'odd');
      const before = rowsOf(changes);
      const cells = before.flatMap((row) => Object.values(row));
      expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
      expect(cells).toEqual(expect.arrayContaining(["'=HYPERLINK(1)", "''=not escaped", "'+open", "'-1"]));
      expect(before.map((row) => row['attributes.unit'])).toContain('∅');
      const after = await copied(fixture, changes, own);
      expect(journey(after)).toEqual(journey(before));
      const items = (programme: string) =>
        exported(fixture, '--programme', programme, '--format', 'csv').then((text) =>
          rowsOf(text).map((row) =>
            [
              'reference',
              'aliases',
              'state',
              'sourceStatus',
              'attributes.unit',
              'addressees',
              'responses',
              'progress',
              'assessment',
            ].map((name) => row[name]),
          ),
        );
      const standing = await items('odd');
      expect(standing.flat()).toEqual(
        expect.arrayContaining([
          'Ministry; of Works; OPS',
          'Ministry; of Works: awaited; OPS: accepted',
          'OPS: onTrack',
        ]),
      );
      expect(await items('copy')).toEqual(standing);
    } finally {
      await fixture.close();
    }
  }, 180_000);
});

const peps = sharedData('peps-events.jsonl');
(peps ? describe : describe.skip)('twenty-five years of proposals', () => {
  it('come back as the same journeys, whatever way they were bent', async () => {
    const fixture = await ImportFixture.open('peps');
    try {
      await fixture.import(fileURLToPath(new URL('../import/peps.map.yaml', import.meta.url)), peps!);
      const { changes, mapping } = await exportedChanges(fixture, 'peps');
      const before = rowsOf(changes);
      expect(before.length).toBeGreaterThan(3_000);
      const after = await copied(fixture, changes, mapping);
      // People are in no export but by their ids: a change of nothing else has nothing to bring over.
      const ofPeopleAlone = (row: Row) =>
        row['type'] === 'ReformItemDetailsRecorded' &&
        Object.entries(row).every(([name, cell]) => cell === '' || !/^(title|text|attributes)\./.test(name));
      const brought = before.filter((row) => !ofPeopleAlone(row));
      expect(brought.length).toBeGreaterThan(2_000);
      expect(journey(after)).toEqual(journey(brought));
    } finally {
      await fixture.close();
    }
  }, 300_000);
});
