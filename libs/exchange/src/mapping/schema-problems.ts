import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { MappingProblem } from './mapping-error.js';
import type { YamlDocument } from './yaml-document.js';

/** The published schema of mapping files. */
export const mappingSchemaUrl = new URL('../../mapping.schema.json', import.meta.url);

let schema: object | undefined;
let validate: ValidateFunction | undefined;

/** The published schema, read once. */
export function mappingSchema(): object {
  schema ??= JSON.parse(readFileSync(mappingSchemaUrl, 'utf8')) as object;
  return schema;
}

/** Everything in the document that the published schema does not take, in the order of the file. */
export function schemaProblems(document: YamlDocument): MappingProblem[] {
  validate ??= new Ajv2020({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    verbose: true,
  }).compile(mappingSchema());
  if (validate(document.value)) return [];
  const problems = (validate.errors ?? []).flatMap((error) => describe(document, error));
  const unique = new Map(
    problems.map((problem) => [`${problem.line}:${problem.column}:${problem.message}`, problem]),
  );
  return [...unique.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** One problem in words; none for the errors that only sum up others. */
function describe(document: YamlDocument, error: ErrorObject): MappingProblem[] {
  const { keyword, instancePath, schemaPath, params } = error as ErrorObject<string, Record<string, unknown>>;
  // The branches of a oneOf and the arms of an if are reported by the oneOf, or by what is wrong within the arm.
  if (keyword === 'if' || keyword === 'propertyNames' || /\/(oneOf|anyOf)\/\d+\//.test(schemaPath)) return [];
  const path = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const at = (message: string, key?: string) => [document.problemAt(path, message, key)];
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      return at(`"${key}" is not known here; known are: ${known.join(', ')}`, key);
    }
    case 'required':
      return at(`"${String(params['missingProperty'])}" is missing`);
    case 'dependentRequired':
    case 'dependencies':
      return at(
        `"${String(params['property'])}" goes with "${String(params['missingProperty'])}", which is missing`,
      );
    case 'enum':
      return at(`must be one of: ${(params['allowedValues'] as unknown[]).map(String).join(', ')}`);
    case 'const':
      return at(`must be ${JSON.stringify(params['allowedValue'])}`);
    case 'oneOf': {
      const choices = (error.schema as { required?: string[] }[]).map((branch) => branch.required?.[0]);
      const none = params['passingSchemas'] === null;
      return at(`${none ? 'needs one of' : 'takes only one of'}: ${choices.join(', ')}`);
    }
    case 'minProperties':
      return at('names no action: write one, such as register: or state:');
    case 'maxProperties':
      return at(
        `has more than ${String(params['limit'])} ${params['limit'] === 1 ? 'entry: write each as an item of its own' : 'entries'}`,
      );
    case 'not':
      return at('takes "status" or "state", not both');
    case 'pattern':
      return at(`"${String(error.data)}" is not a language tag such as en, ar, ckb`, String(error.data));
    case 'type':
      return at(`must be ${article(String(params['type']))}${hint(error.data)}`);
    default:
      return at(error.message ?? 'is not as the schema has it');
  }
}

function article(type: string): string {
  const names: Record<string, string> = {
    object: 'a map',
    array: 'a list',
    string: 'a text',
    boolean: 'true or false',
    integer: 'a whole number',
  };
  return names[type] ?? type;
}

/** YAML reads `1` and `true` as what they look like. */
function hint(data: unknown): string {
  return typeof data === 'number' || typeof data === 'boolean' ? `: write "${data}" in quotes` : '';
}
