import type { Pool } from 'pg';
import { defaultAccess, mayReadAll } from './checks/access.js';
import { scavenging } from './checks/scavenging.js';
import { judgeMethods, judgeVersion } from './checks/server-version.js';
import type { StoreFinding } from './checks/store-finding.js';
import { streamLimits } from './checks/stream-limits.js';
import { judgeTransport } from './checks/transport.js';
import { StoreError } from '../errors.js';
import type { KurrentConnection } from './kurrent-connection.js';
import type { StreamNames } from './names.js';

export type { StoreFinding } from './checks/store-finding.js';
export { mayReadAll } from './checks/access.js';
export { judgeTransport } from './checks/transport.js';
export { readConnectionString } from './connection-string.js';
export { KurrentConnection } from './kurrent-connection.js';
export { StreamNames } from './names.js';

/**
 * Looks at everything on the server that could lose, hide or let others change events, and says what could not be
 * looked at. Needs the tables of the ordered log, no projection, and no more than reading; changes nothing on the server.
 *
 * @throws KurrentFault the server does not answer
 */
export async function checkServer(
  connection: KurrentConnection,
  names: StreamNames,
  pool: Pool,
): Promise<StoreFinding[]> {
  const version = judgeVersion(await connection.serverVersion());
  const methods = await connection.request('asking for its methods', async (client) => {
    const features = await client['capabilities'];
    return judgeMethods((path) => features.supports({ path } as Parameters<typeof features.supports>[0]));
  });
  const findings = [version, methods, judgeTransport(connection.address)];
  if (isRefused(findings)) return findings;
  findings.push(await mayReadAll(connection));
  if (isRefused(findings)) return findings;
  findings.push(...(await streamLimits(connection, names, pool)));
  findings.push(...(await scavenging(connection)));
  findings.push(await defaultAccess(connection, names));
  return findings;
}

function isRefused(findings: readonly StoreFinding[]): boolean {
  return findings.some(({ level }) => level === 'refuse');
}

/**
 * Takes findings for an answer: what is unsafe is refused, what is doubtful said.
 *
 * @throws StoreError `UNSAFE_STORE` with every finding that refuses, one a line
 */
export function requireSafe(findings: readonly StoreFinding[], warn?: (message: string) => void): void {
  for (const { check, level, detail } of findings) {
    if (level === 'warn') warn?.(`KurrentDB: ${check}: ${detail}`);
  }
  const refused = findings.filter(({ level }) => level === 'refuse');
  if (refused.length === 0) return;
  throw new StoreError(
    'UNSAFE_STORE',
    refused.map(({ check, detail }) => `KurrentDB: ${check}: ${detail}`).join('\n'),
  );
}
