import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ImportReport, linesToAdd, suggestMapping } from '@masar/exchange';
import { ImportFixture } from './support/import-fixture.js';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const page = readFileSync(`${docs}importing.md`, 'utf8');
const guide = `${docs}import/guide/`;
const tracker = `${guide}tracker.csv`;
const draft = `${guide}draft.yaml`;
const mapping = `${guide}mapping.yaml`;

function summaryLine({ outcome, summary }: ImportReport): string {
  const { rows, registered, events, unchanged, changed, rejected, skipped } = summary;
  return (
    `${outcome}: ${rows} rows, ${registered} items registered, ${events} events, ${unchanged} unchanged, ` +
    `${changed} changed, ${rejected} rejected, ${skipped} skipped`
  );
}

describe('docs/importing.md', () => {
  let fixture: ImportFixture;
  beforeAll(async () => {
    fixture = await ImportFixture.counting('sample');
  }, 60_000);
  afterAll(() => fixture?.close());

  it('shows the draft as it is made', async () => {
    expect(page).toContain(readFileSync(tracker, 'utf8').split('\n').slice(0, 6).join('\n'));
    const suggested = await suggestMapping(tracker);
    expect(suggested.mapping).toBe(readFileSync(draft, 'utf8'));
    for (const line of suggested.undecided) expect(page).toContain(`to decide: ${line}`);
    const [reference] = suggested.columns;
    expect(page).toContain(`  ${reference!.name.padEnd(14)}  ${reference!.as}: ${reference!.why}`);
  });

  it('tells what a dry run says of it, and the one line that is filled in', async () => {
    const report = await fixture.import(draft, tracker, { dryRun: true });
    expect(page).toContain(summaryLine(report));
    const [told] = linesToAdd(readFileSync(draft, 'utf8'), report.unmapped);
    expect(page).toContain(
      `unmapped: the mapping has nothing for these; to add under ${told!.under}, behind line ${told!.behind}:\n${told!.lines.join('\n')}`,
    );
    const flagged = Object.entries(report.summary.irregular).map(([code, count]) => `  ${code}: ${count}`);
    expect(page).toContain(`irregular:\n${flagged.join('\n')}\n`);
    const [before, after] = [draft, mapping].map((file) => readFileSync(file, 'utf8').split('\n'));
    const changed = after!.filter((line, index) => line !== before![index]);
    expect(changed).toHaveLength(1);
    expect(page).toContain(changed[0]!.trim());
    const bad = await fixture.file(
      'tracker.csv',
      readFileSync(tracker, 'utf8').replace('28/02/2017', '31/02/2017'),
    );
    const [problem] = (await fixture.import(mapping, bad, { dryRun: true })).problems;
    expect(page).toContain(
      `tracker.csv:${problem!.line}:${problem!.column}: ${problem!.field}: ${problem!.message}`,
    );
  });

  it('imports as it says, again too, and reports a row that changed', async () => {
    expect(page).toContain(summaryLine(await fixture.import(mapping, tracker)));
    const events = (await fixture.events()).filter(({ stream }) => stream === 'item-sample/sample-01');
    for (const { type, effective } of events)
      expect(page).toMatch(new RegExp(`${effective!.replaceAll('.', '\\.')} +${type} `));
    expect(await fixture.counts('STATE')).toEqual({
      Adopted: 1,
      Deferred: 1,
      Implemented: 1,
      InImplementation: 1,
      ClosedNotImplemented: 1,
      NoLongerApplicable: 1,
    });
    expect(page).toContain(summaryLine(await fixture.import(mapping, tracker)));
    const changed = await fixture.file(
      'tracker.csv',
      readFileSync(tracker, 'utf8').replace('In progress', 'Closed - implemented'),
    );
    const report = await fixture.import(mapping, changed);
    expect(report.summary).toMatchObject({ events: 0, changed: 1, unchanged: 5 });
    const [row] = report.changed;
    expect(page).toContain(
      `tracker.csv:${row!.line}: ${row!.message} (changed since it was imported; nothing written)`,
    );
  });
});
