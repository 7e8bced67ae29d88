import type { FieldPath } from '../mapping/language.js';

/** A value of a row: null where it has no such field, or a null there. */
export type Cell = string | null;

/** One record of a file. */
export interface SourceRow {
  /** Line it begins on, from 1. */
  readonly line: number;
  /** Number of the record, from 1; the header is none. */
  readonly number: number;
  /** What is wrong with it as a record; it has no values then. */
  readonly problem?: { readonly message: string; readonly column?: number };
  /** The values as read, for the rejects file: CSV cells, or the JSON value; the text where it could not be parsed. */
  readonly raw: readonly string[] | { readonly [key: string]: unknown } | string;
  /** The value of a field. */
  get(path: FieldPath): Cell;
  /** The values of a field that holds a list, or the one it holds. */
  list(path: FieldPath): readonly string[];
  has(path: FieldPath): boolean;
  /** Where a field stands: the number of its CSV column, or the character its key begins at in a line of JSON. */
  columnOf(path: FieldPath): number | undefined;
}

/** A field's name in messages. */
export function fieldName(path: FieldPath): string {
  return typeof path === 'string' ? path : path.join('.');
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
