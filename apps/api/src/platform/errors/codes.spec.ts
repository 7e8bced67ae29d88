import { readFile } from 'node:fs/promises';

import { describe, expect, it } from '@jest/globals';

import { ERROR_STATUS } from './codes.js';

describe('the error codes', () => {
  it('are all in the documentation, with their status', async () => {
    const page = await readFile(new URL('../../../../../docs/HTTP.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([A-Z_]+)`\s*\| (\d{3})\s*\|/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(Object.fromEntries(rows)).toEqual(ERROR_STATUS);
  });
});
