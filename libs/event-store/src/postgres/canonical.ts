import canonicalizeJson from 'canonicalize';
import { StoreError } from '../errors.js';
import type { Json, JsonObject, NewEvent } from '../ports.js';

/** An event's envelope, data included, is at most 60 KiB of canonical JSON in UTF-8. */
export const maxEnvelopeBytes = 60 * 1024;

/**
 * How many arrays and objects may stand in one another, the data itself counted. No event of the domain comes near it;
 * other people's readers of JSON have such a bound too, and ours would run out of stack some thousands deeper.
 */
export const maxDepth = 100;

/** What is said of data to be written that nest deeper, after their name. */
const tooDeep = `nest deeper than ${maxDepth} levels`;

/** What is said of data that were written and nest deeper, which an earlier version may have done, after their name. */
export const tooDeepToRead = `${tooDeep}, which this version of Masar does not read`;

/** Whether a text of JSON nests deeper than can be stored; of a text that is no JSON it means nothing. */
export function isTooDeep(json: string): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const one = json[at];
    if (one === '"') {
      for (at += 1; at < json.length && json[at] !== '"'; at += 1) if (json[at] === '\\') at += 1;
    } else if (one === '[' || one === '{') {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (one === ']' || one === '}') depth -= 1;
  }
  return false;
}

/** Half of a surrogate pair: no character, and nothing UTF-8 can carry. */
export const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

function refuse(path: string, what: string): never {
  throw new StoreError('INVALID_EVENT', `${path}: ${what}`);
}

/** Of a path that is refused for its length, what is shown. */
const shownPath = 120;

/** Refuses what JSON cannot carry, or would carry as something else, and what nests too deep. */
function requireJson(value: unknown, path: string, depth = 1): void {
  switch (typeof value) {
    case 'string':
      if (loneSurrogate.test(value)) refuse(path, 'holds half of a surrogate pair, which is no character');
      return;
    case 'number':
      if (!Number.isFinite(value)) refuse(path, `${value} is no JSON number`);
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        refuse(path, 'is an integer beyond 2^53−1: write it as a string');
      }
      return;
    case 'boolean':
      return;
    case 'object': {
      if (value === null) return;
      if (depth > maxDepth) refuse(`${path.slice(0, shownPath)}…`, tooDeep);
      if (Array.isArray(value)) {
        for (let index = 0; index < value.length; index += 1) {
          requireJson(value[index], `${path}.${index}`, depth + 1);
        }
        return;
      }
      const prototype: unknown = Object.getPrototypeOf(value);
      // Compared by shape, not identity: an object of another realm is as plain.
      if (prototype !== null && Object.getPrototypeOf(prototype) !== null) refuse(path, 'is no plain object');
      for (const key of Object.keys(value)) {
        if (loneSurrogate.test(key)) refuse(path, 'has a name with half of a surrogate pair');
        requireJson((value as Record<string, unknown>)[key], `${path}.${key}`, depth + 1);
      }
      return;
    }
    default:
      refuse(path, `is ${typeof value}, which JSON does not have`);
  }
}

/**
 * Canonical JSON (RFC 8785).
 *
 * @throws StoreError `INVALID_EVENT`, with the path of what JSON cannot carry, or nests too deep
 */
export function canonicalise(value: Json, path = 'value'): string {
  requireJson(value, path);
  return canonicalizeJson(value)!;
}

/** The fields of an envelope that stand in one column of their own. */
export interface CanonicalEvent {
  readonly meta: string;
  readonly data: string;
}

/** The fields of an envelope that have no column of their own. */
export type EventMeta = Pick<
  NewEvent,
  'decidedOn' | 'effective' | 'actor' | 'commandId' | 'causationId' | 'correlationId'
>;

/** The same, and nothing else that stands beside them, as JSON has them. */
export function metaOf({
  decidedOn,
  effective,
  actor: { subject, organisation },
  commandId,
  causationId,
  correlationId,
}: EventMeta): JsonObject {
  const actor: Json = organisation === undefined ? { subject } : { subject, organisation };
  return { decidedOn, effective, actor, commandId, causationId, correlationId };
}

/** Canonical JSON of them, as the log keeps it. */
export function canonicalMeta(event: EventMeta): string {
  return canonicalise(metaOf(event), 'event');
}

/** The largest integer every store keeps. */
const maxSchemaVersion = 2 ** 31 - 1;

/** What the event's envelope weighs besides its own fields: stream, revision, position, recorded time and salt. */
const placeBytes = 220;

/**
 * The bytes that are stored, made once.
 *
 * @throws StoreError `INVALID_EVENT`, `EVENT_TOO_LARGE`
 */
export function canonicaliseEvent(event: NewEvent): CanonicalEvent {
  const { id, type, schemaVersion } = event;
  requireJson([id, type], 'event');
  if (!Number.isInteger(schemaVersion) || schemaVersion < 1 || schemaVersion > maxSchemaVersion)
    refuse('schemaVersion', `is an integer from 1 to ${maxSchemaVersion}`);
  if (type.includes('\0')) refuse('type', 'holds U+0000');
  const meta = canonicalMeta(event);
  const data = canonicalise(event.data, 'data');
  const bytes = Buffer.byteLength(meta) + Buffer.byteLength(data) + Buffer.byteLength(type) + placeBytes;
  if (bytes > maxEnvelopeBytes) {
    throw new StoreError(
      'EVENT_TOO_LARGE',
      `an event of ${type} takes ${bytes} bytes; at most ${maxEnvelopeBytes} can be stored`,
    );
  }
  return { meta, data };
}
