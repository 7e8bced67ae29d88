import { type FieldPath, type Mapping } from './language.js';
import { fieldName } from '../source/source-row.js';
import { fieldsMade, fieldsUnnested } from '../source/unnested-rows.js';
import { fieldsOf } from './expression.js';
import { mappingSchema } from './schema-problems.js';

/** A field the mapping reads, and as what. */
export interface FieldRead {
  readonly path: FieldPath;
  /** Names of people are read from it. */
  readonly names: boolean;
  /** Something else than names is read from it: its value is part of what a row says. */
  readonly says: boolean;
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: { readonly [key: string]: Schema | true };
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly if?: { readonly type?: string };
  readonly then?: Schema;
  readonly else?: Schema;
}

/** Every field a mapping reads, by name: found by what the published schema says each value of a mapping is. */
export function fieldsRead(mapping: Mapping): Map<string, FieldRead> {
  const schema = mappingSchema() as Schema & { readonly $defs: { readonly [name: string]: Schema } };
  const fields = new Map<string, FieldRead>();
  const add = (path: FieldPath, as: { readonly names?: true; readonly says?: true }): void => {
    const name = fieldName(path);
    const { names = false, says = false } = { ...fields.get(name), ...as };
    fields.set(name, { path, names, says });
  };
  const says = (path: FieldPath): void => add(path, { says: true });
  const walk = (at: Schema | boolean | undefined, value: unknown): void => {
    if (value === undefined || typeof at !== 'object') return;
    const name = at.$ref?.slice('#/$defs/'.length);
    if (name === 'people') return add(listed(value), { names: true });
    if (name === 'references') return says(listed(value));
    if (name === 'list') return isConstant(value) ? undefined : says(listed(value));
    if (name !== undefined && expressions.has(name)) return fieldsOf(value as FieldPath).forEach(says);
    if (name !== undefined) return walk(schema.$defs[name], value);
    if (at.if?.type !== undefined) walk(typeOf(value) === at.if.type ? at.then : at.else, value);
    if (Array.isArray(value)) return value.forEach((entry) => walk(at.items, entry));
    if (typeof value !== 'object' || value === null) return;
    for (const [key, entry] of Object.entries(value)) {
      const known = at.properties?.[key];
      walk(known === undefined ? at.additionalProperties : known, entry);
    }
  };
  // What they are ordered by and taken apart by is no part of what rows say.
  const { order, unnest = [], format, ...rest } = mapping;
  walk(schema, rest);
  const arranging = [
    ...(typeof order === 'object' ? fieldsOf(order) : []),
    ...fieldsUnnested(unnest),
    ...(format.kind === 'csv' ? (format.fillDown ?? []) : []),
  ];
  for (const path of arranging) add(path, {});
  return fields;
}

/** The fields a mapping reads that its file must have: all but those it makes itself. */
export function fieldsWanted(
  { unnest = [], format }: Mapping,
  fields: ReadonlyMap<string, FieldRead>,
): string[] {
  const made = new Set(fieldsMade(unnest));
  if (format.kind === 'csv' && format.headings !== undefined) made.add(format.headings);
  return [...fields.keys()].filter((name) => !made.has(name));
}

/** Definitions of the schema whose values say which fields they read. */
const expressions: ReadonlySet<string> = new Set(['expression', 'expressionObject', 'condition', 'date']);

function isConstant(source: unknown): boolean {
  return typeof source === 'object' && source !== null && 'text' in source;
}

function listed(source: unknown): FieldPath {
  return typeof source === 'object' && source !== null && 'field' in source
    ? (source.field as FieldPath)
    : (source as FieldPath);
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value;
}
