import type { INestApplicationContext } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { lexicographicSortSchema, printSchema } from 'graphql';

const HEADER = `# The schema of Masar's GraphQL API, printed from the code by \`npm run schema\`. Do not edit.\n\n`;

/** The application's schema as it is committed: sorted, so that a change of it shows and a change of order does not. */
export function schemaText(app: INestApplicationContext): string {
  const { schema } = app.get(GraphQLSchemaHost, { strict: false });
  return `${HEADER}${printSchema(lexicographicSortSchema(schema))}\n`;
}
