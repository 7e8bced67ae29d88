import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deriveId, finishDecision, finishReference } from '@masar/commands';
import type { EventStore, RecordedEvent } from '@masar/event-store';
import fc from 'fast-check';
import { ImportFixture } from './support/import-fixture.js';

const mapping = `masar: 1
source: the log of a register
format: { kind: jsonl }
reference: ref
effective: { field: on, formats: [iso, DD/MM/YYYY] }
claimedBy: by
duplicates: flag
statuses:
  from: status
  states: { new: Proposed, agreed: Adopted, done: Implemented, dropped: Withdrawn }
  empty: { flagAs: Proposed }
rows:
  - when: { field: what, is: created }
    do:
      - register:
          title: { en: title, ar: title_ar }
          attributes: { unit: unit }
          people: { author: { field: authors, split: ';' } }
  - when: { field: what, is: moved }
    do: [{ state: {} }]
  - when: { field: what, is: edited }
    do:
      - details:
          title: { en: title }
          attributes: { unit: unit }
          people: { author: { field: authors, split: ';' } }
  - when: { field: what, is: renamed }
    do: [{ renumber: { reference: from, to: ref } }]
  - when: { field: what, is: gone }
    do: [{ remove: {} }]
  - when: { field: what, is: back }
    do: [{ restore: {} }, { state: { when: { field: status, isPresent: true } } }]
  - when: { field: what, is: comment }
    skip: true
`;

