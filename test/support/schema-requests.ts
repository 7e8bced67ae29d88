import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql';

/** The schema of the service, as it is committed. */
export function committedSchema(): GraphQLSchema {
  return buildSchema(readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8'));
}

/** A document with its variables, ready to be sent. */
export interface SchemaRequest {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** Values by name of an argument or input field: of these what is asked with, whatever the schema calls required. */
export type Values = Readonly<Record<string, unknown>>;

/**
 * A request for a root field with the least it needs: what the schema requires, and of what it does not, whatever `values`
 * has a value for.
 *
 * @param depth how many levels of fields below it are asked for; every leaf on the way is
 */
export function requestFor(
  operation: 'query' | 'mutation',
  field: GraphQLField<unknown, unknown>,
  values: Values,
  depth: number,
): SchemaRequest {
  const asked = field.args.filter((argument) => isRequiredArgument(argument) || argument.name in values);
  const variables = Object.fromEntries(
    asked.map(({ name, type }) => [name, name in values ? values[name] : valueOf(type, name, values)]),
  );
  const declared = asked.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = asked.map(({ name }) => `${name}: $${name}`).join(', ');
  const call = `${field.name}${passed && `(${passed})`} ${selectionOf(field.type, depth, values)}`;
  return { query: `${operation}${declared && ` (${declared})`} { ${call} }`, variables };
}

/** What a test sends where it has nothing better to say, by type. */
const scalars: Values = {
  String: 'text-of-a-test',
  ID: '3f8a1c52-9d0e-5b7f-8a64-2c1d0e9f7b31',
  Int: 1,
  Float: 1,
  Boolean: true,
  Position: 1,
  EDTF: '2024-03-01',
  Day: '2024-03-01',
  Instant: '2024-03-01T00:00:00Z',
  LangText: { en: 'Text of a test' },
  Json: {},
  Fields: {},
};

function valueOf(type: GraphQLInputType, name: string, values: Values): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType, name, values);
  if (isListType(type)) return [valueOf(type.ofType, name, values)];
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isRequiredInputField(field) || field.name in values,
    );
    return Object.fromEntries(
      fields.map((field) => [
        field.name,
        field.name in values ? values[field.name] : valueOf(field.type, field.name, values),
      ]),
    );
  }
  if (!(type.name in scalars)) throw new Error(`say in scalars what a ${type.name} is, for ${name}`);
  return scalars[type.name];
}

/** Every leaf within so many levels; of objects deeper than that, nothing. */
function selectionOf(type: GraphQLOutputType, depth: number, values: Values): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (isUnionType(named)) {
    const members = named
      .getTypes()
      .map((member) => `... on ${member.name} ${selectionOf(member, depth, values)}`);
    return `{ __typename ${members.join(' ')} }`;
  }
  if (!isObjectType(named)) throw new Error(`${named.name} is no type a test can ask for`);
  const fields = Object.values(named.getFields()).flatMap((field) => {
    if (!isLeafType(getNamedType(field.type)) && depth === 0) return [];
    const needs = field.args.filter(isRequiredArgument);
    const passed = needs.map(
      (argument) => `${argument.name}: ${literal(argument.type, argument.name, values)}`,
    );
    const few = field.args.some((argument) => argument.name === 'first') ? ['first: 3'] : [];
    const given = [...few, ...passed].join(', ');
    return [`${field.name}${given && `(${given})`} ${selectionOf(field.type, depth - 1, values)}`];
  });
  return `{ __typename ${fields.join(' ')} }`;
}

function literal(type: GraphQLInputType, name: string, values: Values): string {
  const value = name in values ? values[name] : valueOf(type, name, values);
  return isEnumType(getNamedType(type)) ? String(value) : JSON.stringify(value);
}
