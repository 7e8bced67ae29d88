import type { StoreFinding } from './store-finding.js';

/** EventStoreDB 22.10: what this was written and tested against the rules of. */
export const oldest = { major: 22, minor: 10 };

/**
 * Whether a version is young enough.
 *
 * @param version `22.10.1`, `26.0.0-rc.1`; `unknown` where the server does not say
 */
export function judgeVersion(version: string): StoreFinding {
  const check = 'server version';
  const needed = `EventStoreDB ${oldest.major}.${oldest.minor} or newer, or KurrentDB, is needed`;
  const [, major, minor] = /^(\d+)\.(\d+)(?:[.-]|$)/.exec(version) ?? [];
  if (major === undefined) {
    return { check, level: 'refuse', detail: `the server does not say its version: ${needed}` };
  }
  const young =
    Number(major) > oldest.major || (Number(major) === oldest.major && Number(minor) >= oldest.minor);
  return young
    ? { check, level: 'ok', detail: version }
    : { check, level: 'refuse', detail: `${version}: ${needed}` };
}

/** What Masar asks of a server; of the two that write, one will do. */
const needed = [['Read'], ['BatchAppend', 'Append']];

/** Of each group of methods, whether the server has one. */
export function judgeMethods(supports: (path: string) => boolean): StoreFinding {
  const check = 'server methods';
  const missing = needed.filter(
    (group) => !group.some((method) => supports(`/event_store.client.streams.Streams/${method}`)),
  );
  return missing.length === 0
    ? { check, level: 'ok', detail: 'it reads, follows and appends' }
    : {
        check,
        level: 'refuse',
        detail: `the server has no method ${missing.map((group) => group.join(' or ')).join(', ')} of its streams: switch its gRPC interface on, or use ${oldest.major}.${oldest.minor} or newer`,
      };
}
