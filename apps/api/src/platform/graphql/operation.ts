import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  FragmentSpreadNode,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import { Kind } from 'graphql';

/** The only operation of a document that passed the limits. */
export function operationOf(document: DocumentNode): OperationDefinitionNode {
  const found = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (found?.kind !== Kind.OPERATION_DEFINITION)
    throw new Error('a document without an operation passed the limits');
  return found;
}

const known = new WeakMap<DocumentNode, readonly FieldNode[]>();

/** The fields asked of the root, those in fragments included; the document is known to be free of cycles. */
export function rootFields(document: DocumentNode): readonly FieldNode[] {
  let fields = known.get(document);
  if (!fields) {
    fields = fieldsOf(document, operationOf(document).selectionSet);
    known.set(document, fields);
  }
  return fields;
}

/** True where a directive stands at the root, on a field or on what holds it: it may leave a field out. */
export function isRootConditional(document: DocumentNode): boolean {
  return hasDirectives(document, operationOf(document).selectionSet);
}

function hasDirectives(document: DocumentNode, set: SelectionSetNode): boolean {
  return set.selections.some((node) => {
    if (node.directives && node.directives.length > 0) return true;
    if (node.kind === Kind.FIELD) return false;
    const inner = node.kind === Kind.INLINE_FRAGMENT ? node : fragmentOf(document, node);
    return inner !== undefined && hasDirectives(document, inner.selectionSet);
  });
}

function fieldsOf(document: DocumentNode, set: SelectionSetNode): FieldNode[] {
  return set.selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node];
    if (node.kind === Kind.INLINE_FRAGMENT) return fieldsOf(document, node.selectionSet);
    const fragment = fragmentOf(document, node);
    return fragment ? fieldsOf(document, fragment.selectionSet) : [];
  });
}

function fragmentOf(
  { definitions }: DocumentNode,
  { name }: FragmentSpreadNode,
): FragmentDefinitionNode | undefined {
  return definitions.find(
    (one): one is FragmentDefinitionNode =>
      one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name.value,
  );
}
