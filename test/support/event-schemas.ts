import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventCatalogue } from '@masar/domain';
import { Ajv, type ValidateFunction } from 'ajv';
import type { TestStore } from './stores.js';

/** The published schemas of events, one file a type and version. */
const folder = join(import.meta.dirname, '../../libs/domain/schemas');

export interface StoredShape {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: object;
}

/** A published schema: as far as anybody but a validator looks into one. */
interface Schema {
  readonly [keyword: string]: unknown;
}

/** What takes time is compiling: a log holds some of the types there are, and a validator sees few events. */
const ajv = new Ajv({ allErrors: true, code: { optimize: false } });
const compiled = new Map<string, ValidateFunction>();

/**
 * What is wrong with the data of an event that Masar wrote, by the published schema of its type and version. The schemas
 * are open for readers, which have to take fields of later releases; what is written has no field they do not name.
 *
 * @returns one line a fault; one that says so where there is no such schema
 */
export function faultsOf({ type, schemaVersion, data }: StoredShape): string[] {
  const validate = validatorOf(`${type}.v${schemaVersion}.json`);
  if (!validate) return [`${type}: there is no schema of version ${schemaVersion}: run npm run catalogue`];
  if (validate(data)) return [];
  return (validate.errors ?? [])
    .filter(({ keyword }) => keyword !== 'const')
    .map(
      ({ instancePath, message, params }) =>
        `${type} version ${schemaVersion}: data${instancePath} ${message} ${JSON.stringify(params)}`,
    );
}

/**
 * Holds every event of a log against its published schema. Types of a Masar to come, which a test made up, are left out.
 *
 * @throws with a line for each event that its schema does not describe
 */
export async function allAsPublished(store: TestStore): Promise<void> {
  const backend = await store.open();
  try {
    const events = await backend.log.readAll(0, 1_000_000);
    const faults = events
      .filter(({ type }) => Object.hasOwn(eventCatalogue, type))
      .flatMap((event) => faultsOf(event));
    if (faults.length === 0) return;
    const lines = [...new Set(faults)].slice(0, 20);
    throw new Error(
      ['stored, and not as published (after a change of shape: npm run catalogue):', ...lines].join('\n'),
    );
  } finally {
    await backend.close();
  }
}

function validatorOf(name: string): ValidateFunction | undefined {
  if (!compiled.has(name) && existsSync(join(folder, name)))
    compiled.set(name, ajv.compile(closed(schemaIn(name))));
  return compiled.get(name);
}

function schemaIn(name: string): Schema {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Schema;
}

/** The same schema for who knows every field there is. */
export function closed(schema: Schema): Schema {
  const inner = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      keyword === 'properties' || keyword === 'definitions' ? closedEach(value as Schema) : closedPart(value),
    ]),
  );
  return schema['type'] === 'object' && schema['additionalProperties'] === undefined
    ? { ...inner, additionalProperties: false }
    : inner;
}

/** Schemas by name: a field may be called `type` or `properties`. */
function closedEach(schemas: Schema): Schema {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, closedPart(schema)]));
}

function closedPart(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closedPart);
  return typeof part === 'object' && part !== null ? closed(part as Schema) : part;
}
