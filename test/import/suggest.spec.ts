import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SuggestedMapping, parseMapping, suggestMapping } from '@masar/exchange';
import { seededRandom } from '../support/seeded-random.js';
import { ImportFixture, sharedData, tally } from './support/import-fixture.js';

/** A register as an audit office might keep one; everything in it is made up, the same for one seed. */
function madeUpRegister(size: number): { readonly csv: string; readonly rows: readonly MadeUp[] } {
  const random = seededRandom(20_170_418);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const two = (value: number): string => String(value).padStart(2, '0');
  const rows = Array.from({ length: size }, (_, index): MadeUp => {
    const year = 2015 + Math.floor(random() * 4);
    const [month, day] = [1 + Math.floor(random() * 12), 1 + Math.floor(random() * 28)];
    const status = pick(statuses);
    const spelling = random();
    const isEnd = /^(Closed|Implemented|Withdrawn|Superseded)/.test(status);
    return {
      reference: `AO/${year}/${two(index + 1)}`,
      title: `${pick(['Publish', 'Keep', 'Review', 'Simplify'])} ${pick(['the form', 'a list', 'the plan'])} of ${pick(['posts', 'requests', 'desks'])}`,
      unit: pick(['Agency of Forms', 'Agency of Desks', 'Department of Lists']),
      officer: random() < 0.2 ? '' : pick(['Sample Person One', 'Sample Person Two', 'Sample Person Three']),
      status: random() < 0.1 ? status.toUpperCase() : status,
      issued:
        spelling < 0.8
          ? `${two(day)}/${two(month)}/${year}`
          : spelling < 0.92
            ? `${two(month)}/${year}`
            : String(year),
      effective:
        spelling < 0.8
          ? `${year}-${two(month)}-${two(day)}`
          : spelling < 0.92
            ? `${year}-${two(month)}`
            : String(year),
      closed: isEnd && random() < 0.8 ? `${two(day)}/${two(month)}/${year + 1}` : '',
      notes: random() < 0.3 ? 'n/a' : `See the file, "${pick(['annex', 'volume'])}; part ${two(index)}"`,
    };
  });
  const cell = (value: string): string =>
    /[",\n;]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  const lines = rows.map((row) =>
    [row.reference, row.title, row.unit, row.officer, row.status, row.issued, row.closed, row.notes]
      .map(cell)
      .join(','),
  );
  const header = 'Ref No.,Title,Agency,Responsible officer,Status,Date issued,Date closed,Notes';
  return { csv: `\uFEFF${[header, ...lines].join('\r\n')}\r\n`, rows };
}

interface MadeUp {
  readonly reference: string;
  readonly title: string;
  readonly unit: string;
  readonly officer: string;
  readonly status: string;
  readonly issued: string;
  readonly effective: string;
  readonly closed: string;
  readonly notes: string;
}

/** What the register's statuses mean, as its owner knows. */
const meaning: Readonly<Record<string, string>> = {
  Open: 'Adopted',
  'In progress': 'InImplementation',
  'Partially implemented': 'InImplementation',
  'Under review': 'UnderReview',
  'Closed - implemented': 'Implemented',
  'Closed - not implemented': 'ClosedNotImplemented',
  Withdrawn: 'Withdrawn',
  Superseded: 'Superseded',
  // What no word says.
  Archived: 'NoLongerApplicable',
};
const statuses = Object.keys(meaning);

