import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/** The fields a document asks of what a field returns. */
export interface FieldsAsked {
  /** The same for the same fields. */
  readonly name: string;
  readonly fields: ReadonlySet<string>;
}

/** By the nodes of a field: a document that is kept has the same each time, so it is looked through once. */
const known = new WeakMap<readonly FieldNode[], FieldsAsked>();

/**
 * Which fields are asked of what a field returns, whatever their aliases and fragments; also those a directive may leave
 * out. It tells what need not be read, where that is worth it.
 */
export function fieldsAsked({
  fieldNodes,
  fragments,
}: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>): FieldsAsked {
  const before = known.get(fieldNodes);
  if (before) return before;
  const fields = new Set<string>();
  const collect = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) fields.add(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else collect(fragments[selection.name.value]?.selectionSet);
    }
  };
  for (const { selectionSet } of fieldNodes) collect(selectionSet);
  const asked = { name: [...fields].sort().join(), fields };
  known.set(fieldNodes, asked);
  return asked;
}
