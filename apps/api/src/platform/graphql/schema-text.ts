import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';

const HEADER = `# The schema of Masar's GraphQL API, printed from the code by \`npm run schema\`. Do not edit.\n\n`;

/** A schema as it is committed: sorted, so that a change of it shows and a change of order does not. */
export function schemaText(schema: GraphQLSchema): string {
  return `${HEADER}${printSchema(lexicographicSortSchema(schema))}\n`;
}
