import type { FieldPath } from './values.js';

/* How a file is written down, and which of it are rows. */

export const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1254',
  'windows-1256',
  'iso-8859-1',
  'iso-8859-6',
  'iso-8859-15',
  'macintosh',
] as const;
export type Encoding = (typeof encodings)[number];

export interface CsvFormat {
  readonly kind: 'csv';
  readonly encoding?: Encoding;
  readonly delimiter?: string;
  /** `none` where quotes mean nothing. */
  readonly quote?: string;
  /** What makes a quote within a quoted cell part of it; the quote itself where not given. */
  readonly escape?: string;
  /** A quote in the middle of a cell is part of it. */
  readonly looseQuotes?: boolean;
  /** Cells are escaped for spreadsheets, as `masar export` writes them: one single quote before `= + - @` and the like. */
  readonly escapedCells?: boolean;
  /** The names of the columns, for a file without a header, or instead of the one in `headerRow`. */
  readonly columns?: readonly string[];
  /** The row the header begins in, as a spreadsheet numbers them; the first that is not blank where not given. */
  readonly headerRow?: number;
  /** How many rows the header takes. */
  readonly headerRows?: number;
  /** What rows with fewer cells than columns are: a problem, or filled up with empty cells. */
  readonly shortRows?: 'refuse' | 'fill';
  /** Columns whose empty cells mean the one above, as in cells merged downwards. */
  readonly fillDown?: readonly string[];
  /** A row with its first cell alone is a heading; the rows under it have it in a column of this name. */
  readonly headings?: string;
}

export type Format =
  | CsvFormat
  | { readonly kind: 'jsonl'; readonly encoding?: Encoding }
  | {
      readonly kind: 'json';
      readonly encoding?: Encoding;
      /** The keys that lead to the list of records; the file is the list where not given. */
      readonly at?: string | readonly string[];
    };

/** A list within a row whose entries are rows of their own, after it. */
export type Unnest =
  | {
      readonly list: FieldPath;
      /** What separates entries in one cell; a JSON list needs none. */
      readonly split?: string | readonly string[];
      /** The field an entry is in that is no record; `entry` where not given. */
      readonly as?: string;
      /** The list has its newest entry first. */
      readonly reversed?: boolean;
    }
  | {
      /** Columns side by side that say the same thing of different times: each is an entry, where it is not empty. */
      readonly columns: readonly string[];
      readonly as: string;
      /** The field with the column's name. */
      readonly named?: string;
    };
