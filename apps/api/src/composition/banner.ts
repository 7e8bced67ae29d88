import { issueToken } from '@masar/access';
import { LIVE_EXAMPLE_PATH } from '../platform/examples/examples.controller.js';
import { sampleQueries } from '../sample/sample-queries.js';
import type { Service } from './service.js';

const readingRoles = ['analyst', 'auditor', 'integrator'] as const;
const lifetimeSeconds = 30 * 24 * 3600;

/** What a person who started the service needs next: addresses, a token for each reading role, queries to try. */
export async function banner({ url, place, tokenKey }: Service, now: Date): Promise<string> {
  const tokens = await Promise.all(
    readingRoles.map((role) =>
      issueToken(tokenKey, { subject: `local-${role}`, roles: { '*': [role] }, lifetimeSeconds, now }),
    ),
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
    ...readingRoles.map((role, index) => `  ${role.padEnd(11)}${tokens[index]}`),
    '',
    'The sample, followed live by a page:',
    '',
    `  ${url}${LIVE_EXAMPLE_PATH}#token=${tokens[readingRoles.indexOf('integrator')]}`,
    '',
    'Three queries to try:',
    ...queries.flatMap((query) => ['', query]),
    '',
    'Ctrl-C stops everything.',
    '',
  ].join('\n');
}
