import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { timelineOf, stateOf } from '@masar/domain';
import { entryOf } from '@masar/commands';
import type { JsonObject } from '@masar/event-store';
import type { ImportReport } from '@masar/exchange';
import { ImportFixture, sharedData, tally } from './support/import-fixture.js';

const file = sharedData('peps-events.jsonl');
const mapping = fileURLToPath(new URL('./peps.map.yaml', import.meta.url));

interface Change {
  readonly event: string;
  readonly item_id: string;
  readonly from_id?: string;
  readonly to_status?: string;
  readonly author_date: string;
}

interface Proposal {
  readonly moves: { readonly day: string; readonly status?: string; readonly removed?: boolean }[];
}

/** The file read by a few lines of its own: proposals by the number they had last. */
function proposals(changes: readonly Change[]): Proposal[] {
  const all: Proposal[] = [];
  const current = new Map<string, Proposal>();
  for (const { event, item_id: id, from_id: from, to_status: status, author_date: date } of changes) {
    const day = date.slice(0, 10);
    if (event === 'created') {
      current.set(id, { moves: [] });
      all.push(current.get(id)!);
    }
    if (event === 'renumbered') current.set(id, current.get(from!)!);
    const { moves } = current.get(id)!;
    if (event === 'created' || event === 'status_changed') moves.push({ day, status: status! });
    if (event === 'removed' || event === 'restored') moves.push({ day, removed: event === 'removed' });
  }
  return all;
}

/** Counts by status over the proposals on the register, on a day or after everything. */
function statuses(all: readonly Proposal[], on = '9999-12-31'): Record<string, number> {
  return tally(
    all.flatMap(({ moves }) => {
      const until = moves
        .filter(({ day }) => day <= on)
        .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
      const removed = until.findLast((move) => move.removed !== undefined)?.removed;
      const status = until.findLast((move) => move.status !== undefined)?.status;
      return removed || status === undefined ? [] : [status];
    }),
  );
}

/** Every opaque id an event holds. */
function peopleIn(data: JsonObject): string[] {
  const parts = Object.values((data['people'] ?? {}) as Record<string, string[]>).flat();
  const { claimedBy } = (data['source'] ?? {}) as { claimedBy?: string };
  return claimedBy === undefined ? parts : [...parts, claimedBy];
}

(file ? describe : describe.skip)(
  '25 years of Python Enhancement Proposals, imported with a mapping alone',
  () => {
    const changes = file
      ? readFileSync(file, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as Change)
      : [];
    const all = proposals(changes);
    let fixture: ImportFixture;
    let before: number;
    let report: ImportReport;

    beforeAll(async () => {
      fixture = await ImportFixture.counting('peps');
      before = (await fixture.backend.log.head()).position;
      report = await fixture.import(mapping, file!);
    }, 120_000);
    afterAll(() => fixture?.close());

    it('takes every row', () => {
      expect(report).toMatchObject({ outcome: 'written', totalProblems: 0, notes: [] });
      expect(report.summary).toMatchObject({
        rows: changes.length,
        registered: all.length,
        rejected: 0,
        changed: 0,
      });
    });

    it('counts each status as the file does', async () => {
      expect(await fixture.counts('SOURCE_STATUS')).toEqual(statuses(all));
    });

    it('counts each status on a day as the file does', async () => {
      for (const day of ['2000-07-13', '2007-05-10', '2015-01-01', '2015-07-01', '2020-02-29']) {
        expect({ day, ...(await fixture.counts('SOURCE_STATUS', { effectiveOn: day })) }).toEqual({
          day,
          ...statuses(all, day),
        });
      }
    });

    it('is empty as of just before the import', async () => {
      expect(await fixture.counts('STATE', { position: before })).toEqual({});
    });

    it('answers as of the middle of the import with the rows so far', async () => {
      const events = await fixture.events();
      // Each row but the silent one has an event; its first says how many rows came before.
      const rows = [
        ...new Set(
          events
            .flatMap(({ data }) => (data['source'] ? [data['source'] as { row: string }] : []))
            .map(({ row }) => row),
        ),
      ];
      const counted = new Map<string, number>();
      const identities = changes.map(({ item_id: id }) => {
        counted.set(id, (counted.get(id) ?? 0) + 1);
        return `${id}#${counted.get(id)}`;
      });
      const silent = identities.filter((identity) => !rows.includes(identity));
      expect(silent).toHaveLength(report.summary.skipped);
      expect(rows).toEqual(identities.filter((identity) => !silent.includes(identity)));
      for (const soFar of [1, 500, 1_600, 2_500]) {
        const last = identities.slice(0, soFar).findLast((identity) => !silent.includes(identity));
        const position = events.findLast(
          ({ data }) => (data['source'] as { row?: string } | undefined)?.row === last,
        )!.position;
        expect(await fixture.counts('SOURCE_STATUS', { position })).toEqual(
          statuses(proposals(changes.slice(0, soFar))),
        );
      }
    });

    it('flags what was irregular, and counts it', async () => {
      const events = await fixture.events();
      const flagged = tally(
        events.flatMap(({ data }) => (data['irregularities'] as string[] | undefined) ?? []),
      );
      expect(report.summary.irregular).toEqual(flagged);
      expect(flagged).toMatchObject({ DUPLICATE_REFERENCE: 5, UNKNOWN_STATUS: 2 });
      expect(flagged['REVERSED']).toBeGreaterThan(50);
      expect(flagged['OUT_OF_ORDER']).toBeGreaterThan(0);
    });

    it('follows a proposal through its new number, and gives the freed number to the next', async () => {
      const streams = new Map<string, string>();
      for (const { stream, type } of await fixture.events())
        if (type === 'ReformItemRegistered') streams.set(stream, type);
      const item = async (stream: string) =>
        stateOf(timelineOf((await fixture.backend.store.readStream(stream)).map(entryOf)));
      expect(await item('item-peps/pep-3000')).toMatchObject({
        reference: 'PEP-3100',
        aliases: ['PEP-3000'],
        sourceStatus: 'Final',
      });
      expect(await item('item-peps/pep-3000~2')).toMatchObject({
        reference: 'PEP-3000',
        aliases: [],
        sourceStatus: 'Final',
      });
      expect([...streams.keys()].filter((stream) => stream.includes('~'))).toHaveLength(5);
    });

    it('keeps names in the vault and out of every event', async () => {
      const events = await fixture.events();
      const ids = new Set(events.flatMap(({ data }) => peopleIn(data)));
      const names = [...(await fixture.vault.namesOf([...ids])).values()];
      expect(names.length).toBeGreaterThan(200);
      expect(names).not.toContain(null);
      // What a title says is the source's own text; the rest of an event holds no name.
      for (const { data, actor } of events) {
        const rest = JSON.stringify({ ...data, title: undefined, attributes: undefined, actor });
        expect(names.filter((name) => name!.length > 5 && rest.includes(name!))).toEqual([]);
      }
    });

    it('adds nothing when it is imported again', async () => {
      const head = await fixture.backend.log.head();
      const again = await fixture.import(mapping, file!);
      expect(again.summary).toMatchObject({ events: 0, registered: 0, changed: 0, irregular: {} });
      expect(again.summary.unchanged).toBe(changes.length - report.summary.skipped);
      expect(await fixture.backend.log.head()).toEqual(head);
    });
  },
);
