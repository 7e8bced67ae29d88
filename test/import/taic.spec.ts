import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ImportReport } from '@masar/exchange';
import { ImportFixture, sharedData, tally } from './support/import-fixture.js';

const file = sharedData('taic-recommendations.csv');
const mapping = fileURLToPath(new URL('./taic.map.yaml', import.meta.url));

/** CSV read by a few lines of its own. */
function records(text: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  const [header, ...body] = rows.filter((row) => row.length > 1);
  return body.map((row) => Object.fromEntries(header!.map((name, index) => [name, row[index]!])));
}

(file ? describe : describe.skip)('a register of safety recommendations, one row each', () => {
  const rows = file ? records(readFileSync(file, 'utf8')) : [];
  let fixture: ImportFixture;
  let report: ImportReport;

  beforeAll(async () => {
    fixture = await ImportFixture.open('taic');
    report = await fixture.import(mapping, file!);
  }, 120_000);
  afterAll(() => fixture?.close());

  it('takes every row', () => {
    expect(report).toMatchObject({ outcome: 'written', totalProblems: 0, notes: [] });
    expect(report.summary).toMatchObject({ rows: rows.length, registered: rows.length, rejected: 0 });
  });

  it('counts statuses and recipients as the file does', async () => {
    expect(await fixture.counts('SOURCE_STATUS')).toEqual(tally(rows.map((row) => row['Status'])));
    const recipients = tally(rows.map((row) => row['Recipient'] || null));
    expect(await fixture.counts({ attribute: 'recipient' })).toEqual(recipients);
  });

  it('counts what was closed by a day as the file does', async () => {
    // Closed on a day nobody knows: possibly from the day it was made.
    const closed = rows.filter(
      ({ Made, Closed, Status }) => Made && Status!.startsWith('Closed') && (Closed || Made) <= '2010-12-31',
    );
    const byStatus = tally(closed.map((row) => row['Status']));
    const counted = await fixture.counts('SOURCE_STATUS', { effectiveOn: '2010-12-31' });
    for (const status of ['Closed acceptable', 'Closed cancelled', 'Closed superseded']) {
      expect(counted[status]).toBe(byStatus[status]);
    }
  });

  it('flags the seven numbers given twice, and dates nobody knows', () => {
    expect(report.summary.irregular.DUPLICATE_REFERENCE).toBe(7);
    const undated = rows.filter(({ Made, Closed }) => !Made && !Closed).length;
    const closedSomeDay = rows.filter(
      ({ Made, Closed, Status }) => Made && !Closed && Status!.startsWith('Closed'),
    ).length;
    expect(report.summary.irregular.UNKNOWN_DATE).toBe(undated + closedSomeDay);
  });

  it('keeps the texts as they are, artefacts included', async () => {
    const events = await fixture.events();
    const replies = events.flatMap(
      ({ data }) => (data['attributes'] as { reply?: string } | undefined)?.reply ?? [],
    );
    expect(replies.filter((reply) => reply.includes('_x000D_'))).toHaveLength(
      rows.filter((row) => row['Reply Text']!.includes('_x000D_')).length,
    );
  });

  it('adds nothing when it is imported again', async () => {
    const head = await fixture.backend.log.head();
    const again = await fixture.import(mapping, file!);
    expect(again.summary).toMatchObject({ events: 0, unchanged: rows.length, changed: 0 });
    expect(await fixture.backend.log.head()).toEqual(head);
  });
});
