import type { Grants } from '@masar/access';
import { type DocumentNode, type GraphQLSchema, getVariableValues } from 'graphql';

import { checkPermissions } from '../auth/requires.js';
import { ApiError } from '../errors/api-error.js';
import { checkCost } from '../limits/cost.js';
import type { Limits } from '../limits/limits.js';
import { operationOf } from './operation.js';

const MOST_VARIABLE_ERRORS = 20;

/** @throws ApiError `DOCUMENT_TOO_LARGE`, before anything of the document is read */
export function checkSource(source: string, limits: Limits): void {
  if (source.length <= limits.documentCharacters) return;
  throw new ApiError(
    'DOCUMENT_TOO_LARGE',
    `the document has more than ${limits.documentCharacters} characters`,
  );
}

/** @throws ApiError `BAD_REQUEST` where a name is given that is not the operation's */
export function checkName(document: DocumentNode, operationName: string | undefined): void {
  if (operationName === undefined || operationName === operationOf(document).name?.value) return;
  throw new ApiError('BAD_REQUEST', 'the document has no operation of that name');
}

/**
 * What has to see the variables, and so comes before every execution, over whatever it was asked: their types, leave, and
 * cost. Mercurius leaves the variables to graphql-jit while it compiles, which loses the path.
 *
 * @returns the variables as their types have them, defaults filled in
 * @throws AggregateError with an error for each value that does not fit its type
 * @throws ApiError `FORBIDDEN`, `COST_TOO_HIGH`, `BAD_USER_INPUT`
 */
export function checkExecution(
  schema: GraphQLSchema,
  document: DocumentNode,
  grants: Grants,
  variables: Record<string, unknown>,
  limits: Limits,
): Record<string, unknown> {
  const values = variableValues(schema, document, variables);
  checkPermissions(schema, document, grants, values);
  checkCost(schema, document, variables, limits);
  return values;
}

function variableValues(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Record<string, unknown>,
): Record<string, unknown> {
  const { variableDefinitions = [] } = operationOf(document);
  if (variableDefinitions.length === 0) return {};
  const { errors, coerced } = getVariableValues(schema, variableDefinitions, variables, {
    maxErrors: MOST_VARIABLE_ERRORS,
  });
  if (errors) throw new AggregateError(errors, 'the variables do not fit their types');
  return coerced;
}
