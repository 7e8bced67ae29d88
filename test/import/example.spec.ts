import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mappingSchemaUrl } from '@masar/exchange';
import { ImportFixture } from './support/import-fixture.js';

const docs = fileURLToPath(new URL('../../docs/import/', import.meta.url));
const guide = readFileSync(`${docs}README.md`, 'utf8');
const mapping = `${docs}example/mapping.yaml`;
const register = `${docs}example/register.csv`;

/** Every `properties` key and `enum` word of a part of the schema. */
function words(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(words);
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => [
    ...(key === 'properties' ? Object.keys(value as object) : []),
    ...(key === 'enum' ? (value as string[]) : []),
    ...words(value),
  ]);
}

describe('the guide to imports', () => {
  let fixture: ImportFixture;
  beforeAll(async () => {
    fixture = await ImportFixture.counting('sample');
  }, 60_000);
  afterAll(() => fixture?.close());

  it('has an example that works as it says', async () => {
    const checked = await fixture.import(mapping, register, { dryRun: true });
    expect(checked).toMatchObject({ outcome: 'checked', totalProblems: 0, notes: [] });
    const { summary } = await fixture.import(mapping, register);
    expect(guide).toContain(
      `${summary.rows} rows, ${summary.registered} items registered, ${summary.events} events, ${summary.unchanged} unchanged, ` +
        `${summary.changed} changed, ${summary.rejected} rejected, ${summary.skipped} skipped`,
    );
    for (const [code, count] of Object.entries(summary.irregular))
      expect(guide).toContain(`  ${code}: ${count}`);
    expect(await fixture.counts('STATE')).toEqual({ Implemented: 1, Withdrawn: 1, Deferred: 1 });
    expect(await fixture.counts({ attribute: 'unit' })).toEqual({ Operations: 1, Training: 1, Personnel: 1 });
    expect((await fixture.import(mapping, register)).summary).toMatchObject({
      events: 0,
      unchanged: 11,
      skipped: 1,
    });
  });

  it('shows the example as it is', () => {
    expect(guide).toContain(readFileSync(mapping, 'utf8'));
    expect(guide).toContain(readFileSync(register, 'utf8').split('\n').slice(0, 5).join('\n'));
  });

  it('says what every word of the language means', () => {
    const schema: unknown = JSON.parse(readFileSync(mappingSchemaUrl, 'utf8'));
    expect([...new Set(words(schema))].filter((word) => !new RegExp(`\\b${word}\\b`).test(guide))).toEqual(
      [],
    );
  });
});
