import type { KurrentConnection } from '../kurrent-connection.js';
import { KurrentFault } from '../kurrent-fault.js';
import type { StreamNames } from '../names.js';
import { readServerAll, readServerStream } from '../reading.js';
import { jsonOf, objectOf } from '../stream-metadata.js';
import { type StoreFinding, notAsked } from './store-finding.js';

/** Whether this user may read what the log is made of; without it nothing else can be found out. */
export async function mayReadAll(connection: KurrentConnection): Promise<StoreFinding> {
  const check = 'reading $all';
  try {
    await readServerAll(connection, { limit: 1 });
    return { check, level: 'ok', detail: 'allowed' };
  } catch (error) {
    if (!(error instanceof KurrentFault) || error.kind !== 'denied') throw error;
    return {
      check,
      level: 'refuse',
      detail:
        'the server denies it to the user in KURRENTDB_URL, and the log is read from there: give that user the permission "$r" in the "$acl" of the metadata of $all, ' +
        'or make it a member of $admins',
    };
  }
}

/** What somebody else must not do to a stream of ours, in the words of the server's access lists. */
const harmful = {
  $w: 'write to them',
  $d: 'delete them',
  $mw: 'set their metadata, which can hide events',
} as const;

/**
 * What an access list lets everybody do; what it does not say, the list behind it does.
 *
 * @param fallback what holds for a permission that is not given
 */
export function openTo(acl: Readonly<Record<string, unknown>>, fallback: 'everybody' | 'nobody'): string[] {
  return Object.entries(harmful)
    .filter(([permission]) => {
      const roles = acl[permission];
      if (roles === undefined || roles === null) return fallback === 'everybody';
      return roles === '$all' || (Array.isArray(roles) && roles.includes('$all'));
    })
    .map(([, what]) => what);
}

/** Who beside Masar may write to, delete or truncate streams that have no access list of their own. */
export async function defaultAccess(
  connection: KurrentConnection,
  names: StreamNames,
): Promise<StoreFinding> {
  const check = 'access';
  try {
    const policy = await lastOf(connection, '$authorization-policy-settings');
    const type = policy?.['streamAccessPolicyType'];
    if (typeof type === 'string' && type !== 'acl') {
      const detail =
        `the server decides by the policy ${JSON.stringify(type.slice(0, 40))}, which is not read here: see that only the user of Masar ` +
        `may write to and delete streams that begin with ${names.all}, and write their metadata`;
      return { check, level: 'warn', detail };
    }
    const settings = await lastOf(connection, '$settings');
    const open = openTo(objectOf(settings?.['$userStreamAcl']), 'everybody');
    return judgeDefault(check, open, names);
  } catch (error) {
    if (!(error instanceof KurrentFault) || error.kind !== 'denied') throw error;
    const what = `who may write to, delete and truncate the streams ${names.all}… ($settings and $authorization-policy-settings, which members of $admins read)`;
    return notAsked(check, error, what);
  }
}

function judgeDefault(check: string, open: readonly string[], names: StreamNames): StoreFinding {
  return open.length === 0
    ? { check, level: 'ok', detail: 'not everybody may write to streams, delete them, or set their metadata' }
    : {
        check,
        level: 'warn',
        detail:
          `every user of the server may, with the streams ${names.all}…: ${open.join('; ')}. Set "$w", "$d" and "$mw" of ` +
          '"$userStreamAcl" in $settings to the user of Masar',
      };
}

/** The data of a stream's last event; undefined where there is none. */
export async function lastOf(
  connection: KurrentConnection,
  stream: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const [event] = await readServerStream(connection, stream, { direction: 'backwards', limit: 1 });
  return event && objectOf(jsonOf(event));
}
