import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';

import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { GraphQLSchema } from 'graphql';

import { AppModule } from './app.module.js';
import type { Backend } from './backend.js';
import { ApiError } from './platform/errors/api-error.js';
import { schemaText } from './platform/graphql/schema-text.js';
import { createLogger } from './platform/logging/logger.js';
import { createPlatform } from './platform/platform.js';
import { createServer } from './platform/server.js';

const unavailable = (): never => {
  throw new ApiError('UNAVAILABLE', 'this process prints the schema and answers nothing');
};

/**
 * The schema of the whole service, with what each field asks for in its extensions. Nothing is executed, so nothing is
 * opened: no store, no key.
 */
export async function wholeSchema(): Promise<GraphQLSchema> {
  const platform = createPlatform({
    production: false,
    log: createLogger({ level: 'silent', json: true }),
    authenticator: { authenticate: async () => unavailable() },
    reads: { pin: async () => unavailable(), stamp: () => undefined },
  });
  const app = await createServer(AppModule.for(platform, Object.freeze({}) as Backend), platform);
  const { schema } = app.get(GraphQLSchemaHost, { strict: false });
  await app.close();
  return schema;
}

/** `node apps/api/dist/print-schema.js FILE` writes it; without a file it goes to standard output. */
if (process.argv[1]?.match(/print-schema\.[jt]s$/)) {
  const [, , file] = process.argv;
  const text = schemaText(await wholeSchema());
  if (file === undefined) process.stdout.write(text);
  else await writeFile(file, text);
}
