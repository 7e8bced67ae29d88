import type { QueryArrayConfig } from 'pg';
import type { Actor, JsonObject, RecordedEvent } from '../ports.js';
import type { EventMeta } from './canonical.js';

const columns = 'position, stream, revision, id, type, schema_version, recorded_at, meta, data, salt';
type Row = [string, string, string, string, string, string, string, string, string, string];

/** Columns arrive as the text PostgreSQL sent: parsing what nobody reads is most of the cost of reading. */
const asText = { getTypeParser: () => (text: string) => text };

/** A query for events; `rest` follows the list of columns. */
export function selectEvents(rest: string, values: unknown[], name?: string): QueryArrayConfig {
  return {
    ...(name && { name }),
    text: `select ${columns} from masar.event ${rest}`,
    values,
    rowMode: 'array',
    types: asText,
  };
}

/** `2026-01-31 10:11:12.1234+00`, as a session in UTC prints it, in ISO 8601 with all six decimals. */
export function isoFromText(text: string): string {
  const point = text.indexOf('.', 19);
  const decimals = point < 0 ? '' : text.slice(point + 1, text.lastIndexOf('+'));
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${decimals.padEnd(6, '0')}Z`;
}

/** A row of the log; data, envelope and salt are parsed when first asked for. */
class RecordedRow implements RecordedEvent {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly bytes: string;
  readonly #recordedAt: string;
  readonly #salt: string;
  readonly #metaText: string;
  #meta: EventMeta | undefined;
  #data: JsonObject | undefined;

  constructor(row: Row) {
    this.position = Number(row[0]);
    this.stream = row[1];
    this.revision = Number(row[2]);
    this.id = row[3];
    this.type = row[4];
    this.schemaVersion = Number(row[5]);
    this.#recordedAt = row[6];
    this.#metaText = row[7];
    this.bytes = row[8];
    this.#salt = row[9];
  }

  get data(): JsonObject {
    return (this.#data ??= JSON.parse(this.bytes) as JsonObject);
  }
  get recordedAt(): string {
    return isoFromText(this.#recordedAt);
  }
  get salt(): Uint8Array {
    return Buffer.from(this.#salt.slice(2), 'hex');
  }
  get decidedOn(): string | null {
    return this.meta().decidedOn;
  }
  get effective(): string | null {
    return this.meta().effective;
  }
  get actor(): Actor {
    return this.meta().actor;
  }
  get commandId(): string {
    return this.meta().commandId;
  }
  get causationId(): string | null {
    return this.meta().causationId;
  }
  get correlationId(): string {
    return this.meta().correlationId;
  }

  private meta(): EventMeta {
    return (this.#meta ??= JSON.parse(this.#metaText) as EventMeta);
  }
}

export function recordedEvents(rows: unknown[][]): RecordedEvent[] {
  return rows.map((row) => new RecordedRow(row as Row));
}
