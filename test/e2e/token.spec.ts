import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTokenKey, verifyToken } from '@masar/access';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { masar } from '../support/child.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'masar-token-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('masar token', () => {
  it('prints a token for the key of the data folder, and says where there was none', async () => {
    const env = { MASAR_DATA: folder };
    const first = await masar(['token', '--role', 'analyst'], env);
    expect(first).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`no service has used ${folder}`),
    });
    const second = await masar(['token', '--role', 'analyst'], env);
    expect(second).toMatchObject({ code: 0, stderr: '' });
    const key = await loadTokenKey(folder);
    for (const { stdout } of [first, second]) {
      const { grants } = await verifyToken(key, stdout.trim(), new Date());
      expect(grants.roles).toEqual({ '*': ['analyst'] });
    }
  });
});
