import {
  canonicalise,
  canonicalMeta,
  type EventMeta,
  isTooDeep,
  metaOf,
  tooDeepToRead,
} from '../postgres/canonical.js';
import type { RestorableEvent } from '../ports.js';
import type { Place } from './place.js';

/** What goes to the server with an event beside its type, its id and its bytes. The keys are the storage format. */
interface StoredMetadata extends EventMeta {
  readonly schemaVersion: number;
  /** UTC with microseconds, as the writer's clock had it; what the log gives is never earlier than the event before. */
  readonly recordedAt: string;
  /** 64 hexadecimal digits. */
  readonly salt: string;
}

/** An event as the client sends it: its bytes are opaque to the server, so that they come back as they were. */
export interface EventToStore {
  readonly id: string;
  readonly type: string;
  readonly contentType: 'application/octet-stream';
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An event as it was read from the server, checked, without the place the log gives it. */
export interface StoredEvent {
  readonly id: string;
  /** Without the prefix. */
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly schemaVersion: number;
  /** What the writer's clock said: the recorded time is this, or that of the event before where that is later. */
  readonly stampedAt: string;
  /** Canonical JSON of the envelope's other fields, as the log keeps them. */
  readonly meta: string;
  readonly bytes: string;
  readonly salt: Uint8Array;
  readonly place: Place;
}

/** What the client gives back of an event. */
export interface ServerEvent {
  readonly streamId: string;
  readonly id: string;
  readonly revision: bigint;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: unknown;
  readonly metadata?: unknown;
  readonly position?: Place | undefined;
}

/** An event under our prefix that Masar did not write, that is no longer as it was written, or that this version does not read. */
export class ForeignEventError extends Error {
  override readonly name = 'ForeignEventError';
  constructor(
    readonly streamOnServer: string,
    readonly revision: bigint,
    what: string,
  ) {
    super(`event ${revision} of ${streamOnServer} ${what}`);
  }
}

/** @param bytes the canonical JSON of its data */
export function toStore(
  event: EventMeta & Pick<RestorableEvent, 'id' | 'type' | 'schemaVersion' | 'bytes' | 'recordedAt' | 'salt'>,
): EventToStore {
  const { schemaVersion, recordedAt } = event;
  const salt = Buffer.from(event.salt).toString('hex');
  const metadata = canonicalise({ ...metaOf(event), schemaVersion, recordedAt, salt });
  return {
    id: event.id,
    type: event.type,
    contentType: 'application/octet-stream',
    data: octets(event.bytes),
    metadata: octets(metadata),
  };
}

/** What it counts as, in bytes, against the size an append may have: by the server's rule, which has its type in UTF-16. */
export function sizeOnServer({ type, data, metadata }: EventToStore): number {
  return data.length + metadata.length + 2 * type.length;
}

/** Not a `Buffer`, which the client would write as JSON. */
function octets(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

const utc = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads an event of ours.
 *
 * @param stream its stream without the prefix
 * @throws ForeignEventError where it is none, or nests too deep for this version
 */
export function fromStore(event: ServerEvent, stream: string): StoredEvent {
  const refused = (what: string) => new ForeignEventError(event.streamId, event.revision, what);
  const foreign = (why: string) => refused(`was not written by Masar: ${why}`);
  if (event.isJson || !(event.data instanceof Uint8Array)) throw foreign('its data are not kept as octets');
  if (!event.position) throw foreign('the server gives it no position');
  if (!isMetadata(event.metadata)) throw foreign('its metadata are not those of an event of a log');
  const { schemaVersion, recordedAt, salt } = event.metadata;
  const bytes = textOf(event.data);
  if (bytes === undefined) throw foreign('its data are no JSON object in UTF-8');
  if (isTooDeep(bytes)) throw refused(`has data that ${tooDeepToRead}`);
  return {
    id: event.id.toLowerCase(),
    stream,
    revision: Number(event.revision),
    type: event.type,
    schemaVersion,
    stampedAt: recordedAt,
    meta: canonicalMeta(event.metadata),
    bytes,
    salt: Buffer.from(salt, 'hex'),
    place: event.position,
  };
}

function textOf(data: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(data);
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? text : undefined;
  } catch {
    return undefined;
  }
}

function isMetadata(value: unknown): value is StoredMetadata {
  if (typeof value !== 'object' || value === null) return false;
  const given = value as Record<string, unknown>;
  const actor = given['actor'] as Record<string, unknown> | null | undefined;
  const isText = (one: unknown): boolean => typeof one === 'string';
  const isTextOrNull = (one: unknown): boolean => one === null || isText(one);
  return (
    Number.isSafeInteger(given['schemaVersion']) &&
    isText(given['recordedAt']) &&
    utc.test(given['recordedAt'] as string) &&
    isText(given['salt']) &&
    /^[0-9a-f]{64}$/.test(given['salt'] as string) &&
    isTextOrNull(given['decidedOn']) &&
    isTextOrNull(given['effective']) &&
    typeof actor === 'object' &&
    actor !== null &&
    isText(actor['subject']) &&
    (actor['organisation'] === undefined || isText(actor['organisation'])) &&
    isText(given['commandId']) &&
    isTextOrNull(given['causationId']) &&
    isText(given['correlationId'])
  );
}
