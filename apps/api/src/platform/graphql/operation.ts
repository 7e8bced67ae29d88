import type { DocumentNode, FieldNode, OperationDefinitionNode, SelectionSetNode } from 'graphql';
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

function fieldsOf(document: DocumentNode, set: SelectionSetNode): FieldNode[] {
  return set.selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node];
    if (node.kind === Kind.INLINE_FRAGMENT) return fieldsOf(document, node.selectionSet);
    const fragment = document.definitions.find(
      (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === node.name.value,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? fieldsOf(document, fragment.selectionSet) : [];
  });
}
