import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { linesToAdd } from '@masar/exchange';
import type { RecordedEvent } from '@masar/event-store';
import { ImportFixture, tally } from './support/import-fixture.js';

/** The kinds of files registers are kept in; everything in them is made up. */
describe('registers of many kinds', () => {
  let fixture: ImportFixture;
  let files = 0;

  beforeAll(async () => {
    fixture = await ImportFixture.open();
  }, 60_000);
  afterAll(() => fixture?.close());

  /** A programme of its own, and what one file does to it by one mapping. */
  function fresh(mapping: string, name: string) {
    const programme = `r${(files += 1)}`;
    return {
      run: async (content: string, options: Parameters<ImportFixture['import']>[2] = {}, by = mapping) => {
        const map = await fixture.file(`${programme}.yaml`, by);
        const file = await fixture.file(`${programme}-${name}`, content);
        return fixture.import(map, file, { programme, ...options });
      },
      events: async () =>
        (await fixture.events()).filter(({ stream }) => stream.startsWith(`item-${programme}/`)),
    };
  }

  const dataOf = ({ data }: RecordedEvent) => data as Record<string, never>;

  it('one row a change, with nothing to say which is the first of an item', async () => {
    const { run, events } = fresh(
      `masar: 1
source: a change log
format: { kind: csv, delimiter: ';' }
order: reversed
empty: [n/a, TBC, '-']
dates: { formats: [DD/MM/YYYY, D MMMM YYYY, MM/YYYY, quarter], unreadable: unknown }
reference: No
effective: Changed on
statuses:
  from: Status
  states: { open: Proposed, 'in progress': InImplementation, done: Implemented }
rows:
  - when: { isNew: true }
    do: [{ register: { title: { en: Title } } }]
  - when: { field: Status, isChanged: true }
    do: [{ state: {} }]
  - skip: true
`,
      'changes.csv',
    );
    const rows = [
      'R-1;One form; DONE;TBC',
      'R-1;One form;In Progress ;as soon as possible',
      'R-2;A plan;Open;Q2 2017',
      'R-1;One form;in progress;7 شباط 2017',
      'R-1;One form;Open;07/01/2017',
    ];
    const header = 'no;title;STATUS ;Changed On\n';
    const report = await run(header + rows.join('\n'));
    expect(report.problems).toEqual([]);
    expect(report.summary).toMatchObject({ rows: 5, registered: 2, events: 4, skipped: 1 });
    const written = await events();
    expect(
      written.map(({ type, effective, data }) => [
        type,
        effective,
        dataOf({ data } as RecordedEvent)['sourceStatus'],
      ]),
    ).toEqual([
      ['ReformItemRegistered', '2017-01-07', 'Open'],
      ['ReformItemStateRecorded', '2017-02-07', 'in progress'],
      ['ReformItemRegistered', '2017-04/2017-06', 'Open'],
      ['ReformItemStateRecorded', null, ' DONE'],
    ]);
    expect(written.map(({ data }) => (data['source'] as { row: string }).row)).toEqual([
      'R-1#1',
      'R-1#2',
      'R-2#1',
      'R-1#3',
    ]);
    expect(dataOf(written[3]!)['dates']).toEqual({ effective: { asWritten: 'TBC' } });
    // Newer rows come on top: nobody's number moves.
    const again = await run(`${header}R-2;A plan;done;03/2018\n${rows.join('\n')}`);
    expect(again.summary).toMatchObject({ events: 1, registered: 0, changed: 0, unchanged: 4, skipped: 1 });
  });

  it('files of new rows only, where rows have an identity', async () => {
    const { run, events } = fresh(
      `masar: 1
source: deltas
format: { kind: jsonl }
reference: item
identity: id
effective: at
statuses: { from: status, states: { open: Proposed, shut: Withdrawn } }
rows:
  - when: { isNew: true }
    do:
      - register: { title: { en: item } }
  - do: [{ state: {} }, { details: { attributes: { by: via } } }]
`,
      'delta.jsonl',
    );
    const first = '{"id":"c1","item":"R-1","status":"open","at":"2017","via":"post"}\n';
    const second = '{"id":"c2","item":"R-1","status":"shut","at":"2018","via":"mail"}\n';
    expect((await run(first)).summary).toMatchObject({ registered: 1, events: 1 });
    expect((await run(second)).summary).toMatchObject({ registered: 0, events: 2 });
    expect((await run(first)).summary).toMatchObject({ events: 0, unchanged: 1 });
    expect((await run(first + second)).summary).toMatchObject({ events: 0, unchanged: 2 });
    expect(await events()).toHaveLength(3);
  });

  it('one record an item, with the list of its changes in it, which grows', async () => {
    const { run, events } = fresh(
      `masar: 1
source: an issue tracker
format: { kind: json, at: [export, issues] }
dates: { zone: Asia/Baghdad }
unnest: [{ list: [changelog, histories] }]
reference: key
statuses:
  from: { first: [to, [fields, status]] }
  states: { To Do: Proposed, In Progress: InImplementation, Done: Implemented }
rows:
  - when: { field: to, isPresent: false }
    do:
      - register:
          state: Proposed
          effective: [fields, created]
          title: { en: [fields, summary] }
          people: { reporter: [fields, reporter] }
  - when: { field: field, is: status }
    do: [{ state: { effective: at } }]
  - skip: true
`,
      'issues.json',
    );
    const issue = (histories: object[], more = {}) =>
      JSON.stringify(
        {
          export: {
            issues: [
              {
                key: 'RF-1',
                fields: {
                  summary: 'One form',
                  created: '2017-02-07T22:30:00Z',
                  reporter: 'Sample Person',
                  ...more,
                },
                changelog: { histories },
              },
            ],
          },
        },
        null,
        2,
      );
    const changes = [
      { at: '2017-03-01T09:00:00+03:00', field: 'status', to: 'In Progress' },
      { at: '2017-03-02T09:00:00+03:00', field: 'labels', to: 'x' },
    ];
    const report = await run(issue(changes));
    expect(report.problems).toEqual([]);
    expect(report.summary).toMatchObject({ rows: 3, registered: 1, events: 2, skipped: 1 });
    const grown = await run(issue([...changes, { at: '2017-04-01T22:00:00Z', field: 'status', to: 'Done' }]));
    expect(grown.summary).toMatchObject({ rows: 4, events: 1, unchanged: 2, changed: 0 });
    expect((await events()).map(({ effective }) => effective)).toEqual([
      '2017-02-08',
      '2017-03-01',
      '2017-04-02',
    ]);
    // A change of the record itself is told once, not for each of its entries.
    const renamed = await run(issue(changes, { summary: 'Another' }));
    expect(renamed.summary).toMatchObject({ events: 0, changed: 1, unchanged: 1 });
    const soon = issue([{ at: 'soon', field: 'status', to: 'Done' }]);
    const [broken] = (await run(soon, { dryRun: true })).problems;
    expect(broken).toMatchObject({ field: 'at', message: '"soon" is no date spelled iso' });
    // An entry is pointed to by the list it is in.
    expect(soon.split('\n')[broken!.line - 1]!.slice(broken!.column! - 1)).toMatch(/^"changelog"/);
    const lost = await run(issue([...changes, { at: '2019', field: 'status', to: 'Lost' }]), {
      dryRun: true,
    });
    expect(lost.problems).toMatchObject([{ field: 'to', message: '"Lost" is no status the mapping knows' }]);
  });

  it('a matrix: headings, merged cells, statuses side by side, a total at the end', async () => {
    const { run, events } = fresh(
      `masar: 1
source: a matrix
format:
  kind: csv
  headerRow: 3
  headerRows: 2
  shortRows: fill
  fillDown: [Report]
  headings: Chapter
unnest: [{ columns: [Status / 2016, Status / 2017], as: Status, named: Year }]
reference: { join: [Report, No.], with: '/' }
statuses:
  from: Status
  states: { Not started: Adopted, Partially implemented: InImplementation, Implemented: Implemented }
rows:
  - when: { field: Report, startsWith: Total }
    skip: true
  - when: { field: Status, isPresent: true }
    do:
      - state: { effective: { field: Year, then: [year] } }
  - do:
      - register:
          state: Adopted
          effective: { field: Report, then: [year] }
          title: { en: { field: Recommendation, then: [{ shorten: 30 }] } }
          text: { en: Recommendation }
          attributes:
            chapter: Chapter
            kind:
              first:
                - { when: { field: Recommendation, contains: [training, train] }, text: training }
                - { when: { field: Recommendation, contains: plan }, text: planning }
`,
      'matrix.csv',
    );
    const sheet = `Recommendations of the audit office,,,,
,,,,
Report,No.,Recommendation,Status,
,,,2016,2017
Part one,,,,
A-2015,1,The unit should TRAIN all of its new staff within six months of appointment,Not started,Partially implemented
,2,Make a plan,,Implemented
Part two
B-2016,1,Keep a list
,,,,
Total: 3,,,,
`;
    // A total is a row with its first cell alone as well: here it is told apart by a second cell.
    const report = await run(sheet.replace('Total: 3,,,,', 'Total,3,,,'));
    expect(report.problems).toEqual([]);
    expect(report.summary).toMatchObject({ registered: 3, events: 6, skipped: 1 });
    const registered = (await events()).filter(({ type }) => type === 'ReformItemRegistered');
    expect(registered.map(({ data }) => [data['reference'], data['attributes'], data['title']])).toEqual([
      ['A-2015/1', { chapter: 'Part one', kind: 'training' }, { en: 'The unit should TRAIN all of…' }],
      ['A-2015/2', { chapter: 'Part one', kind: 'planning' }, { en: 'Make a plan' }],
      ['B-2016/1', { chapter: 'Part two' }, { en: 'Keep a list' }],
    ]);
    const states = (await events()).filter(({ type }) => type === 'ReformItemStateRecorded');
    expect(states.map(({ data, effective }) => [data['state'], effective])).toEqual([
      ['Adopted', '2016'],
      ['InImplementation', '2017'],
      ['Implemented', '2017'],
    ]);
  });

  it('a list without numbers, in Arabic, from an old spreadsheet', async () => {
    const { run, events } = fresh(
      `masar: 1
source: a list in Arabic
format: { kind: csv, delimiter: '|', encoding: windows-1256 }
dates: { formats: [D MMMM YYYY, MMMM YYYY, excel] }
reference: { field: التوصية, then: [digest, { prefix: REC- }] }
effective: التاريخ
statuses:
  from: الحالة
  states: { منفذة: Implemented, قيد التنفيذ: InImplementation }
rows:
  - do:
      - register:
          title: { ar: التوصية }
          people: { owner: { field: المسؤول, split: ['؛', ';', ' و '] } }
`,
      'list.csv',
    );
    const text = [
      'التوصية|الحالة|التاريخ|المسؤول',
      'نموذج واحد لكل طلب|منفذة|7 شباط 2017|شخص أول؛ شخص ثان',
      'خطة تدريب|قيد  التنفيذ|كانون الثاني 2017|',
      'قائمة|منفذة|42773|شخص أول',
    ].join('\n');
    const encoded = encode1256(text);
    const report = await run(encoded as unknown as string);
    expect(report.problems).toEqual([]);
    const written = await events();
    expect(written.map(({ effective }) => effective)).toEqual(['2017-02-07', '2017-01', '2017-02-07']);
    expect(written.every(({ data }) => /^REC-[0-9a-f]{12}$/.test(data['reference'] as string))).toBe(true);
    const owners = written.map(
      ({ data }) => (data['people'] as { owner?: string[] } | undefined)?.owner ?? [],
    );
    expect(owners.map(({ length }) => length)).toEqual([2, 0, 1]);
    expect(owners[2]![0]).toBe(owners[0]![0]);
    // In another order, without numbers: the same rows.
    const lines = text.split('\n');
    const again = await run(
      encode1256([lines[0], lines[3], lines[1], lines[2]].join('\n')) as unknown as string,
    );
    expect(again.summary).toMatchObject({ events: 0, unchanged: 3 });
  });

  it('who answers, who carries it, what is to be done, by when, measured how, and shown by what', async () => {
    const { run, events } = fresh(
      `masar: 1
source: an action plan
format: { kind: csv, delimiter: ';' }
reference: Ref
effective: { field: On, formats: [DD/MM/YYYY, YYYY] }
tables:
  replies: { not accepted: notAccepted, accepted: accepted }
rows:
  - when: { isNew: true }
    do:
      - register: { state: Adopted, title: { en: Title } }
      - addressees: { to: { field: For, split: [',', ' and '] } }
      - assign:
          leads: { field: Lead, each: [{ lookup: { OPS: operations }, otherwise: keep }] }
          supporting: { text: planning }
      - classify:
          horizon: { field: Term, then: [{ lookup: { short: immediate, long: mediumLongTerm } }] }
          priority: high
          themes: { field: Themes, split: ',' }
          provision: { instrument: { text: LAW-20 }, article: Article }
      - dueDate: { due: { field: Due, formats: [quarter, DD/MM/YYYY] } }
      - action: { action: { text: first step }, description: { en: Step }, due: { field: Due, formats: quarter }, owner: Lead }
      - indicator: { indicator: { text: trained }, name: { en: { text: Officers trained } }, unit: { text: '%' }, target: { value: { text: '90' }, on: { text: '2018' } } }
      - measure: { indicator: { text: trained }, value: { field: Measured, then: [number] }, measuredOn: { text: '2017' } }
      - evidence: { evidence: { first: [{ when: { field: Link, isEmpty: false }, text: report }] }, description: { en: { text: The report } }, uri: Link }
      - verify:
          verification: { text: V-1 }
          verifiedBy: { text: audit }
          conclusion: { field: Found, then: [{ lookup: { partly: partlyImplemented } }] }
          method: { en: { text: A visit } }
          examined: { text: report }
  - when: { field: Reply, isEmpty: false }
    do:
      - respond:
          addressee: For
          response: { field: Reply, then: [{ lookup: replies, match: contains }] }
          text: { en: Reply }
  - when: { field: Progress, isEmpty: false }
    do:
      - progress:
          addressee: For
          progress: started
          percent: { field: Progress, then: [number] }
          percentBasis: { en: { text: of posts } }
      - action: { action: { text: first step }, is: completed, when: { field: Progress, startsWith: '100' } }
`,
      'plan.csv',
    );
    const header = 'Ref;Title;For;Lead;Term;Themes;Article;Due;Step;Measured;Link;Found;Reply;Progress;On';
    const rows = [
      header,
      'R-1;One form;Unit A, Unit B and Unit C;OPS;short;forms,desks;7;Q2 2018;Print it;45 %;https://example.org/r;partly;;;07/02/2017',
      'R-1;;Unit B;;;;;;;;;;It is NOT accepted.;;08/02/2017',
      'R-1;;Unit A;;;;;;;;;;;100 %;09/02/2017',
      'R-2;Another;;;;;;;;;;;;;2017',
    ];
    const report = await run(rows.join('\n'));
    expect(report.problems).toEqual([]);
    const said = (await events())
      .filter(({ stream }) => stream.endsWith('/r-1'))
      .map(({ type, effective, data }) => {
        const {
          source: _source,
          asRecorded: _asRecorded,
          irregularities: _irregularities,
          dates: _dates,
          ...rest
        } = data;
        return [type.replace('ReformItem', ''), effective, rest];
      });
    expect(said.slice(1)).toEqual([
      ['Addressed', '2017-02-07', { addressees: ['Unit A', 'Unit B', 'Unit C'] }],
      ['Assigned', '2017-02-07', { leads: ['operations'], supporting: ['planning'] }],
      [
        'Classified',
        '2017-02-07',
        {
          horizon: 'immediate',
          priority: 'high',
          themes: ['forms', 'desks'],
          provisions: [{ instrument: 'LAW-20', article: '7' }],
        },
      ],
      ['DueDateSet', '2017-02-07', { dueDate: '2018-04/2018-06' }],
      [
        'ActionAdded',
        '2017-02-07',
        { action: 'first-step', description: { en: 'Print it' }, due: '2018-04/2018-06', owner: 'OPS' },
      ],
      [
        'IndicatorDefined',
        '2017-02-07',
        {
          indicator: 'trained',
          name: { en: 'Officers trained' },
          unit: '%',
          target: { value: '90', on: '2018' },
        },
      ],
      ['Measured', '2017-02-07', { indicator: 'trained', value: '45', measuredOn: '2017' }],
      [
        'EvidenceAdded',
        '2017-02-07',
        {
          evidence: 'report',
          description: { en: 'The report' },
          custody: 'linked',
          uri: 'https://example.org/r',
        },
      ],
      [
        'Verified',
        '2017-02-07',
        {
          verification: 'V-1',
          verifiedBy: 'audit',
          conclusion: 'partlyImplemented',
          method: { en: 'A visit' },
          examined: ['report'],
          textVersion: 1,
        },
      ],
      [
        'ResponseRecorded',
        '2017-02-08',
        { addressee: 'Unit B', response: 'notAccepted', text: { en: 'It is NOT accepted.' } },
      ],
      [
        'ProgressReported',
        '2017-02-09',
        { addressee: 'Unit A', progress: 'started', percent: 100, percentBasis: { en: 'of posts' } },
      ],
      ['ActionCompleted', '2017-02-09', { action: 'first-step' }],
    ]);
    // A row that has none of it says none of it.
    expect(
      (await events())
        .filter(({ stream }) => stream.endsWith('/r-2'))
        .map(({ type, data }) => [type, data['priority']]),
    ).toEqual([
      ['ReformItemRegistered', undefined],
      ['ReformItemClassified', 'high'],
      ['ReformItemIndicatorDefined', undefined],
    ]);
    expect((await run(rows.join('\n'))).summary).toMatchObject({ events: 0, unchanged: 4 });
    const wrong = await run(
      [
        header,
        'R-9;x;;;;;;;;;;;Maybe;;2017',
        'R-9;x;;;;;;;;;;;accepted;;2017',
        'R-9;x;Unit A;;;;;;;;;;;1500 %;2017',
      ].join('\n'),
      {
        dryRun: true,
      },
    );
    expect(wrong.problems.map(({ line, message }) => [line, message])).toEqual([
      [3, 'has a response (accepted) and no addressee who gave it'],
      [4, '"1500" is no whole percentage from 0 to 100: take the number of it, with then: [number]'],
    ]);
  });

  it('decisions with all that the minutes say of them', async () => {
    const { run } = fresh(
      `masar: 1
source: minutes
format: { kind: csv }
reference: Ref
decidedOn: On
rows:
  - when: { isNew: true }
    do: [{ register: { state: Proposed, title: { en: Ref } } }]
  - do:
      - decision:
          kind: { field: What }
          method: { field: How, then: [{ lookup: { show of hands: vote } }] }
          votes: { for: For, against: Against, abstained: Abstained }
          quorum: { present: Present, required: { text: '5' } }
          positions:
            - { is: against, delegations: { field: Opposed, split: ';' } }
            - { is: dissent, delegations: { field: Dissent }, text: { en: Words } }
          basis: { instrument: { text: LAW-20 }, article: { text: '7' } }
          leads: { field: Lead, split: ';' }
          priority: urgent
          dueDate: { text: '2018' }
          scopes: { text: nationwide }
          horizon: immediate
`,
      'minutes.csv',
    );
    const header = 'Ref,On,What,How,For,Against,Abstained,Present,Opposed,Dissent,Words,Lead';
    const rows = [
      header,
      'R-1,2017,,,,,,,,,,',
      'R-1,2017-02-07,assign,show of hands,5,2,1,8,Unit A;Unit B,Unit E,Not us,Unit C;Unit D',
      ...['setPriority', 'setDueDate', 'setScope', 'setHorizon'].map(
        (kind) => `R-1,2017-02-08,${kind},,,,,,,,,`,
      ),
    ];
    expect((await run(rows.join('\n'))).problems).toEqual([]);
    const recorded = (await fixture.events()).filter(
      ({ type, data }) =>
        type === 'DecisionRecorded' && (data['source'] as { name: string }).name === 'minutes',
    );
    expect(recorded[0]!.data).toMatchObject({
      method: 'vote',
      votes: { for: 5, against: 2, abstained: 1 },
      quorum: { present: 8, required: 5 },
      positions: [
        { delegation: 'Unit A', position: 'against' },
        { delegation: 'Unit B', position: 'against' },
        { delegation: 'Unit E', position: 'dissent', text: { en: 'Not us' } },
      ],
      basis: [{ instrument: 'LAW-20', article: '7' }],
      items: [{ outcome: { kind: 'assign', leads: ['Unit C', 'Unit D'] } }],
    });
    expect(recorded.slice(1).map(({ data }) => (data['items'] as { outcome: object }[])[0]!.outcome)).toEqual(
      [
        { kind: 'setPriority', priority: 'urgent' },
        { kind: 'setDueDate', dueDate: '2018' },
        { kind: 'setScope', scopes: [{ scope: 'nationwide' }] },
        { kind: 'setHorizon', horizon: 'immediate' },
      ],
    );
    const bad = await run(
      [...rows, 'R-1,2017,assign,show of hands,many,2,1,8,,,,X', 'R-1,2017,revoke,,,,,,,,,'].join('\n'),
      { dryRun: true },
    );
    expect(bad.problems.map(({ field, message }) => [field, message])).toEqual([
      ['For', '"many" is no count: write 0, 1, 2, …'],
      [undefined, 'a decision to revoke names the decision it undoes, which no row of a file can'],
    ]);
  });

  it('says what its mapping has nothing for, how often, and the lines to add', async () => {
    const mapping = `masar: 1
source: a register
format: { kind: csv }
reference: Ref
effective: { field: On, unreadable: unknown }
statuses:
  from: Status
  states:
    Open: Proposed
tables: { units: { OPS: Operations } }
rows:
  - do:
      - register:
          title: { en: Ref }
          attributes:
            unit: { field: Unit, then: [{ lookup: units }] }
            region: { field: Region, then: [{ lookup: { N: North }, otherwise: keep }] }
          people: { owner: { field: Owner, each: [{ lookup: { a: b } }] } }
`;
    const { run } = fresh(mapping, 'register.csv');
    const row = (ref: string, status: string, unit: string, region: string, on: string, owner = '') =>
      [ref, status, unit, region, on, owner].join(',');
    const rows = [
      'Ref,Status,Unit,Region,On,Owner',
      row('1', 'Open', 'OPS', 'N', '2017'),
      row('2', 'Done in part', 'TRG', 'S', 'soon'),
      row('3', 'Done in part', 'TRG', 'S', '2017'),
      row('4', 'zzz', 'OPS', 'N', '2017', 'Sample Secret'),
    ].join('\n');
    const report = await run(rows, { dryRun: true });
    expect(report.outcome).toBe('refused');
    expect(report.unmapped).toEqual([
      {
        under: 'dates.formats',
        field: 'On',
        value: 'soon',
        count: 1,
        firstLine: 3,
        add: '# "soon": 1 row, taken as unknown; a format that reads it, if it is a date',
      },
      {
        under: 'lookup',
        field: 'Region',
        value: 'S',
        count: 2,
        firstLine: 3,
        add: 'S: # 2 rows; what it stands for',
      },
      {
        under: 'statuses.states',
        field: 'Status',
        value: 'Done in part',
        count: 2,
        firstLine: 3,
        guess: 'InImplementation',
        add: 'Done in part: InImplementation # 2 rows; a guess, to be read over',
      },
      {
        under: 'statuses.states',
        field: 'Status',
        value: 'zzz',
        count: 1,
        firstLine: 5,
        add: 'zzz: # 1 row; a state, such as Proposed',
      },
      {
        under: 'tables.units',
        field: 'Unit',
        value: 'TRG',
        count: 2,
        firstLine: 3,
        add: 'TRG: # 2 rows; what it stands for',
      },
    ]);
    expect(JSON.stringify(report)).not.toContain('Secret');
    const added = linesToAdd(mapping, report.unmapped);
    expect(added.map(({ under, behind }) => [under, behind])).toEqual([
      ['dates.formats', undefined],
      ['lookup', undefined],
      ['statuses.states', 9],
      ['tables.units', undefined],
    ]);
    expect(added[2]!.lines[0]).toBe('    Done in part: InImplementation # 2 rows; a guess, to be read over');
    expect(added[3]!.lines).toEqual(['      TRG:, # 2 rows; what it stands for']);
    // Pasted where they are said to belong, they are read.
    const lines = mapping.split('\n');
    lines.splice(9, 0, added[2]!.lines[0]!, '    zzz: Draft');
    const mended = lines.join('\n').replace('{ OPS: Operations }', '{ OPS: Operations, TRG: Training }');
    const good = rows.replace('Sample Secret', '');
    expect((await run(good, { dryRun: true }, mended)).outcome).toBe('checked');
    expect(tally(report.problems.map(({ field }) => field))).toEqual({ Owner: 1, Status: 3, Unit: 2 });
  });

  it('shows no name in a message, also where something else is read from its field', async () => {
    const { run } = fresh(
      `masar: 1
source: names
format: { kind: csv }
reference: Ref
effective: Who
rows:
  - do: [{ register: { title: { en: Ref }, state: Draft, people: { owner: Who } } }]
`,
      'names.csv',
    );
    const report = await run('Ref,Who\n1,Sample Secret\n');
    expect(report.problems).toMatchObject([
      { field: 'Who', message: 'what it holds is no date spelled iso' },
    ]);
  });
});

/** Text in the encoding of old Arabic spreadsheets, which Node reads and does not write. */
function encode1256(text: string): Buffer {
  const decoder = new TextDecoder('windows-1256');
  const codes = new Map(
    Array.from({ length: 256 }, (_, code) => [decoder.decode(Uint8Array.of(code)), code]),
  );
  return Buffer.from(Array.from(text, (character) => codes.get(character) ?? 0x3f));
}