describe('a mapping drafted from the data', () => {
  let fixture: ImportFixture;
  beforeAll(async () => {
    fixture = await ImportFixture.counting();
  }, 60_000);
  afterAll(() => fixture?.close());

  it('imports a register of 200 rows after one edit, with the counts its maker knows', async () => {
    const { csv, rows } = madeUpRegister(200);
    const file = await fixture.file('register.csv', csv);
    const draft = await suggestMapping(file);
    expect(draft).toMatchObject({ rows: 200, rowIs: 'item' });
    expect(Object.fromEntries(draft.columns.map(({ name, as }) => [name, as]))).toEqual({
      'Ref No.': 'reference',
      Title: 'title',
      Agency: 'addressee',
      'Responsible officer': 'people',
      Status: 'status',
      'Date issued': 'made',
      'Date closed': 'closed',
      Notes: 'attribute',
    });
    // A dry run goes through as it is: what is left open is made do with.
    const programme = fixture.programme;
    const asDrafted = await fixture.file('draft.yaml', draft.mapping);
    const checked = await fixture.import(asDrafted, file, { dryRun: true });
    expect(checked).toMatchObject({ outcome: 'checked', totalProblems: 0, notes: [] });
    const archived = rows.filter(({ status }) => status.toLowerCase() === 'archived').length;
    // Each such row is asked twice what its status stands for, where it has ended.
    expect(checked.unmapped.map(({ under, value }) => [under, value.toLowerCase()])).toContainEqual([
      'statuses.states',
      'archived',
    ]);
    expect(draft.undecided).toHaveLength(1);

    // The one edit: the line that is left open, filled in.
    const edited = draft.mapping.replace(/^( *)# Archived: # .*$/m, '$1Archived: NoLongerApplicable');
    expect(
      edited.split('\n').filter((line, index) => line !== draft.mapping.split('\n')[index]),
    ).toHaveLength(1);
    const map = await fixture.file('mapping.yaml', edited);
    const report = await fixture.import(map, file);
    expect(report).toMatchObject({ outcome: 'written', totalProblems: 0, unmapped: [] });
    expect(report.summary).toMatchObject({ rows: 200, registered: 200, rejected: 0 });
    const plain = (status: string): string =>
      statuses.find((one) => one.toLowerCase() === status.toLowerCase())!;
    expect(await fixture.counts('STATE')).toEqual(tally(rows.map(({ status }) => meaning[plain(status)])));
    expect(await fixture.counts('SOURCE_STATUS')).toEqual(tally(rows.map(({ status }) => status)));
    expect(archived).toBeGreaterThan(5);

    const events = (await fixture.events()).filter(({ stream }) => stream.startsWith(`item-${programme}/`));
    const of = (type: string) => events.filter((event) => event.type === type);
    expect(tally(of('ReformItemRegistered').map(({ effective }) => effective))).toEqual(
      tally(rows.map(({ effective }) => effective)),
    );
    expect(
      tally(of('ReformItemAddressed').map(({ data }) => (data['addressees'] as string[]).join())),
    ).toEqual(tally(rows.map(({ unit }) => unit)));
    expect(of('ReformItemRegistered').filter(({ data }) => data['people']).length).toBe(
      rows.filter(({ officer }) => officer !== '').length,
    );
    expect(tally(of('ReformItemStateRecorded').flatMap(({ effective }) => effective ?? []))).toEqual(
      tally(rows.flatMap(({ closed }) => (closed === '' ? [] : closed.split('/').toReversed().join('-')))),
    );
    // Names are in the vault, and in no event.
    expect(JSON.stringify(events)).not.toContain('Sample Person');
    const head = await fixture.backend.log.head();
    expect((await fixture.import(map, file)).summary).toMatchObject({
      events: 0,
      changed: 0,
      unchanged: 200,
    });
    expect(await fixture.backend.log.head()).toEqual(head);
  });

  /** The draft of a file, and a dry run by it. */
  async function drafted(
    name: string,
    content: string | Uint8Array,
  ): Promise<
    SuggestedMapping & {
      readonly as: Record<string, string>;
      readonly dryRun: Awaited<ReturnType<ImportFixture['import']>>;
    }
  > {
    const file = await fixture.file(name, content as string);
    const draft = await suggestMapping(file);
    parseMapping(draft.mapping);
    const map = await fixture.file(`${name}.yaml`, draft.mapping);
    const dryRun = await fixture.import(map, file, { programme: name, dryRun: true });
    const as = Object.fromEntries(draft.columns.map((column) => [column.name, column.as]));
    return { ...draft, as, dryRun };
  }

  it('takes a change log for one, whatever its order, with who changed what kept from events', async () => {
    const draft = await drafted(
      'changes.csv',
      [
        'issue key,summary,field,new status,changed on,changed by',
        'RF-1,One form,status,Done,2019-03-01 10:00,person@example.org',
        'RF-2,A plan,status,In Progress,2019-02-01 10:00,person@example.org',
        'RF-1,One form for all,labels,,2019-01-20 10:00,other@example.org',
        'RF-1,One form,status,In Progress,2019-01-15 10:00,other@example.org',
        'RF-2,A plan,status,To Do,2019-01-10 10:00,other@example.org',
        'RF-1,One form,status,To Do,2019-01-02 10:00,person@example.org',
        'RF-3,A list,status,To Do,2019-01-01 10:00,person@example.org',
      ].join('\n'),
    );
    expect(draft.rowIs).toBe('change');
    expect(draft.mapping).toContain('order: reversed');
    expect(draft.mapping).toContain('claimedBy: changed by');
    expect(draft.dryRun).toMatchObject({ outcome: 'checked', summary: { registered: 3, events: 8 } });
    // No address of a person stands in the draft.
    expect(draft.mapping).not.toContain('@');
  });

  it('keeps names from events where a header says the post they held', async () => {
    const names = ['Sample Person One', 'Sample Person Two', 'Sample Person Three'];
    const rows = (of: (index: number) => string) => Array.from({ length: 9 }, (_, index) => of(index));
    const register = await drafted(
      'clerks.csv',
      [
        'Ref,Title,Status,Clerk,الكاتب',
        ...rows((n) => `C-${n},Title of item ${n},Open,${names[n % 3]},${names[n % 2]}`),
      ].join('\n'),
    );
    expect(register.as).toMatchObject({ Clerk: 'people', الكاتب: 'people' });
    const log = await drafted(
      'clerks-log.csv',
      [
        'Ref,Title,New status,Changed on,Clerk',
        ...rows(
          (n) =>
            `C-${n % 3},Title of item ${n % 3},${n < 3 ? 'Open' : 'Closed'},2019-01-0${n + 1},${names[n % 3]}`,
        ),
      ].join('\n'),
    );
    expect(log.rowIs).toBe('change');
    expect(log.mapping).toContain('claimedBy: Clerk');
    for (const { mapping } of [register, log]) expect(mapping).not.toContain('Sample Person');
  });

  it('finds what each row of a log is, and what begins an item', async () => {
    const row = (event: string, ref: string, status: string, at: string) =>
      `{"source":"a tracker","event":"${event}","ref":"${ref}","title":"About ${ref}","to_status":"${status}","at":"${at}"}`;
    const draft = await drafted(
      'log.jsonl',
      [
        row('created', 'R-1', 'Draft', '2017-01-01T10:00:00+03:00'),
        row('created', 'R-2', 'Draft', '2017-01-02T10:00:00+03:00'),
        row('status_changed', 'R-1', 'Accepted', '2017-02-01T10:00:00+03:00'),
        row('status_changed', 'R-2', 'Rejected', '2017-02-02T10:00:00+03:00'),
        row('status_changed', 'R-1', 'Completed', '2017-03-01T10:00:00+03:00'),
        row('removed', 'R-2', '', '2017-03-02T10:00:00+03:00'),
      ].join('\n'),
    );
    expect(draft.mapping).toContain('source: a tracker');
    expect(draft.mapping).toContain('when: { field: event, is: created }');
    expect(draft.mapping).toContain('do: [{ remove: {} }]');
    expect(draft.mapping).toContain('# zone: Asia/Baghdad');
    expect(draft.dryRun.summary).toMatchObject({ registered: 2, events: 6, rejected: 0 });
  });

  it('reads an Arabic list from an old spreadsheet, with its month names and its words for statuses', async () => {
    const decoder = new TextDecoder('windows-1256');
    const codes = new Map(
      Array.from({ length: 256 }, (_, code) => [decoder.decode(Uint8Array.of(code)), code]),
    );
    const text = [
      'ت;التوصية;الجهة المعنية;الحالة;التاريخ;المسؤول;الملاحظات',
      '1;اعتماد نموذج واحد لكل الطلبات في الدوائر كافة;مديرية النماذج;منفذة;7 شباط 2017;شخص أول;لا يوجد',
      '2;إعداد خطة تدريب سنوية لكل الموظفين;مديرية التدريب;قيد التنفيذ;كانون الثاني 2017;شخص ثان;',
      '3;حصر الوظائف الشاغرة ونشرها;مديرية النماذج;مؤجلة;2017;;',
      '4;مراجعة قائمة الوظائف;مديرية النماذج;لم تنفذ;3 آذار 2017;شخص أول;',
    ].join('\r\n');
    const draft = await drafted(
      'arabic.csv',
      Uint8Array.from(Array.from(text, (letter) => codes.get(letter)!)),
    );
    expect(draft.mapping).toContain('encoding: windows-1256');
    expect(draft.as).toMatchObject({
      ت: 'reference',
      التوصية: 'text',
      'الجهة المعنية': 'addressee',
      الحالة: 'status',
      التاريخ: 'made',
      المسؤول: 'people',
    });
    expect(draft.mapping).toMatch(/منفذة: Implemented/);
    expect(draft.mapping).toMatch(/قيد التنفيذ: InImplementation/);
    expect(draft.mapping).toMatch(/لم تنفذ: Adopted/);
    expect(draft.mapping).not.toContain('شخص أول');
    expect(draft.dryRun).toMatchObject({ outcome: 'checked', summary: { registered: 4 } });
  });

  it('finds the header under titles, merged names, headings, and rows that are no items', async () => {
    const draft = await drafted(
      'matrix.csv',
      [
        'Matrix of recommendations,,,,',
        'As of 18 April 2017,,,,',
        ',,,,',
        'Recommendation,,Implementation,,',
        'No.,Text,Status,Date,Comment',
        'Part one,,,,',
        '1.1,The ministry should publish one form for every request,Implemented,13/02/2017,Done',
        '1.2,The ministry should keep a list of its posts,Partially implemented,14/03/2017,',
        'Part two,,,,',
        '2.1,The ministry should train all staff within a year,Not implemented,15/04/2017,Late',
        ',,,,',
        ',Total: 3,,,',
      ].join('\n'),
    );
    expect(draft.mapping).toMatch(/headerRow: 4, headerRows: 2/);
    expect(draft.mapping).toMatch(/headings: Section/);
    expect(draft.dryRun).toMatchObject({ outcome: 'checked', summary: { registered: 3, skipped: 1 } });
  });

  it('leaves open what no value decides: the order of day and month', async () => {
    const rows = (dates: string[]) => [
      'Ref,Title,Status,Date',
      ...dates.map((date, index) => `R-${index},About it,Open,${date}`),
    ];
    const open = await drafted('open.csv', rows(['01/02/2017', '03/04/2017', '05/06/2017']).join('\n'));
    expect(open.mapping).toMatch(/Day or month first\? No date has a day after the 12th/);
    expect(open.mapping).toMatch(/formats: \[DD\/MM\/YYYY, MM\/DD\/YYYY\]/);
    expect(open.undecided).toEqual([expect.stringMatching(/^dates: /)]);
    const american = await drafted(
      'american.csv',
      rows(['01/02/2017', '03/14/2017', '05/06/2017']).join('\n'),
    );
    expect(american.mapping).toMatch(/formats: \[MM\/DD\/YYYY\]/);
    expect(american.undecided).toEqual([]);
    const mixed = await drafted('mixed.csv', rows(['01/02/2017', '03/14/2017', '15/06/2017']).join('\n'));
    expect(mixed.mapping).toMatch(/Both orders occur/);
    for (const { dryRun } of [open, american, mixed]) expect(dryRun.outcome).toBe('checked');
  });

  it('makes do without numbers, titles, statuses and dates, and says so', async () => {
    const bare = await drafted(
      'bare.csv',
      'Measure;Where\nThe office keeps a list of all its posts and shows it;North\nThe office answers every request within a month of it;South\n',
    );
    expect(bare.mapping).toMatch(/reference: \{ field: Measure, then: \[digest/);
    expect(bare.mapping).toMatch(/# effective: WHICH COLUMN/);
    expect(bare.dryRun).toMatchObject({ outcome: 'checked', summary: { registered: 2 } });
    const headless = await drafted(
      'headless.csv',
      '1,2017-02-07,Open,One form\n2,2017-02-08,Closed - implemented,A plan\n',
    );
    expect(headless.mapping).toMatch(/columns: \[column 1, column 2, column 3, column 4\]/);
    expect(headless.dryRun.outcome).toBe('checked');
    const twice = await drafted(
      'twice.csv',
      'Ref,Status,Status\nR-1,Open,Low\nR-2,Closed - implemented,High\n',
    );
    expect(twice.mapping).toContain('columns: [Ref, Status, Status (2)]');
    expect(twice.dryRun.outcome).toBe('checked');
  });

  it('finds the list in a JSON file, takes several rows of one item together, and says what its lists may be', async () => {
    const records = [1, 1, 2, 3, 3, 4, 4].map((number, index) => ({
      number: `R-${number}`,
      recommendation: `Ratify convention number ${number} without any further delay`,
      'recommending body': 'Body',
      addressee: `Agency ${index}`,
      position: index % 2 ? 'Accepted' : 'Noted',
      date: '2017-02-07',
      history: [{ at: '2017', to: 'x' }],
    }));
    const draft = await drafted(
      'list.json',
      JSON.stringify({ meta: { pages: 1 }, data: { items: records } }),
    );
    expect(draft.mapping).toContain('at: [data, items]');
    expect(draft.rowIs).toBe('part');
    expect(draft.mapping).toContain('# unnest: [{ list: history }]');
    expect(draft.dryRun).toMatchObject({ outcome: 'checked', summary: { registered: 4, rejected: 0 } });
    const [addressed] = [draft.dryRun.summary.events];
    expect(addressed).toBe(4 + 7 + 7);
  });

  it('says what is wrong with a file it can make nothing of', async () => {
    const code = async (content: string, name = 'x.csv') =>
      suggestMapping(await fixture.file(name, content)).catch((error: { code?: string }) => error.code);
    expect(await code('a,b\n')).toBe('NO_ROWS');
    expect(await code('{"a": [1, 2', 'x.json')).toBe('UNREADABLE');
    await expect(suggestMapping(`${fixture.folder}/none`)).rejects.toMatchObject({
      code: 'UNREADABLE',
      message: expect.stringContaining('no such file'),
    });
    await expect(suggestMapping(fixture.folder)).rejects.toMatchObject({
      message: expect.stringContaining('not a file'),
    });
  });

  for (const [name, rows] of [
    ['taic-recommendations.csv', { registered: 2192 }],
    // Five numbers come up by renumbering only, which this file does not tell.
    ['peps-transitions.csv', { registered: 737 + 5 }],
  ] as const) {
    const path = sharedData(name);
    (path ? it : it.skip)(
      `of a real history goes through a dry run as it is: ${name}`,
      async () => {
        const draft = await suggestMapping(path!);
        const map = await fixture.file(`${name}.yaml`, draft.mapping);
        const dryRun = await fixture.import(map, path!, { programme: name, dryRun: true });
        expect(dryRun.problems).toEqual([]);
        expect(dryRun).toMatchObject({ outcome: 'checked', summary: rows });
      },
      300_000,
    );
  }
});
