import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
  print,
  visit,
} from 'graphql';
import { rootFields } from '../platform/graphql/operation.js';

/** What is executed for each message of a subscription, without where its follower began. */
export interface BodyDocument {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Equal for those whose messages are worded alike, whoever they are and wherever they began. */
  readonly key: string;
}

/** Arguments that say where a follower begins, and nothing of what it is sent. */
const startArguments = new Set(['after', 'logId', 'epoch']);

/** @param variables as their types have them, defaults filled in */
export function bodyDocument(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): BodyDocument {
  const body = withoutStart(document);
  const { printed, names } = body;
  const used = Object.fromEntries(
    names.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
  );
  return { document: body.document, variables: used, key: `${printed}\n${stable(used)}` };
}

interface Stripped {
  readonly document: DocumentNode;
  readonly printed: string;
  /** Of the variables left, in order. */
  readonly names: readonly string[];
}

/** By the document as parsed: the server keeps those it is sent often. */
const known = new WeakMap<DocumentNode, Stripped>();

function withoutStart(document: DocumentNode): Stripped {
  const found = known.get(document);
  if (found) return found;
  const roots = new Set(rootFields(document));
  const without = visit(document, {
    Field: (node) =>
      roots.has(node)
        ? { ...node, arguments: (node.arguments ?? []).filter(({ name }) => !startArguments.has(name.value)) }
        : undefined,
  });
  const used = new Set<string>();
  visit(without, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  const isUsed = ({ variable }: VariableDefinitionNode): boolean => used.has(variable.name.value);
  const stripped: DocumentNode = {
    ...without,
    definitions: without.definitions.map((node) =>
      node.kind === Kind.OPERATION_DEFINITION ? onlyUsed(node, isUsed) : node,
    ),
  };
  const result = { document: stripped, printed: print(stripped), names: [...used].sort() };
  known.set(document, result);
  return result;
}

function onlyUsed(
  node: OperationDefinitionNode,
  isUsed: (definition: VariableDefinitionNode) => boolean,
): OperationDefinitionNode {
  return { ...node, variableDefinitions: (node.variableDefinitions ?? []).filter(isUsed) };
}

/** JSON with the fields of every object in one order. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
