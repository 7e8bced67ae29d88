import { resolve } from 'node:path';
import {
  DEFAULT_CONFIG,
  EnumType,
  SchemaGenerator,
  createFormatter,
  createParser,
  createProgram,
} from 'ts-json-schema-generator';
import ts from 'typescript';

const domain = resolve(import.meta.dirname, '../../libs/domain');

/** The folder of the published schemas, one file a type and version. */
export const schemaFolder = resolve(domain, 'schemas');

/** The file name of a schema. */
export function schemaFile(type, version) {
  return `${type}.v${version}.json`;
}

/**
 * The JSON Schema (draft-07) of the data of every event type, as `MasarEvent` in the domain has it today.
 *
 * Objects are open: a field may be added in the same version, so a reader has to take what it does not know.
 *
 * @param catalogue the event catalogue, for versions and summaries
 * @returns schemas by type, in the order of the catalogue
 */
export function eventSchemas(catalogue) {
  const generator = schemaGenerator();
  const { definitions, ...whole } = integers(generator.createSchema('MasarEvent'));
  const { properties: mark } = generator.createSchema('CommandMark');
  const shapes = new Map(
    members(whole, definitions).flatMap(({ properties: { type, data } }) =>
      [type.const ?? type.enum].flat().map((name) => [name, data]),
    ),
  );
  return new Map(
    Object.entries(catalogue).map(([type, { schemaVersion, summary }]) => {
      const shape = inlined(shapes.get(type) ?? {}, definitions);
      if (shape.type !== 'object') throw new Error(`${type} is in the catalogue and not in MasarEvent`);
      const used = reachable(shape, definitions);
      return [
        type,
        {
          $schema: 'http://json-schema.org/draft-07/schema#',
          $id: `urn:masar:event:${type}:${schemaVersion}`,
          title: `${type}, version ${schemaVersion}`,
          description: summary,
          ...withoutDescription(shape),
          properties: { ...shape.properties, ...mark },
          ...(used.length > 0 && {
            definitions: Object.fromEntries(used.map((name) => [name, definitions[name]])),
          }),
        },
      ];
    }),
  );
}

function schemaGenerator() {
  const config = {
    ...DEFAULT_CONFIG,
    path: resolve(domain, 'src/catalogue.ts'),
    tsconfig: resolve(domain, 'tsconfig.json'),
    // Exported types become definitions; the rest is written out where it is used.
    expose: 'export',
    topRef: false,
    jsDoc: 'extended',
    sortProps: false,
    additionalProperties: true,
    // The build does that.
    skipTypeCheck: true,
  };
  const program = createProgram(config);
  const checker = program.getTypeChecker();
  /** `keyof typeof something`, whose names the generator would look for in the text; the compiler knows them. */
  const keysOfAValue = {
    supportsNode: (node) =>
      ts.isTypeOperatorNode(node) &&
      node.operator === ts.SyntaxKind.KeyOfKeyword &&
      ts.isTypeQueryNode(node.type),
    createType: (node) => {
      const keys = checker.getTypeFromTypeNode(node);
      return new EnumType(
        node.type.exprName.getText(),
        (keys.isUnion() ? keys.types : [keys]).map(({ value }) => value).sort(byName),
      );
    },
  };
  const parser = createParser(program, config, (chain) => chain.addNodeParser(keysOfAValue));
  return new SchemaGenerator(program, parser, createFormatter(config), config);
}

/** Numbers are integers: the storage format keeps decimals as text. */
function integers(schema) {
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    key === 'type' && value === 'number' ? 'integer' : value,
  );
}

/** The event types of a union, through the names of its parts. */
function members(schema, definitions) {
  const inner = inlined(schema, definitions);
  return inner.anyOf ? inner.anyOf.flatMap((member) => members(member, definitions)) : [inner];
}

function inlined(schema, definitions) {
  return schema.$ref ? inlined(definitions[nameOf(schema.$ref)], definitions) : schema;
}

/** The name of a definition. Names of generic types come escaped. */
export function nameOf(ref) {
  return decodeURIComponent(ref.slice('#/definitions/'.length));
}

function withoutDescription({ description: _ofTheType, ...shape }) {
  return shape;
}

/** The names of the definitions a schema needs, sorted. */
function reachable(schema, definitions) {
  const found = new Set();
  const visit = (part) => {
    if (typeof part !== 'object' || part === null) return;
    if (typeof part.$ref === 'string' && !found.has(nameOf(part.$ref))) {
      found.add(nameOf(part.$ref));
      visit(definitions[nameOf(part.$ref)]);
    }
    Object.values(part).forEach(visit);
  };
  visit(schema);
  return [...found].sort(byName);
}

/** As it is committed. */
export function printedSchema(schema) {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Alphabetical, the same on every machine. */
export function byName(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
