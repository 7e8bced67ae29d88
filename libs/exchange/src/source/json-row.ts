import type { FieldPath } from '../mapping/language.js';
import { jsonFaultAt } from './json-fault.js';
import {
  type Cell,
  type Fields,
  type Place,
  type SourceRow,
  type StoredRow,
  fieldsOfMap,
} from './source-row.js';

/** Longest record of a JSON file, in characters. */
export const maxJsonLength = 1_000_000;

interface StoredJsonRow extends StoredRow {
  /** Line the record begins on, and the character before it there, from 0. */
  readonly line: number;
  readonly at?: number;
  readonly number: number;
  readonly content: string;
  readonly tooLong?: boolean;
}

/** A row from its text. */
export function jsonRow(stored: StoredRow): SourceRow {
  const { line, at = 0, number, content, tooLong } = stored as StoredJsonRow;
  const placeAt = (index: number): Place => {
    const before = content.slice(0, index);
    const breaks = before.split('\n').length - 1;
    if (breaks === 0) return { column: at + index + 1 };
    return { line: line + breaks, column: index - before.lastIndexOf('\n') };
  };
  const unreadable = (message: string, index?: number): SourceRow => ({
    line,
    number,
    problem: { message, ...(index !== undefined && placeAt(index)) },
    raw: content.slice(0, maxJsonLength),
    stored,
    ...nothing,
  });
  if (tooLong) return unreadable(`is longer than ${maxJsonLength} characters`);
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return unreadable('is not JSON', jsonFaultAt(content));
  }
  if (!isRecord(value)) return unreadable('is no JSON object', 0);
  const fields = fieldsOf(value);
  const placeOf = (path: FieldPath): Place | undefined => {
    const index = content.indexOf(JSON.stringify(typeof path === 'string' ? path : String(path[0])));
    return index < 0 ? undefined : placeAt(index);
  };
  return {
    line,
    number,
    raw: value,
    stored,
    ...fields,
    own: (path) => fields.get(path),
    placeOf,
    entries: (path, as) => {
      const found = find(value, path);
      const entries = Array.isArray(found) ? (found as unknown[]) : [found];
      return entries.flatMap((entry) => {
        if (isRecord(entry)) return [fieldsOf(entry)];
        const cell = cellOf(entry);
        return cell === null ? [] : [fieldsOfMap(new Map([[as, cell]]))];
      });
    },
  };
}

type JsonRecord = { readonly [key: string]: unknown };

const nothing: Pick<SourceRow, 'get' | 'own' | 'list' | 'has' | 'placeOf' | 'entries'> = {
  get: () => null,
  own: () => null,
  list: () => [],
  has: () => false,
  placeOf: () => undefined,
  entries: () => [],
};

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(record: JsonRecord): Fields {
  return {
    get: (path) => cellOf(find(record, path)),
    list: (path) => {
      const found = find(record, path);
      const entries = Array.isArray(found) ? (found as unknown[]) : [found];
      return entries.map(cellOf).filter((entry) => entry !== null);
    },
    has: (path) => find(record, path) !== undefined,
  };
}

function find(record: JsonRecord, path: FieldPath): unknown {
  let value: unknown = record;
  for (const step of typeof path === 'string' ? [path] : path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** A JSON value as text: lists and maps as JSON. */
function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}
