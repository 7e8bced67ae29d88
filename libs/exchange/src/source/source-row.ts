import type { FieldPath } from '../mapping/language.js';

/** A value of a row: null where it has no such field, or a null there. */
export type Cell = string | null;

/** Where a field stands: the number of its CSV column, or the character its key begins at in a line of JSON. */
export interface Place {
  readonly column: number;
  /** Where it is not the line the row begins on. */
  readonly line?: number;
}

/** What is read of a row: its fields' values. */
export interface Fields {
  /** The value of a field. */
  get(path: FieldPath): Cell;
  /** The values of a field that holds a list, or the one it holds. */
  list(path: FieldPath): readonly string[];
  has(path: FieldPath): boolean;
}

/** What a row can be made from again, as JSON: rows that are not taken in the order of the file are kept so. */
export type StoredRow = { readonly [key: string]: unknown };

/** One record of a file, or one entry of a list within it. */
export interface SourceRow extends Fields {
  /** Line it begins on, from 1. */
  readonly line: number;
  /** Number of the record, from 1; the header is none. */
  readonly number: number;
  /** What is wrong with it as a record; it has no values then. */
  readonly problem?: { readonly message: string; readonly line?: number; readonly column?: number };
  /** The values as read, for the rejects file: CSV cells, or the JSON value; the text where it could not be parsed. */
  readonly raw: readonly string[] | { readonly [key: string]: unknown } | string;
  /** The value of a field the row has itself: an entry of a list has not what only its record has. */
  own(path: FieldPath): Cell;
  placeOf(path: FieldPath): Place | undefined;
  /** The records of a list the row holds, each with fields of its own; those that are no record have the field `as`. */
  entries(path: FieldPath, as: string): readonly Fields[];
  readonly stored: StoredRow;
}

/** A field's name in messages. */
export function fieldName(path: FieldPath): string {
  return typeof path === 'string' ? path : path.join('.');
}

/** Fields by name, in no order: what a part of a row has. */
export function fieldsOfMap(values: ReadonlyMap<string, string>): Fields {
  const get = (path: FieldPath): Cell => values.get(fieldName(path)) ?? null;
  return {
    get,
    list: (path) => [get(path)].filter((value) => value !== null),
    has: (path) => values.has(fieldName(path)),
  };
}

/** A file that cannot be read any further, and where. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  constructor(
    message: string,
    readonly line: number,
    readonly column?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
