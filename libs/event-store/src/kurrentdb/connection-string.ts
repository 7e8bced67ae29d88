import { StoreError } from '../errors.js';

/** KURRENTDB_URL, checked, and as the client is given it. */
export interface ConnectionString {
  /** Holds a password: never shown. */
  readonly url: string;
  /** Hosts and ports. */
  readonly place: string;
}

const shape =
  /^(?<scheme>[a-z]+)(?<discover>\+discover)?:\/\/(?:(?<credentials>[^@/?]+:[^@]+)@)?(?<hosts>[^/?@]+)\/?(?:\?(?<options>.*))?$/;
const schemes = new Set(['kurrentdb', 'kurrent', 'kdb', 'esdb']);
const host = /^(?:[A-Za-z0-9_.-]+)(?::\d{1,5})?$/;

/** The options the client knows, as it tells them apart: without regard to case, hyphens and underscores. */
const options = [
  'connectionName',
  'defaultDeadline',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
  'maxDiscoverAttempts',
  'nodePreference',
  'throwOnAppendFailure',
  'tls',
  'tlsCAFile',
  'tlsVerifyCert',
  'userCertFile',
  'userKeyFile',
];
const flat = (text: string) => text.trim().toLowerCase().replace(/[_-]/g, '');
const known = new Map(options.map((option) => [flat(option), option]));

/**
 * Reads what KURRENTDB_URL says before the client does, which quotes it, its password included, in what it throws and
 * prints; and refuses the options under which Masar could not keep what it promises.
 *
 * @throws StoreError `UNSAFE_STORE`, without a word of the URL but the name of an option
 */
export function readConnectionString(text: string, connectionName: string): ConnectionString {
  const groups = shape.exec(text.trim())?.groups;
  const hosts = groups?.['hosts']?.split(',') ?? [];
  if (!groups || !schemes.has(groups['scheme']!) || hosts.some((one) => !host.test(one))) {
    throw refusal(
      'is no address of a server: kurrentdb://user:password@host:2113?tls=true, or kurrentdb+discover:// and a name of the cluster',
    );
  }
  const { scheme, discover = '', credentials, options: query } = groups;
  const kept = (query ? query.split('&') : []).map(readOption).filter((option) => option !== undefined);
  // Its old name means the same, and would be warned of at each start.
  const protocol = scheme === 'esdb' ? 'kurrentdb' : scheme;
  const who = credentials ? `${credentials}@` : '';
  const all = [...kept, `connectionName=${encodeURIComponent(connectionName)}`];
  return {
    url: `${protocol}${discover}://${who}${hosts.join(',')}?${all.join('&')}`,
    place: hosts.join(', '),
  };
}

/** An option as the client is given it, or undefined for one Masar sets itself. */
function readOption(pair: string): string | undefined {
  const [given = '', value = ''] = pair.split(/=(.*)/s);
  const name = known.get(flat(given));
  if (!name || value === '') {
    throw refusal(
      `has an option that is not known, or without a value: ${JSON.stringify(given.slice(0, 40))}`,
    );
  }
  switch (name) {
    case 'connectionName':
      return undefined;
    case 'throwOnAppendFailure':
      // An append that failed would be answered like one that did not.
      if (value.trim() !== 'true') throw refusal('may not set throwOnAppendFailure: leave it out');
      return undefined;
    case 'gossipTimeout':
      throw refusal(
        'may not set gossipTimeout, which is seconds for what is written and milliseconds for what is read: leave it out',
      );
    case 'nodePreference':
      // What was written is read back at once.
      if (flat(value) !== 'leader') throw refusal('may set nodePreference to leader only: leave it out');
      return `nodePreference=leader`;
    default:
      return `${name}=${value}`;
  }
}

function refusal(why: string): StoreError {
  return new StoreError('UNSAFE_STORE', `KURRENTDB_URL ${why}`);
}
