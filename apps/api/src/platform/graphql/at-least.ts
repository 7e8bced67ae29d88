import type { DocumentNode, GraphQLSchema } from 'graphql';
import { getArgumentValues } from 'graphql';

import { operationOf, rootFields } from './operation.js';

/** The argument a root field takes to be answered not before a position. */
const AT_LEAST = 'atLeast';

/** The greatest `atLeast` among the root fields: a request is answered at one position, which has to satisfy all. */
export function greatestAtLeast(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Record<string, unknown>,
): number | undefined {
  const fields = schema.getRootType(operationOf(document).operation)?.getFields() ?? {};
  let greatest: number | undefined;
  for (const node of rootFields(document)) {
    const field = fields[node.name.value];
    if (!field || !node.arguments?.some((argument) => argument.name.value === AT_LEAST)) continue;
    const value = getArgumentValues(field, node, variables)[AT_LEAST];
    if (typeof value === 'number') greatest = Math.max(greatest ?? 0, value);
  }
  return greatest;
}
