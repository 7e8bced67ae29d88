import { issueToken } from '@masar/access';
import { sampleQueries } from '../sample/sample-queries.js';
import type { Service } from './service.js';

const readingRoles = ['analyst', 'auditor', 'integrator'] as const;
const lifetimeSeconds = 30 * 24 * 3600;

/** What a person who started the service needs next: addresses, a token for each reading role, queries to try. */
export async function banner({ url, place, tokenKey }: Service, now: Date): Promise<string> {
  const tokens = await Promise.all(
    readingRoles.map(async (role) => {
      const request = { subject: `local-${role}`, roles: { '*': [role] }, lifetimeSeconds, now };
      return `  ${role.padEnd(11)}${await issueToken(tokenKey, request)}`;
    }),
  );
  const queries = sampleQueries.slice(0, 3).map(({ query }) => query.replace(/^/gm, '  '));
  return [
    '',
    'Masar is ready.',
    '',
    `  GraphQL    ${url}/graphql`,
    `  GraphiQL   ${url}/graphiql`,
    `  Health     ${url}/health/ready`,
    `  Metrics    ${url}/metrics`,
    `  Events in  ${place}`,
    '',
    'Tokens for this machine (Authorization: Bearer …), for 30 days; more with: npx masar token --role ROLE',
    ...tokens,
    '',
    'Three queries to try:',
    ...queries.flatMap((query) => ['', query]),
    '',
    'Ctrl-C stops everything.',
    '',
  ].join('\n');
}
