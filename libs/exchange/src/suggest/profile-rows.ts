import type { FieldPath, Format } from '../mapping/language.js';
import { compileDates, readDateBy } from '../mapping/steps.js';
import { SourceFile } from '../source/source-file.js';
import { type SourceRow, fieldName } from '../source/source-row.js';
import { matchingForm, parseEdtf } from '@masar/domain';
import { ColumnProfile } from './column-profile.js';

/** How many rows are looked at. */
const maxRows = 100_000;

/** What a file's rows look like, column by column. */
export interface RowsProfile {
  readonly columns: readonly ColumnProfile[];
  readonly rows: number;
  /** There are more rows than were looked at. */
  readonly isPart: boolean;
  /** Rows that say nothing but one word of how the file ends, by column: totals and notes. They are not looked at. */
  readonly footers: readonly { readonly path: FieldPath; readonly value: string }[];
  /** Lists of records within records: each may be rows of its own. */
  readonly lists: readonly FieldPath[];
}

export async function profileRows(path: string, format: Format): Promise<RowsProfile> {
  const columns = new Map<string, ColumnProfile>();
  const lists = new Map<string, FieldPath>();
  const column = (field: FieldPath, isList = false): ColumnProfile => {
    const name = fieldName(field);
    let found = columns.get(name);
    if (!found) columns.set(name, (found = new ColumnProfile(field, isList)));
    return found;
  };
  const footers: { path: FieldPath; value: string }[] = [];
  let names: readonly string[] | undefined;
  const result = await eachRow(
    path,
    format,
    (row) => {
      const footer = names && footerIn(row, names);
      if (footer) {
        footers.push(footer);
        return;
      }
      if (names) for (const name of names) column(name).add(row.get(name));
      else {
        for (const [field, kind] of fieldsOf(row.raw as object)) {
          if (kind === 'records') lists.set(fieldName(field), field);
          else if (kind === 'list') for (const value of row.list(field)) column(field, true).add(value);
          else column(field).add(row.get(field));
        }
      }
    },
    (given) => (names = given),
  );
  return { columns: [...columns.values()], ...result, footers, lists: [...lists.values()] };
}

/** A total, a sum or a note alone in its row. */
function footerIn(row: SourceRow, names: readonly string[]): { path: string; value: string } | undefined {
  const [one, ...more] = names.filter((name) => (row.get(name) ?? '').trim() !== '');
  const value = (row.get(one ?? '') ?? '').trim();
  const isFooter =
    /^(?:total|sum|source|note|end of|generated|exported|المجموع|مجموع|ملاحظة|nombre|somme)/iu.test(value);
  return one !== undefined && more.length <= 1 && isFooter ? { path: one, value } : undefined;
}

async function eachRow(
  path: string,
  format: Format,
  take: (row: SourceRow) => void,
  onNames: (names: readonly string[]) => void = () => undefined,
): Promise<{ rows: number; isPart: boolean }> {
  const file = await SourceFile.open(path, { format });
  let rows = 0;
  try {
    for await (const row of file.rows(
      () => undefined,
      (header) => onNames(header.names),
    )) {
      if (rows >= maxRows) return { rows, isPart: true };
      if (row.problem) continue;
      rows += 1;
      take(row);
    }
    return { rows, isPart: false };
  } finally {
    await file.close();
  }
}

/** The fields of a record and of the records in it, three levels deep. */
function fieldsOf(
  record: object,
  at: readonly string[] = [],
): (readonly [FieldPath, 'value' | 'list' | 'records'])[] {
  return Object.entries(record).flatMap(([key, value]: [string, unknown]) => {
    const keys = [...at, key];
    const path: FieldPath = keys.length === 1 ? key : keys;
    if (Array.isArray(value)) {
      const isRecords = value.some((entry) => typeof entry === 'object' && entry !== null);
      return [[path, isRecords ? 'records' : 'list'] as const];
    }
    if (typeof value === 'object' && value !== null && at.length < 3) return fieldsOf(value, keys);
    return [[path, 'value'] as const];
  });
}

/** How rows of one reference follow each other. */
export interface Groups {
  readonly groups: number;
  /** Groups of more than one row. */
  readonly repeated: number;
  /** Rows that are not the first of their group. */
  readonly later: number;
  /** Of the later rows, how many have another value than the one before: by column. */
  readonly changes: ReadonlyMap<string, number>;
  /** Of the later rows, how many are dated after the row before, and how many before it. */
  readonly ascending: number;
  readonly descending: number;
}

/** Reads the file again, for what the rows of one reference have in common. */
export async function groupRows(
  path: string,
  format: Format,
  reference: FieldPath,
  columns: readonly ColumnProfile[],
  dated: ColumnProfile | undefined,
): Promise<Groups> {
  const last = new Map<
    string,
    { readonly values: readonly string[]; readonly moment: number | undefined; count: number }
  >();
  const changes = new Map<string, number>();
  const patterns = dated ? compileDates(dated.dates.formats) : [];
  const watched = columns.filter((column) => !column.isList);
  let [later, ascending, descending] = [0, 0, 0];
  await eachRow(path, format, (row) => {
    const key = matchingForm(row.get(reference) ?? '');
    if (key === '') return;
    const values = watched.map((column) => matchingForm(row.get(column.path) ?? '').slice(0, 60));
    const date = dated && readDateBy(row.get(dated.path) ?? '', patterns);
    const moment = date && (date.moment ?? Date.parse(parseEdtf(date.edtf)!.earliest));
    const before = last.get(key);
    if (before) {
      later += 1;
      watched.forEach((column, index) => {
        // A cell left empty says nothing new.
        if (values[index] === '' || values[index] === before.values[index]) return;
        changes.set(column.name, (changes.get(column.name) ?? 0) + 1);
      });
      if (moment !== undefined && before.moment !== undefined) {
        if (moment > before.moment) ascending += 1;
        if (moment < before.moment) descending += 1;
      }
    }
    last.set(key, { values, moment, count: (before?.count ?? 0) + 1 });
  });
  const repeated = [...last.values()].filter(({ count }) => count > 1).length;
  return { groups: last.size, repeated, later, changes, ascending, descending };
}

/** How items begin, where a column says which rows begin one. */
export interface Beginnings {
  /** Rows that begin an item under a reference that an item before has. */
  readonly again: number;
  /** References whose first row begins nothing. */
  readonly missing: number;
}

export async function countBeginnings(
  path: string,
  format: Format,
  reference: FieldPath,
  isBeginning: (row: SourceRow) => boolean,
): Promise<Beginnings> {
  const begun = new Map<string, boolean>();
  let [again, missing] = [0, 0];
  await eachRow(path, format, (row) => {
    const key = matchingForm(row.get(reference) ?? '');
    if (key === '') return;
    const begins = isBeginning(row);
    if (begins && begun.get(key)) again += 1;
    if (!begins && !begun.has(key)) missing += 1;
    begun.set(key, begins || (begun.get(key) ?? false));
  });
  return { again, missing };
}
