import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { POLICY, ROLES, allows } from '@masar/access';
import * as domain from '@masar/domain';
import { OperationTypeNode } from 'graphql';
import prettier from 'prettier';
import { requirementOf } from '../../apps/api/src/platform/auth/requires.ts';
import { wholeSchema } from '../../apps/api/src/print-schema.ts';
import { exampleEvents } from '../../libs/domain/src/testing/example-events.ts';
import { eventCauses } from './event-causes.mjs';
import { byName, eventSchemas, printedSchema, schemaFile, schemaFolder } from './event-schemas.mjs';
import { eventsPage } from './events-page.mjs';
import { lifecyclePage } from './lifecycle-page.mjs';
import { rolesPage } from './roles-page.mjs';
import { breaksBetween } from './schema-compatibility.mjs';

const { categories, eventCatalogue } = domain;
const root = resolve(import.meta.dirname, '../..');

/**
 * Everything that is written from the code: the pages, the schemas of today's versions, and what keeps them from being
 * written.
 *
 * @returns files by path from the root, as text; breaks by event type
 */
export async function catalogue() {
  const schemas = eventSchemas(eventCatalogue);
  const api = await wholeSchema();
  const mutations = requirements(api.getMutationType(), OperationTypeNode.MUTATION);
  const queries = requirements(api.getQueryType(), OperationTypeNode.QUERY);
  const causes = eventCauses(root, Object.keys(eventCatalogue));
  const rolesOf = (field) =>
    ROLES.filter((role) => allows([role], (mutations.get(field) ?? queries.get(field)).permission));
  const pages = {
    'docs/events.md': eventsPage({
      catalogue: eventCatalogue,
      categories,
      schemas,
      examples: exampleEvents,
      causes,
      rolesOf,
    }),
    'docs/lifecycle.md': lifecyclePage({ domain, examples: exampleEvents, causes }),
    'docs/roles.md': rolesPage({
      roles: ROLES,
      policy: POLICY,
      mutations,
      queries,
      allows,
    }),
  };
  const files = new Map();
  for (const [path, text] of Object.entries(pages)) files.set(path, await formatted(path, text));
  const breaks = new Map();
  for (const [type, schema] of schemas) {
    const path = join(schemaFolder, schemaFile(type, eventCatalogue[type].schemaVersion));
    files.set(path.slice(root.length + 1), await formatted(path, printedSchema(schema)));
    const committed = await readCommitted(path);
    const found = committed ? breaksBetween(committed, schema) : [];
    if (found.length > 0) breaks.set(type, found);
  }
  return { files, breaks, causes, schemas };
}

/** What to do about a stored shape that changed. */
export function adviceOn(type, breaks) {
  const { schemaVersion } = eventCatalogue[type];
  return [
    `${type}: events stored in version ${schemaVersion} would not be read any more:`,
    ...breaks.map((line) => `  ${line}`),
    `raise schemaVersion of ${type} to ${schemaVersion + 1} in libs/domain/src/catalogue.ts, append an upcaster from version ` +
      `${schemaVersion}, and run npm run catalogue (CONTRIBUTING.md, "A field of an event, or another shape")`,
  ].join('\n');
}

/** The schemas committed, by file name. */
export async function committedSchemas() {
  const names = (await readdir(schemaFolder).catch(() => [])).sort(byName);
  const read = names.map(async (name) => [name, await readCommitted(join(schemaFolder, name))]);
  return new Map(await Promise.all(read));
}

async function readCommitted(path) {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : JSON.parse(text);
}

function requirements(type, operation) {
  return new Map(
    Object.values(type.getFields())
      .map((field) => [field.name, requirementOf(operation, field)])
      .sort(([a], [b]) => byName(a, b)),
  );
}

async function formatted(path, text) {
  const options = await prettier.resolveConfig(join(root, 'package.json'));
  return prettier.format(text, { ...options, filepath: path });
}
