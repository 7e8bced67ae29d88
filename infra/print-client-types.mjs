/**
 * Writes the types of libs/client from schema.graphql: what its `graphql` function reads a document's result and
 * variables from. `npm run client:types`, and part of `npm run schema`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { minifyIntrospection, preprocessIntrospection } from '@gql.tada/internal';
import { buildSchema, introspectionFromSchema } from 'graphql';

const root = new URL('../', import.meta.url);

/** Where they go, from the top of the repository. */
export const clientTypes = 'libs/client/src/introspection.ts';

/**
 * The file's text for a schema. Descriptions are left out: they are in schema.graphql.
 *
 * @param {string} sdl
 */
export function printClientTypes(sdl) {
  const schema = minifyIntrospection(introspectionFromSchema(buildSchema(sdl), { descriptions: false }));
  return [
    '/* Printed from schema.graphql by `npm run client:types`: not edited by hand. */',
    '',
    '/** The schema as types, for `graphql` and for an `initGraphQLTada` of your own. */',
    `export type introspection = ${preprocessIntrospection(schema)};`,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sdl = await readFile(new URL('schema.graphql', root), 'utf8');
  await writeFile(new URL(clientTypes, root), printClientTypes(sdl));
}
