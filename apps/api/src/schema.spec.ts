import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, findBreakingChanges } from 'graphql';
import { schemaText } from './platform/graphql/schema-text.js';
import { wholeSchema } from './print-schema.js';

const committed = join(import.meta.dirname, '../../../schema.graphql');

describe('schema.graphql', () => {
  it('is what the code has: after a change, run `npm run schema` and commit it', async () => {
    const [schema, file] = await Promise.all([wholeSchema(), readFile(committed, 'utf8')]);
    const printed = schemaText(schema);
    expect(findBreakingChanges(buildSchema(file), buildSchema(printed))).toEqual([]);
    expect(printed).toBe(file);
  }, 60_000);
});
