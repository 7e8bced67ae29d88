import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  getVariableValues,
  OperationTypeNode,
} from 'graphql';

import { checkPermissions } from '../auth/requires.js';
import { ApiError } from '../errors/api-error.js';
import { checkCost } from '../limits/cost.js';
import { checkDocument } from '../limits/document-limits.js';
import type { Limits } from '../limits/limits.js';
import type { RequestContext } from '../request-context.js';
import { greatestAtLeast } from './at-least.js';
import { operationOf } from './operation.js';

const MOST_VARIABLE_ERRORS = 20;

/**
 * The name is checked here and not given to Mercurius, whose compiled documents are kept by their source alone.
 *
 * @throws ApiError `BAD_REQUEST` for another name than the operation's, `METHOD_NOT_ALLOWED` for a mutation by GET
 */
function checkOperation(document: DocumentNode, context: RequestContext): void {
  const { operation, name } = operationOf(document);
  context.operation = operation;
  if (context.operationName !== undefined && context.operationName !== name?.value) {
    throw new ApiError('BAD_REQUEST', 'the document has no operation of that name');
  }
  if (operation === OperationTypeNode.SUBSCRIPTION) {
    throw new ApiError('BAD_REQUEST', 'subscriptions run over WebSocket');
  }
  if (context.readOnly && operation !== OperationTypeNode.QUERY) {
    throw new ApiError('METHOD_NOT_ALLOWED', 'a mutation needs POST');
  }
}

/**
 * Mercurius leaves them to graphql-jit while it compiles, which loses the path.
 *
 * @returns the values as their types have them, defaults filled in
 * @throws an error with `errors`, one for each value that does not fit its type
 */
function checkVariables(
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

/**
 * What happens around each step of Mercurius: size before parsing, limits before validation (once for a document, which
 * is then cached), leave and cost before every execution, for these have to see the variables.
 */
export function executionHooks(limits: Limits) {
  return {
    preParsing: async (_schema: GraphQLSchema, source: string): Promise<void> => {
      if (source.length <= limits.documentCharacters) return;
      throw new ApiError(
        'DOCUMENT_TOO_LARGE',
        `the document has more than ${limits.documentCharacters} characters`,
      );
    },
    preValidation: async (_schema: GraphQLSchema, document: DocumentNode): Promise<void> => {
      checkDocument(document, limits);
    },
    preExecution: async (
      schema: GraphQLSchema,
      document: DocumentNode,
      context: RequestContext,
      variables: Record<string, unknown> = {},
    ): Promise<void> => {
      checkOperation(document, context);
      const values = checkVariables(schema, document, variables);
      checkPermissions(schema, document, context, values);
      checkCost(schema, document, variables, limits);
      context.atLeast = greatestAtLeast(schema, document, variables);
    },
    onResolution: async (execution: ExecutionResult, context: RequestContext): Promise<void> => {
      const masar = await context.stamp();
      if (masar) execution.extensions = { ...execution.extensions, masar };
    },
  };
}
