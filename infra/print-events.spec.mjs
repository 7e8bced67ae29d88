import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { eventCatalogue } from '@masar/domain';
import { eventsPage } from './print-events.mjs';

it('the page of events says what the catalogue says', async () => {
  const page = eventsPage(eventCatalogue);
  expect(await readFile(new URL('../docs/EVENTS.md', import.meta.url), 'utf8')).toBe(page);
  for (const type of Object.keys(eventCatalogue)) expect(page).toContain(`- \`${type}\`, version `);
});
