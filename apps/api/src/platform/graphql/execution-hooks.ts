import { type DocumentNode, type ExecutionResult, type GraphQLSchema, OperationTypeNode } from 'graphql';

import { ApiError } from '../errors/api-error.js';
import { checkDocument } from '../limits/document-limits.js';
import type { Limits } from '../limits/limits.js';
import type { RequestContext } from '../request-context.js';
import { greatestAtLeast } from './at-least.js';
import { checkExecution, checkName, checkSource } from './operation-checks.js';
import { operationOf } from './operation.js';

/**
 * The name is checked here and not given to Mercurius, whose compiled documents are kept by their source alone.
 *
 * @throws ApiError `BAD_REQUEST` for another name than the operation's, `METHOD_NOT_ALLOWED` for a mutation by GET
 */
function checkOperation(document: DocumentNode, context: RequestContext): void {
  const { operation } = operationOf(document);
  context.operation = operation;
  checkName(document, context.operationName);
  if (operation === OperationTypeNode.SUBSCRIPTION) {
    throw new ApiError('BAD_REQUEST', 'subscriptions run over WebSocket');
  }
  if (context.readOnly && operation !== OperationTypeNode.QUERY) {
    throw new ApiError('METHOD_NOT_ALLOWED', 'a mutation needs POST');
  }
}

/**
 * What happens around each step of Mercurius: size before parsing, limits before validation (once for a document, which
 * is then cached), leave and cost before every execution, for these have to see the variables.
 */
export function executionHooks(limits: Limits) {
  return {
    preParsing: async (_schema: GraphQLSchema, source: string): Promise<void> => checkSource(source, limits),
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
      checkExecution(schema, document, context.grants, variables, limits);
      context.atLeast = greatestAtLeast(schema, document, variables);
    },
    onResolution: async (execution: ExecutionResult, context: RequestContext): Promise<void> => {
      const masar = await context.stamp();
      if (masar) execution.extensions = { ...execution.extensions, masar };
    },
  };
}