type Row = { readonly [field: string]: unknown };
const jsonl = (rows: readonly Row[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const created = (ref: string, more: Row = {}): Row => ({
  what: 'created',
  ref,
  title: `About ${ref}`,
  status: 'new',
  on: '2017-02-07',
  ...more,
});
const moved = (ref: string, status: string, on = '2017-03-01'): Row => ({ what: 'moved', ref, status, on });

/** What stands for an event in a comparison of two logs: all but its place and the time it was recorded. */
const content = ({ stream, id, type, effective, data }: RecordedEvent) => ({
  stream,
  id,
  type,
  effective,
  data,
});

describe('an import', () => {
  let fixture: ImportFixture;
  let map: string;
  let programmes = 0;

  beforeAll(async () => {
    fixture = await ImportFixture.open();
    map = await fixture.file('map.yaml', mapping);
  }, 60_000);
  afterAll(() => fixture?.close());

  /** A programme that no other test has written to, and its import. */
  function fresh(store?: Pick<EventStore, 'append' | 'readStream'>) {
    const programme = `p${(programmes += 1)}`;
    return {
      programme,
      run: async (rows: readonly Row[], more: Parameters<ImportFixture['import']>[2] = {}) => {
        const file = await fixture.file(`${programme}.jsonl`, jsonl(rows));
        return fixture.import(map, file, { programme, ...(store && { store }), ...more });
      },
      events: async () =>
        (await fixture.events()).filter(({ stream }) => stream.startsWith(`item-${programme}/`)),
    };
  }

  it('checks without writing, and foresees what it would write', async () => {
    const { run, events } = fresh();
    const rows = [
      created('R-1'),
      moved('R-1', 'done'),
      { what: 'comment' },
      { what: 'edited', ref: 'R-1', on: '' },
    ];
    const checked = await run(rows, { dryRun: true });
    expect(checked).toMatchObject({ outcome: 'checked', position: null });
    expect(await events()).toEqual([]);
    const written = await run(rows);
    expect(written.outcome).toBe('written');
    expect(written.summary).toEqual(checked.summary);
    expect(written.summary).toMatchObject({ rows: 4, registered: 1, events: 2, skipped: 2 });
    expect(written.summary.irregular).toMatchObject({ SKIPPED_STATES: 1, NO_EVIDENCE: 1 });
  });

  it('writes nothing where any row has a problem, and lists every problem with its place', async () => {
    const { run, events } = fresh();
    const report = await run([
      created('R-1'),
      moved('R-1', 'lost'),
      moved('R-9', 'done'),
      { ...created('R-2'), on: '31/02/2017', title: '' },
      { what: 'sung', ref: 'R-1' },
      { ...created(''), ref: '~' },
      created('R-3', { title: 'half \ud800' }),
      created('R-5', { unit: 'y'.repeat(70_000) }),
    ]);
    expect(report).toMatchObject({ outcome: 'refused', totalProblems: 8, position: null });
    expect(report.problems.map(({ line, column, field, message }) => [line, column, field, message])).toEqual(
      [
        [2, 29, 'status', '"lost" is no status the mapping knows'],
        [3, undefined, undefined, expect.stringContaining('there is no item R-9')],
        [4, 31, 'title', expect.stringContaining('no title')],
        [4, 57, 'on', '"31/02/2017" is no date spelled iso or DD/MM/YYYY'],
        [5, undefined, undefined, expect.stringContaining('fits no rule')],
        [6, 19, 'ref', expect.stringContaining('200 characters')],
        [7, undefined, undefined, expect.stringContaining('surrogate')],
        [8, undefined, undefined, expect.stringContaining('can be stored')],
      ],
    );
    expect(await events()).toEqual([]);
  });

  it('imports the good rows where it is told to, and writes the others to a file with the reason', async () => {
    const { run, events, programme } = fresh();
    const bad = [moved('R-1', 'lost'), moved('R-2', 'done')];
    const rows = [created('R-1'), bad[0]!, moved('R-1', 'agreed'), bad[1]!];
    const report = await run(rows, { acceptRejects: true });
    expect(report).toMatchObject({
      outcome: 'written',
      totalProblems: 2,
      summary: { rejected: 2, events: 2 },
    });
    const rejects = readFileSync(report.rejectsFile!, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
    expect(report.rejectsFile).toMatch(new RegExp(`${programme}\\.rejects\\.jsonl$`));
    expect(rejects.map(({ masar_reason: reason, ...row }) => [row, reason])).toEqual([
      [bad[0], 'status: "lost" is no status the mapping knows'],
      [bad[1], expect.stringContaining('there is no item R-2')],
    ]);
    // Mended in its place, the row is new and the others keep their identity.
    const mended = await run([rows[0]!, moved('R-1', 'new'), rows[2]!]);
    expect(mended.summary).toMatchObject({ events: 1, unchanged: 2, changed: 0 });
    expect((await events()).map(({ data }) => (data['source'] as { row: string }).row)).toEqual([
      'R-1#1',
      'R-1#3',
      'R-1#2',
    ]);
  });

  it('adds the rows that are new, and says which were changed since', async () => {
    const { run, events } = fresh();
    const rows = [created('R-1'), moved('R-1', 'agreed')];
    await run(rows);
    const before = await events();
    const report = await run([rows[0]!, moved('R-1', 'dropped'), moved('R-1', 'done')]);
    expect(report.summary).toMatchObject({ unchanged: 1, changed: 1, events: 1 });
    expect(report.changed).toEqual([
      {
        file: expect.any(String),
        line: 2,
        reference: 'R-1',
        message: 'says something else than when it was imported',
      },
    ]);
    expect((await events()).slice(0, 2)).toEqual(before);
  });

  it('refuses a reference given twice, unless the mapping says to flag it', async () => {
    const { run, events, programme } = fresh();
    const strict = await fixture.file(
      'strict.yaml',
      mapping.replace('duplicates: flag', 'duplicates: refuse'),
    );
    const rows = [created('R-1'), created('r-1 ', { title: 'Another' }), moved('R-1', 'done')];
    const file = await fixture.file('twice.jsonl', jsonl(rows));
    const refused = await fixture.import(strict, file, { programme });
    expect(refused.problems).toEqual([
      expect.objectContaining({ line: 2, message: expect.stringContaining('duplicates: flag') }),
    ]);
    const { summary } = await run(rows);
    expect(summary.irregular.DUPLICATE_REFERENCE).toBe(1);
    // The reference means its last holder.
    expect((await events()).map(({ stream }) => stream)).toEqual([
      `item-${programme}/r-1`,
      `item-${programme}/r-1~2`,
      `item-${programme}/r-1~2`,
    ]);
  });

  it('follows an item through its references, there and back', async () => {
    const { run, events, programme } = fresh();
    const rows = [
      created('A'),
      { what: 'renamed', from: 'A', ref: 'B', on: '2017-03-01' },
      created('A', { on: '2017-03-02' }),
      moved('B', 'agreed'),
      { what: 'renamed', from: 'B', ref: 'C', on: '2017-03-03' },
      { what: 'renamed', from: 'C', ref: 'B', on: '2017-03-04' },
      moved('A', 'dropped'),
      { what: 'gone', ref: 'B', on: '2017-04-01' },
      { what: 'back', ref: 'B', on: '2017-04-02' },
    ];
    const { summary } = await run(rows);
    const recorded = await events();
    expect(recorded.map(({ stream, type }) => [stream.slice(`item-${programme}/`.length), type])).toEqual([
      ['a', 'ReformItemRegistered'],
      ['b', 'ReferenceReserved'],
      ['a', 'ReformItemRenumbered'],
      ['a~2', 'ReformItemRegistered'],
      ['a', 'ReformItemStateRecorded'],
      ['c', 'ReferenceReserved'],
      ['a', 'ReformItemRenumbered'],
      ['a', 'ReformItemRenumbered'],
      ['a~2', 'ReformItemStateRecorded'],
      ['a', 'ReformItemRemoved'],
      ['a', 'ReformItemRestored'],
    ]);
    expect(summary).toMatchObject({ events: recorded.length, registered: 2 });
    expect((await run(rows)).summary).toMatchObject({ events: 0, unchanged: rows.length });
    // The worker that finishes reserved references finds them finished.
    for (const event of recorded) {
      if (event.type === 'ReferenceReserved') await finishReference(fixture.backend, event);
    }
    expect(await events()).toEqual(recorded);
  });

  it('finds the items of an earlier file, and is finished by importing again', async () => {
    const programme = `p${(programmes += 1)}`;
    const numbered = await fixture.file(
      'numbered.yaml',
      mapping.replace('reference: ref', 'reference: ref\nidentity: n'),
    );
    const files = [
      [created('A', { n: '1' }), created('B', { n: '2' })],
      [
        { what: 'renamed', from: 'A', ref: 'X', n: '3' },
        { ...moved('X', 'done'), n: '4' },
        created('A', { n: '5' }),
        { ...moved('A', 'agreed'), n: '6' },
      ],
      [
        { ...moved('A', 'done'), n: '7' },
        { what: 'renamed', from: 'A', ref: 'Y', n: '8' },
      ],
    ];
    const paths = await Promise.all(
      files.map((rows, index) => fixture.file(`${programme}-${index}.jsonl`, jsonl(rows))),
    );
    for (const path of paths)
      expect(await fixture.import(numbered, path, { programme })).toMatchObject({ totalProblems: 0 });
    const before = await fixture.backend.log.head();
    for (const path of paths) {
      const { summary } = await fixture.import(numbered, path, { programme });
      expect(summary).toMatchObject({ events: 0, changed: 0, rejected: 0, unchanged: summary.rows });
    }
    expect(await fixture.backend.log.head()).toEqual(before);
    const second = await fixture.backend.store.readStream(`item-${programme}/a~2`);
    expect(second.map(({ data }) => (data['source'] as { row: string }).row)).toEqual([
      '5#1',
      '6#1',
      '7#1',
      '8#1',
    ]);
  });

  it('puts names into the vault, and the same id into every event of a person', async () => {
    const { run, events } = fresh();
    const rows = [
      created('R-1', { authors: 'Sample Person; Other Person', by: 'Sample Person' }),
      { what: 'edited', ref: 'R-1', authors: '' },
    ];
    await run(rows);
    const [registered, edited] = await events();
    const { author } = registered!.data['people'] as { author: string[] };
    expect(registered!.data['source']).toMatchObject({ claimedBy: author[0] });
    expect([...(await fixture.vault.namesOf(author)).values()]).toEqual(['Sample Person', 'Other Person']);
    expect(edited!.data['people']).toEqual({ author: [] });
    expect(JSON.stringify(await events())).not.toContain('Person');
  });

  it('stops before it writes a file that changed since it was checked', async () => {
    const { run, events, programme } = fresh();
    const rows = Array.from({ length: 400 }, (_, index) => created(`R-${index}`));
    const onProgress = ({ pass }: { pass: string }): void => {
      const other = rows.map((row, index) => (index === 399 ? { ...row, title: 'Abuot R-399' } : row));
      if (pass === 'check') writeFileSync(`${fixture.folder}/${programme}.jsonl`, jsonl(other));
    };
    await expect(run(rows, { onProgress })).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    // Of the first batch, which was as it had been checked, all was written; of the other nothing.
    expect((await events()).length).toBeLessThanOrEqual(256);
  });

  it('goes on where somebody else changes an item meanwhile', async () => {
    const { store } = fixture.backend;
    let others = 0;
    const busy: Pick<EventStore, 'append' | 'readStream'> = {
      readStream: (stream, range) => store.readStream(stream, range),
      append: async (stream, expected, events) => {
        // Just before the import moves on to an item, somebody else discusses it.
        if (typeof expected === 'number' && stream.startsWith('item-') && others < 2) {
          others += 1;
          const id = deriveId('somebody else', stream, others);
          const discussed = { ...events[0]!, id, type: 'ReformItemDiscussed', data: {} };
          await store.append(stream, expected, [discussed]);
        }
        return store.append(stream, expected, events);
      },
    };
    const { run, events } = fresh(busy);
    const rows = [
      created('R-1'),
      created('R-2'),
      moved('R-1', 'agreed'),
      moved('R-2', 'agreed'),
      moved('R-1', 'done'),
    ];
    const report = await run(rows);
    expect(report.summary).toMatchObject({ events: 5, unchanged: 0 });
    expect(others).toBe(2);
    expect((await events()).filter(({ type }) => type !== 'ReformItemDiscussed')).toHaveLength(5);
  });

  it('stops when it is told to, and goes on from there', async () => {
    const { run, events } = fresh();
    const rows = Array.from({ length: 600 }, (_, index) => created(`R-${index}`));
    const stopping = new AbortController();
    const onProgress = ({ pass }: { pass: string }): void => {
      if (pass === 'write') stopping.abort();
    };
    await expect(run(rows, { onProgress, signal: stopping.signal })).rejects.toMatchObject({
      code: 'STOPPED',
    });
    const soFar = (await events()).length;
    expect(soFar).toBeGreaterThan(0);
    expect(soFar).toBeLessThan(600);
    expect((await run(rows)).summary).toMatchObject({ events: 600 - soFar, unchanged: soFar });
    expect((await events()).map(({ data }) => data['reference'])).toEqual(rows.map(({ ref }) => ref));
  });

  it('records decisions and their effects, as the effects worker would', async () => {
    const programme = `p${(programmes += 1)}`;
    const decisions = await fixture.file(
      'decisions.yaml',
      `masar: 1
source: minutes
format: { kind: csv }
reference: item
decidedOn: { field: day, formats: DD/MM/YYYY }
rows:
  - when: { field: kind, is: proposal }
    do: [{ register: { title: { en: item }, state: Proposed } }]
  - do:
      - decision:
          kind: { field: kind, then: [{ lookup: { agreed: adopt, closed: close, joined: merge, postponed: defer, again: reopen } }] }
          items: { field: item, split: '+' }
          body: body
          method: consensus
          minutes: minutes
          as: NoLongerApplicable
          into: other
          until: { field: other, formats: YYYY }
          reason: { en: why }
`,
    );
    const file = await fixture.file(
      'decisions.csv',
      `item,kind,day,body,minutes,other,why
A,proposal,01/02/2017,,,,
B,proposal,01/02/2017,,,,
C,proposal,01/02/2017,,,,
A + B,agreed,07/02/2017,SAMPLE-BODY,M-1,,
C,postponed,07/02/2017,SAMPLE-BODY,M-1,2018,No money
B,joined,08/03/2017,,,A,
A,closed,09/03/2017,,,,
`,
    );
    const report = await fixture.import(decisions, file, { programme });
    expect(report).toMatchObject({ outcome: 'written', totalProblems: 0 });
    const own = (await fixture.events()).slice(-report.summary.events);
    expect(own.map(({ stream, type }) => [stream.replace(/^decision-.*/, 'decision'), type])).toEqual([
      [`item-${programme}/a`, 'ReformItemRegistered'],
      [`item-${programme}/b`, 'ReformItemRegistered'],
      [`item-${programme}/c`, 'ReformItemRegistered'],
      ['decision', 'DecisionRecorded'],
      [`item-${programme}/a`, 'ReformItemAdopted'],
      [`item-${programme}/b`, 'ReformItemAdopted'],
      ['decision', 'DecisionRecorded'],
      [`item-${programme}/c`, 'ReformItemDeferred'],
      ['decision', 'DecisionRecorded'],
      [`relations-${programme}`, 'RelationsDeclared'],
      [`item-${programme}/b`, 'ReformItemMerged'],
      ['decision', 'DecisionRecorded'],
      [`item-${programme}/a`, 'ReformItemClosed'],
    ]);
    expect(own[3]!.data).toMatchObject({
      body: 'SAMPLE-BODY',
      method: 'consensus',
      minutes: 'M-1',
      asRecorded: true,
    });
    for (const event of own)
      if (event.type === 'DecisionRecorded') await finishDecision(fixture.backend, event);
    const again = await fixture.import(decisions, file, { programme });
    expect(again.summary).toMatchObject({ events: 0, unchanged: 7 });
    expect((await fixture.events()).slice(-report.summary.events)).toEqual(own);
  });

  it('of any register leaves nothing to add, whatever it held', async () => {
    const reference = fc.constantFrom('A', 'B', 'C', 'a ', '', '~');
    const row = fc.record({
      what: fc.constantFrom(
        'created',
        'created',
        'moved',
        'moved',
        'edited',
        'renamed',
        'gone',
        'back',
        'comment',
        'sung',
      ),
      ref: reference,
      from: reference,
      status: fc.constantFrom('new', 'agreed', 'done', 'dropped', '', 'lost'),
      on: fc.constantFrom('2017-01-01', '2016-06', '', '07/02/2017', 'soon'),
      title: fc.constantFrom('One', 'Two', ''),
      unit: fc.constantFrom('x', ''),
      authors: fc.constantFrom('Sample Person', '', 'Sample Person;Other Person'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40 }), async (rows) => {
        const { run, events } = fresh();
        const first = await run(rows, { acceptRejects: true });
        const recorded = await events();
        expect(recorded).toHaveLength(first.summary.events);
        const again = await run(rows, { acceptRejects: true });
        expect(again.summary).toMatchObject({
          events: 0,
          changed: 0,
          rejected: first.summary.rejected,
          skipped: first.summary.skipped,
        });
        expect(await events()).toEqual(recorded);
      }),
      { numRuns: 30 },
    );
  }, 120_000);

  it('is the same for whoever imports, and into whichever store', async () => {
    const rows = [created('R-1'), moved('R-1', 'done'), created('R-1')];
    const { run, events, programme } = fresh();
    await run(rows);
    const first = await events();
    expect((await run(rows, { actor: { subject: 'somebody else' } })).summary).toMatchObject({
      events: 0,
      unchanged: 3,
    });
    const other = await ImportFixture.open(programme);
    try {
      await other.import(map, await other.file('rows.jsonl', jsonl(rows)));
      const second = (await other.events()).filter(({ stream }) => stream.startsWith('item-'));
      expect(second.map(content)).toEqual(first.map(content));
    } finally {
      await other.close();
    }
  }, 60_000);
});
