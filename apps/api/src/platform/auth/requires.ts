import type { Grants, Permission } from '@masar/access';
import { Extensions } from '@nestjs/graphql';
import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLSchema,
  OperationTypeNode,
  getArgumentValues,
  getNamedType,
  isInputObjectType,
} from 'graphql';

import { operationOf, rootFields } from '../graphql/operation.js';
import { forbidden } from '../read-context.js';

const KEY = 'masarRequires';

/** @throws ApiError `FORBIDDEN` unless the grants allow it, in this programme where one is named */
export function requirePermission(grants: Grants, permission: Permission, programme?: string): void {
  if (!grants.may(permission, programme)) throw forbidden(permission, programme);
}

/** What a root field needs leave for, and the argument that names the programme it is asked for. */
export interface Requirement {
  readonly permission: Permission;
  /** Dotted path in the arguments; undefined where none names a programme, and the resolver asks once it knows. */
  readonly programme: string | undefined;
}

/**
 * What a root field needs leave for. Without it a query needs `read`, a mutation `record`.
 *
 * It is checked before anything is executed or validated, in the programme that the arguments name: `programme`, or
 * `input.programme`, or the path given here. Where they name none it is checked in any programme, and a resolver that
 * comes to know the programme asks again with `RequestContext.require`.
 *
 * @param programme path of the argument that names the programme, where it is called otherwise
 */
export function Requires(permission: Permission, programme?: string): MethodDecorator {
  return Extensions({ [KEY]: { permission, ...(programme !== undefined && { programme }) } });
}

/** What a root field of this operation asks for. */
export function requirementOf(
  operation: OperationTypeNode,
  field: GraphQLField<unknown, unknown>,
): Requirement {
  const declared = field.extensions[KEY] as Partial<Requirement> | undefined;
  return {
    permission: declared?.permission ?? (operation === OperationTypeNode.MUTATION ? 'record' : 'read'),
    programme: declared?.programme ?? programmePath(field),
  };
}

function programmePath({ args }: GraphQLField<unknown, unknown>): string | undefined {
  for (const { name, type } of args) {
    if (name === 'programme') return name;
    const named = getNamedType(type);
    if (name === 'input' && isInputObjectType(named) && 'programme' in named.getFields()) {
      return 'input.programme';
    }
  }
  return undefined;
}

/**
 * @param variables as their types have them, defaults filled in
 * @throws ApiError `FORBIDDEN` where a root field of the operation needs more than the roles give
 */
export function checkPermissions(
  schema: GraphQLSchema,
  document: DocumentNode,
  grants: Grants,
  variables: Readonly<Record<string, unknown>>,
): void {
  const { operation } = operationOf(document);
  const fields = schema.getRootType(operation)?.getFields() ?? {};
  for (const node of rootFields(document)) {
    const field = fields[node.name.value];
    // Introspection: its fields stand in no type, and tell what every reader may know.
    if (!field) {
      requirePermission(grants, 'read');
      continue;
    }
    const { permission, programme } = requirementOf(operation, field);
    const named = programme && valueAt(getArgumentValues(field, node, variables), programme);
    requirePermission(grants, permission, typeof named === 'string' ? named : undefined);
  }
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | null | undefined)?.[name], value);
}
