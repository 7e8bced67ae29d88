import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';

import { EdgeErrorFilter } from './errors/http-error-filter.js';
import { argumentValidation } from './errors/validation.js';
import { ExamplesController } from './examples/examples.controller.js';
import { GraphiqlController, SAMPLE_QUERIES } from './graphiql/graphiql.controller.js';
import { AboutResolver } from './graphql/about.resolver.js';
import { graphqlModule, type GraphqlOptions } from './graphql/graphql-module.js';
import { HealthController } from './health/health.controller.js';
import { Metrics } from './health/metrics.js';
import { Readiness } from './health/readiness.js';
import type { Platform } from './platform.js';

/** The edge as Nest sees it: the schema on Mercurius, validation and errors for all, health, metrics, GraphiQL, examples. */
@Module({})
export class PlatformModule {
  static for(platform: Platform, orphanedTypes?: GraphqlOptions['orphanedTypes']): DynamicModule {
    const { production, limits, errors, metrics, readiness, samples } = platform;
    return {
      module: PlatformModule,
      imports: [graphqlModule({ production, limits, errors, orphanedTypes })],
      controllers: production
        ? [HealthController]
        : [HealthController, GraphiqlController, ExamplesController],
      providers: [
        AboutResolver,
        { provide: Metrics, useValue: metrics },
        { provide: Readiness, useValue: readiness },
        { provide: SAMPLE_QUERIES, useValue: samples },
        { provide: APP_PIPE, useFactory: argumentValidation },
        { provide: APP_FILTER, useValue: new EdgeErrorFilter(errors) },
      ],
      exports: [Metrics, Readiness],
    };
  }
}
