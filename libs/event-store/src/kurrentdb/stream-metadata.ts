import type { ServerEvent } from './stored-event.js';

/** Types of the server's own events. */
export const metadataType = '$metadata';
export const tombstoneType = '$streamDeleted';

/** From here on `$tb` says that the stream was deleted: 2^63 − 1 is what the server writes. */
const deletedBefore = 2 ** 62;

/**
 * What a stream's metadata would let the server drop of it, in words; undefined where they let everything stand.
 *
 * @param metadata as the last event of its metadata stream has them
 */
export function truncationOf(metadata: unknown): string | undefined {
  const given = objectOf(metadata);
  const parts: string[] = [];
  const before = given['$tb'];
  if (typeof before === 'number' && before >= deletedBefore) parts.push('it was deleted');
  else if (limits(before)) parts.push(`$tb ${shown(before)} hides the events before that revision`);
  if (limits(given['$maxCount']))
    parts.push(`$maxCount ${shown(given['$maxCount'])} hides all but the newest`);
  if (limits(given['$maxAge']))
    parts.push(`$maxAge ${shown(given['$maxAge'])} hides what is older, in seconds`);
  return parts.length > 0 ? parts.join(', ') : undefined;
}

/** Whom a stream's own access list lets do what; undefined where it has none. */
export function aclOf(metadata: unknown): Readonly<Record<string, unknown>> | undefined {
  const acl = objectOf(metadata)['$acl'];
  return acl === undefined || acl === null ? undefined : objectOf(acl);
}

/** The JSON an event of the server's own has as its data, whatever it was declared as; `{}` where it is none. */
export function jsonOf({ data }: Pick<ServerEvent, 'data'>): unknown {
  if (!(data instanceof Uint8Array)) return data;
  try {
    return JSON.parse(Buffer.from(data).toString('utf8')) as unknown;
  } catch {
    return {};
  }
}

export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** The server passes over what is no number; here it is suspicious all the same. */
function limits(value: unknown): boolean {
  return value !== undefined && value !== null && value !== 0;
}

function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, 40);
}
