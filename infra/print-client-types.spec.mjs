import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { clientTypes, printClientTypes } from './print-client-types.mjs';

const read = (path) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

it('the client is typed by the schema as it is: `npm run client:types` prints it anew', async () => {
  expect(printClientTypes(await read('schema.graphql'))).toBe(await read(clientTypes));
});
