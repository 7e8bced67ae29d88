import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type VariableDefinitionNode,
  parse,
  print,
} from '@0no-co/graphql.web';
import type { DocumentDecoration } from 'gql.tada';

/**
 * A GraphQL document that knows the types of its result and variables: what `graphql` returns, and what GraphQL Code
 * Generator does (`TypedDocumentNode`).
 */
export type MasarDocument<Result, Variables> = { readonly kind: string } & DocumentDecoration<
  Result,
  Variables
>;

/** What is sent for a document. */
export interface Sendable {
  readonly query: string;
  readonly operationName?: string;
}

/** A subscription as it is sent, and the response key its messages come under. */
export interface FollowText extends Sendable {
  readonly field: string;
}

/** A mutation as it is sent, and the variable its command comes in. */
export interface CommandText extends Sendable {
  readonly input: string;
}

/** Whatever the types of its result and variables. */
export type AnyDocument = MasarDocument<unknown, never>;

const plain = memo((document): Sendable => sendable(document, operationOf(document, 'query')));

const waiting = memo((document): Sendable => {
  const operation = operationOf(document, 'query');
  const selections = operation.selectionSet.selections.map((selection) =>
    selection.kind === Kind.FIELD &&
    !selection.name.value.startsWith('__') &&
    !hasArgument(selection, 'atLeast')
      ? withArguments(selection, ['atLeast'])
      : selection,
  );
  const known = operation.variableDefinitions?.some(({ variable }) => variable.name.value === 'atLeast');
  return sendable(
    document,
    withSelections(operation, selections, known ? [] : variableDefinitions('$atLeast: Position')),
  );
});

/** A query as it is sent; with `atLeast` for all of its fields where it is to wait. @throws TypeError */
export function queryText(document: AnyDocument, atLeast: boolean): Sendable {
  return (atLeast ? waiting : plain)(document);
}

/** @throws TypeError where it is no mutation of one field, `command(input: $variable)` */
export const commandText = memo((document): CommandText => {
  const operation = operationOf(document, 'mutation');
  const field = onlyField(operation, 'mutate sends one command');
  const value = field.arguments?.find(({ name }) => name.value === 'input')?.value;
  if (value?.kind !== Kind.VARIABLE) {
    throw new TypeError(
      `mutate gives \`${field.name.value}\` its commandId: write the input as a variable, ${field.name.value}(input: $input)`,
    );
  }
  return { ...sendable(document, operation), input: value.name.value };
});

/** What the client needs of each message to prove that none is missing. */
const proof = selectionsOf('{ ... on LiveMessage { position covers { after upTo logId epoch } } }');
/** Where a subscription begins, which is another place each time it is resumed. */
const start = ['after', 'logId', 'epoch'];
const startTypes = '$after: Position, $logId: ID, $epoch: Int';

/**
 * A subscription as it is sent: with the arguments it is resumed by, and with `position` and `covers` in each message.
 *
 * @throws TypeError where it is no subscription of one field, or says itself where to begin
 */
export const followText = memo((document): FollowText => {
  const operation = operationOf(document, 'subscription');
  const field = onlyField(operation, 'follow follows one subscription');
  const taken =
    start.find((name) => hasArgument(field, name)) ??
    operation.variableDefinitions?.find(({ variable }) => start.includes(variable.name.value))?.variable.name
      .value;
  if (taken !== undefined) {
    throw new TypeError(
      `follow itself says where \`${field.name.value}\` begins, as it resumes it: leave \`${taken}\` out of the document and give { after } in the options`,
    );
  }
  if (!field.selectionSet) {
    throw new TypeError(`\`${field.name.value}\` selects nothing: write { __typename … on it`);
  }
  const proven: FieldNode = {
    ...withArguments(field, start),
    selectionSet: { ...field.selectionSet, selections: [...proof, ...field.selectionSet.selections] },
  };
  return {
    ...sendable(document, withSelections(operation, [proven], variableDefinitions(startTypes))),
    field: (field.alias ?? field.name).value,
  };
});

/** A document does not change: what is made of it is made once. */
function memo<T>(make: (document: DocumentNode) => T): (document: AnyDocument) => T {
  const made = new WeakMap<object, T>();
  return (document) => {
    const known = made.get(document);
    if (known !== undefined) return known;
    const fresh = make(document as unknown as DocumentNode);
    made.set(document, fresh);
    return fresh;
  };
}

function operationOf(
  document: DocumentNode,
  kind: 'query' | 'mutation' | 'subscription',
): OperationDefinitionNode {
  const operations = document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const [operation] = operations;
  const found: readonly string[] = operations.map((each) => each.operation);
  if (!operation || found.join() !== kind) {
    throw new TypeError(
      `this takes a document with one ${kind}, and it has ${found.join(', ') || 'fragments alone'}`,
    );
  }
  return operation;
}

function onlyField({ selectionSet: { selections } }: OperationDefinitionNode, promise: string): FieldNode {
  const [field] = selections;
  if (selections.length !== 1 || field?.kind !== Kind.FIELD) {
    throw new TypeError(`${promise}: the document has to select one field, written out`);
  }
  return field;
}

function hasArgument(field: FieldNode, name: string): boolean {
  return field.arguments?.some((argument) => argument.name.value === name) ?? false;
}

function withArguments(field: FieldNode, names: readonly string[]): FieldNode {
  const added = selectionsOf(`{ f(${names.map((name) => `${name}: $${name}`).join(', ')}) }`)[0] as FieldNode;
  return { ...field, arguments: [...(field.arguments ?? []), ...(added.arguments ?? [])] };
}

function withSelections(
  operation: OperationDefinitionNode,
  selections: readonly SelectionNode[],
  variables: readonly VariableDefinitionNode[],
): OperationDefinitionNode {
  return {
    ...operation,
    variableDefinitions: [...(operation.variableDefinitions ?? []), ...variables],
    selectionSet: { ...operation.selectionSet, selections },
  };
}

function variableDefinitions(definitions: string): readonly VariableDefinitionNode[] {
  const [operation] = parse(`query (${definitions}) { f }`).definitions as [OperationDefinitionNode];
  return operation.variableDefinitions ?? [];
}

function selectionsOf(selectionSet: string): readonly SelectionNode[] {
  const [operation] = parse(selectionSet).definitions as [OperationDefinitionNode];
  return operation.selectionSet.selections;
}

function sendable(document: DocumentNode, operation: OperationDefinitionNode): Sendable {
  const definitions = document.definitions.map((each) =>
    each.kind === Kind.OPERATION_DEFINITION ? operation : each,
  );
  const query = print({ ...document, definitions });
  return operation.name ? { query, operationName: operation.name.value } : { query };
}
