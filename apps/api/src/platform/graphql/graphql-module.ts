import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import type { DynamicModule } from '@nestjs/common';
import type { ExecutionResult } from 'graphql';

import type { ErrorSink } from '../errors/present.js';
import { present } from '../errors/present.js';
import type { Limits } from '../limits/limits.js';
import { documentRules } from './document-rules.js';
import { executionHooks } from './execution-hooks.js';

export interface GraphqlOptions {
  readonly production: boolean;
  readonly limits: Limits;
  readonly errors: ErrorSink;
  /** Types no field returns by name, such as the members of a union. */
  readonly orphanedTypes?: NonNullable<MercuriusDriverConfig['buildSchemaOptions']>['orphanedTypes'];
}

/**
 * Nest's code-first schema on Mercurius, compiled by graphql-jit at the second use of a document. Mercurius's own route
 * stays off: `http-endpoint.ts` speaks HTTP, so that statuses, media types and error paths are as the standards have them.
 */
export function graphqlModule({ production, limits, errors, orphanedTypes }: GraphqlOptions): DynamicModule {
  const { parseOptions, validateOptions, validationRules } = documentRules(production, limits);
  const config: MercuriusDriverConfig = {
    driver: MercuriusDriver,
    autoSchemaFile: true,
    sortSchema: true,
    routes: false,
    graphiql: false,
    subscription: false,
    jit: 1,
    cache: limits.cachedDocuments,
    graphql: { parseOptions, validateOptions },
    ...(validationRules.length > 0 && { validationRules }),
    ...(orphanedTypes && { buildSchemaOptions: { orphanedTypes } }),
    hooks: executionHooks(limits) as unknown as MercuriusDriverConfig['hooks'],
    errorFormatter: (execution: ExecutionResult) => ({
      statusCode: 200,
      response: {
        data: execution.data,
        errors: (execution.errors ?? []).map((error) => present(error, errors)),
      },
    }),
  };
  return GraphQLModule.forRoot<MercuriusDriverConfig>(config);
}
