import type { RestorableEvent } from '@masar/event-store';

/*
 * The format of a log archive, for other people to read: docs/backup.md. A gzip file of JSON Lines, each line canonical
 * JSON (RFC 8785) in UTF-8 ended by one line feed: a header, one line an event, a trailer. A change of any of this is
 * another version.
 */

export const archiveFormat = 'masar-log-archive';
export const archiveVersion = 1;

/** The first line: which log this is, and how much of it. */
export interface ArchiveHeader {
  readonly format: typeof archiveFormat;
  readonly version: typeof archiveVersion;
  readonly logId: string;
  readonly epoch: number;
  /** Position of the last event, which is also how many there are. */
  readonly position: number;
  /** Recorded time of the last event; null for an empty log. */
  readonly recordedAt: string | null;
  /** When the backup began, by the clock of the machine it was made on. */
  readonly created: string;
}

/** The last line. */
export interface ArchiveTrailer {
  readonly events: number;
  /** SHA-256, hex, of all bytes before this line, uncompressed: the header's and every event's, line feeds included. */
  readonly digest: string;
}

/** Every line but the trailer begins otherwise: its names stand in their order. */
export const trailerBeginning = '{"digest":';

/** Longest line there can be, in bytes: an event of 60 KiB whose every character is escaped. */
export const maxLineBytes = 1024 * 1024;

const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const matches =
  (shape: RegExp) =>
  (value: unknown): boolean =>
    isText(value) && shape.test(value);
const uuid = matches(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
const time = matches(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What each field of a line has to be. */
type Shape = { readonly [field: string]: (value: unknown) => boolean };

const eventShape: Shape = {
  actor: (value) => isObject(value) && isText(value['subject']),
  causationId: isTextOrNull,
  commandId: isText,
  correlationId: isText,
  data: (value) => isText(value) && isObject(parsed(value)),
  decidedOn: isTextOrNull,
  effective: isTextOrNull,
  id: uuid,
  position: isCount,
  recordedAt: time,
  revision: isCount,
  salt: matches(/^[0-9a-f]{64}$/),
  schemaVersion: isCount,
  stream: (value) => isText(value) && value !== '',
  type: (value) => isText(value) && value !== '',
};

const headerShape: Shape = {
  created: isText,
  epoch: (value) => isCount(value) && value !== 0,
  format: (value) => value === archiveFormat,
  logId: uuid,
  position: isCount,
  recordedAt: (value) => value === null || time(value),
  version: (value) => value === archiveVersion,
};

const trailerShape: Shape = { digest: matches(/^[0-9a-f]{64}$/), events: isCount };

/** The JSON a text is; undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What is wrong with a line; undefined where nothing is. */
function fault(value: unknown, shape: Shape): string | undefined {
  if (!isObject(value)) return 'is no JSON object';
  const missing = Object.keys(shape).find((field) => !Object.hasOwn(value, field));
  if (missing !== undefined) return `has no ${missing}`;
  const unknown = Object.keys(value).find((field) => !Object.hasOwn(shape, field));
  if (unknown !== undefined)
    return `has a field ${JSON.stringify(unknown.slice(0, 60))}, which this version does not`;
  const wrong = Object.keys(shape).find((field) => !shape[field]!(value[field]));
  return wrong === undefined ? undefined : `has no proper ${wrong}`;
}

/** A line read, or what is wrong with it. */
export type ReadLine<T> = { readonly value: T } | { readonly fault: string };

export function readHeader(line: string): ReadLine<ArchiveHeader> {
  return read(line, headerShape);
}

export function readTrailer(line: string): ReadLine<ArchiveTrailer> {
  return read(line, trailerShape);
}

export function readEvent(line: string): ReadLine<RestorableEvent> {
  const event = read<
    Omit<RestorableEvent, 'bytes' | 'salt'> & { readonly data: string; readonly salt: string }
  >(line, eventShape);
  if ('fault' in event) return event;
  const { data, salt, ...rest } = event.value;
  return { value: { ...rest, bytes: data, salt: Buffer.from(salt, 'hex') } };
}

function read<T>(line: string, shape: Shape): ReadLine<T> {
  const value = parsed(line);
  const wrong = fault(value, shape);
  return wrong === undefined ? { value: value as T } : { fault: wrong };
}
