import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { historyOf } from '@masar/commands';
import { type LifecycleState, type ReformItem, isEnd, stateOf } from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
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

interface Reply {
  readonly addressee: string;
  readonly response: string;
  readonly text: { readonly en: string };
}

/** What a reply says, told by a few expressions of its own. */
function responseIn(text: string): string {
  const words = text.replaceAll('_x000D_', ' ').replaceAll('\u00A0', ' ').toLowerCase().replace(/\s+/g, ' ');
  if (/not accept|not intend to adopt|not adopt|reject|decline/.test(words)) return 'notAccepted';
  if (words.includes('in principle')) return 'acceptedInPrinciple';
  if (/in part|partially accept/.test(words)) return 'acceptedInPart';
  if (/under consideration|being considered|will consider/.test(words)) return 'underConsideration';
  return /accept|adopt/.test(words) ? 'accepted' : 'noted';
}

(file ? describe : describe.skip)('a register of safety recommendations, one row each', () => {
  const rows = file ? records(readFileSync(file, 'utf8')) : [];
  let fixture: ImportFixture;
  let report: ImportReport;

  beforeAll(async () => {
    fixture = await ImportFixture.counting('taic');
    report = await fixture.import(mapping, file!);
  }, 120_000);
  afterAll(() => fixture?.close());

  const events = async (type: string): Promise<RecordedEvent[]> =>
    (await fixture.events()).filter((event) => event.type === type);

  /** Every item as its events leave it. */
  async function items(): Promise<ReformItem[]> {
    const streams = new Map<string, RecordedEvent[]>();
    for (const event of await fixture.events()) {
      if (!event.stream.startsWith('item-')) continue;
      streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
    }
    return [...streams.values()].map((own) => stateOf(historyOf(own)));
  }

  it('takes every row', () => {
    expect(report).toMatchObject({ outcome: 'written', totalProblems: 0, notes: [] });
    expect(report.summary).toMatchObject({ rows: rows.length, registered: rows.length, rejected: 0 });
  });

  it('counts statuses and recipients as the file does', async () => {
    expect(await fixture.counts('SOURCE_STATUS')).toEqual(tally(rows.map((row) => row['Status'])));
    const addressees = (await items()).flatMap(({ addressees: [one, ...more] }) => {
      expect(more).toEqual([]);
      return [one?.organisation ?? null];
    });
    expect(tally(addressees)).toEqual(tally(rows.map((row) => row['Recipient'] || null)));
  });

  it('has each reply as the response of its recipient, with what its words say', async () => {
    const replied = rows.filter((row) => row['Recipient'] && row['Reply Text']!.trim());
    expect(replied.length).toBeGreaterThan(1_900);
    const responses = (await events('ReformItemResponseRecorded')).map(
      ({ data }) => data as unknown as Reply,
    );
    expect(tally(responses.map(({ response }) => response))).toEqual(
      tally(replied.map((row) => responseIn(row['Reply Text']!))),
    );
    expect(tally(responses.map(({ addressee }) => addressee))).toEqual(
      tally(replied.map((row) => row['Recipient']!)),
    );
    expect(tally(responses.map(({ text }) => text.en))).toEqual(
      tally(replied.map((row) => row['Reply Text']!)),
    );
    // An item shows where its addressee stands: one that never replied is awaited.
    const standing = (await items()).flatMap(({ addressees }) => addressees.map(({ response }) => response));
    const asked = rows.filter((row) => row['Recipient']);
    expect(tally(standing)).toEqual(
      tally(asked.map((row) => (row['Reply Text']!.trim() ? responseIn(row['Reply Text']!) : 'awaited'))),
    );
  });

  it('has each closure as an end, with the day it was closed on', async () => {
    const ends: Record<string, string> = {
      'Closed acceptable': 'Implemented',
      'Closed cancelled': 'NoLongerApplicable',
      'Closed superseded': 'Superseded',
      Withdrawn: 'Withdrawn',
    };
    const occurrences: Record<string, number> = {};
    const expected = rows.flatMap((row) => {
      const number = row['Number']!;
      const occurrence = (occurrences[number] = (occurrences[number] ?? 0) + 1);
      const end = ends[row['Status']!];
      return end && row['Closed'] ? [[`${number}#${occurrence}`, `${end} ${row['Closed']}`]] : [];
    });
    expect(expected.length).toBeGreaterThan(1_400);
    const told = [...(await events('ReformItemStateRecorded')), ...(await events('ReformItemRegistered'))]
      .filter(({ data }) => isEnd(data['state'] as LifecycleState))
      .map(({ data, effective }) => [
        (data['source'] as { row: string }).row,
        `${data['state'] as string} ${effective}`,
      ]);
    const byRow = Object.fromEntries(told) as Record<string, string>;
    expect(expected.map(([row]) => [row, byRow[row!]])).toEqual(expected);
    expect(told).toHaveLength(rows.filter((row) => ends[row['Status']!]).length);
    const live = (await items()).filter(({ standing }) => !isEnd(standing!.state)).length;
    expect(live).toBe(rows.filter((row) => !ends[row['Status']!]).length);
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
    // Unknown for each thing the row says: that it was made, to whom, and what was replied.
    const undated = rows
      .filter(({ Made, Closed }) => !Made && !Closed)
      .flatMap((row) => [
        'made',
        ...(row['Recipient'] ? ['to', ...(row['Reply Text']!.trim() ? ['replied'] : [])] : []),
      ]).length;
    const closedSomeDay = rows.filter(
      ({ Made, Closed, Status }) => Made && !Closed && Status!.startsWith('Closed'),
    ).length;
    expect(report.summary.irregular.UNKNOWN_DATE).toBe(undated + closedSomeDay);
  });

  it('keeps the texts as they are, artefacts included', async () => {
    const replies = [
      ...(await events('ReformItemResponseRecorded')).map(({ data }) => (data as unknown as Reply).text.en),
      ...(await events('ReformItemRegistered')).flatMap(
        ({ data }) => (data['attributes'] as { reply?: string } | undefined)?.reply ?? [],
      ),
    ];
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
