import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { ImportFixture } from './support/import-fixture.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const child = fileURLToPath(new URL('./support/import-child.ts', import.meta.url));

const mapping = `masar: 1
source: a long register
format: { kind: csv }
reference: number
effective: day
statuses: { from: status, states: { open: Proposed, taken up: UnderReview, agreed: Adopted } }
duplicates: flag
rows:
  - when: { field: kind, is: new }
    do: [{ register: { title: { en: number }, people: { author: by } } }]
  - when: { field: kind, is: renamed }
    do: [{ renumber: { reference: status, to: number } }]
  - do: [{ state: {} }]
`;

/** Items that are registered, moved and renamed, so that a kill may fall between any two events of a row. */
function register(items: number): string {
  const rows = ['number,kind,status,day,by'];
  for (let item = 1; item <= items; item += 1) {
    rows.push(
      `N-${item},new,open,2017-02-07,Sample Person ${item % 50}`,
      `N-${item},move,taken up,2017-03-01,`,
    );
    rows.push(`R-${item},renamed,N-${item},2017-03-02,`, `R-${item},move,agreed,2017-04-01,`);
  }
  return `${rows.join('\n')}\n`;
}

describe('an import killed in the middle', () => {
  it('is finished by importing again, and is then as if it had gone on', async () => {
    const killed = await ImportFixture.open();
    const whole = await ImportFixture.open();
    try {
      const map = await killed.file('map.yaml', mapping);
      const file = await killed.file('register.csv', register(400));
      const importing = spawn(
        process.execPath,
        ['--import', `${root}test/support/ts-loader.mjs`, child, map, file, killed.programme],
        { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...killed.store.environment } },
      );
      const ended = new Promise<NodeJS.Signals | number | null>((resolve) => {
        importing.once('exit', (code, signal) => resolve(signal ?? code));
      });
      const deadline = Date.now() + 60_000;
      let reached = 0;
      while (reached < 300 && importing.exitCode === null && Date.now() < deadline) {
        reached = (await killed.backend.log.head()).position;
        await delay(2);
      }
      importing.kill('SIGKILL');
      expect(await ended).toBe('SIGKILL');
      const before = await killed.events();
      expect(before.length).toBeGreaterThanOrEqual(300);
      expect(before.length).toBeLessThan(2_001);

      const finished = await killed.import(map, file);
      const reference = await whole.import(map, file);
      expect(reference.summary).toMatchObject({ events: 2_000, registered: 400 });
      expect(finished.summary.events).toBe(2_001 - before.length);
      const content = async (fixture: ImportFixture) => {
        const events = await fixture.events();
        const names = await fixture.vault.namesOf(
          events.flatMap(({ data }) => ((data['people'] ?? {}) as { author?: string[] }).author ?? []),
        );
        return events.map(({ position, stream, revision, id, type, effective, data }) => {
          const { people, ...rest } = data as { people?: { author: string[] } };
          return {
            position,
            stream,
            revision,
            id,
            type,
            effective,
            rest,
            author: people && names.get(people.author[0]!),
          };
        });
      };
      expect(await content(killed)).toEqual(await content(whole));
      expect((await killed.import(map, file)).summary).toMatchObject({ events: 0, unchanged: 1_600 });
    } finally {
      await killed.close();
      await whole.close();
    }
  }, 300_000);
});
