import type { Permission } from '@masar/access';
import { Extensions } from '@nestjs/graphql';
import { type DocumentNode, type GraphQLSchema, OperationTypeNode } from 'graphql';

import { operationOf, rootFields } from '../graphql/operation.js';
import type { RequestContext } from '../request-context.js';

const KEY = 'masarRequires';

/**
 * What a root field needs leave for. Without it a query needs `read`, a mutation `record`.
 *
 * It is checked before anything is executed, in any programme; a resolver that knows the programme asks again with
 * `RequestContext.require`.
 */
export function Requires(permission: Permission): MethodDecorator {
  return Extensions({ [KEY]: permission });
}

/** @throws ApiError `FORBIDDEN` where a root field of the operation needs more than the roles give */
export function checkPermissions(
  schema: GraphQLSchema,
  document: DocumentNode,
  context: RequestContext,
): void {
  const { operation } = operationOf(document);
  const fields = schema.getRootType(operation)?.getFields() ?? {};
  for (const { name } of rootFields(document)) {
    const declared = fields[name.value]?.extensions[KEY] as Permission | undefined;
    context.require(declared ?? (operation === OperationTypeNode.MUTATION ? 'record' : 'read'));
  }
}
