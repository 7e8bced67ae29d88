import type { FieldPath } from '../mapping/language.js';
import { jsonFaultAt } from './json-fault.js';
import type { Cell, SourceRow } from './source-row.js';

/** Longest line of a file of JSON Lines, in characters. */
export const maxLineLength = 1_000_000;

/** The records of JSON Lines: one JSON object a line; blank lines are passed over. */
export async function* jsonlRows(text: AsyncIterable<string>): AsyncGenerator<SourceRow> {
  let number = 0;
  for await (const { line, content, tooLong } of lines(text)) {
    if (content.trim() === '') continue;
    number += 1;
    yield tooLong
      ? unreadable(line, number, content, { message: `is longer than ${maxLineLength} characters` })
      : jsonRow(line, number, content);
  }
}

async function* lines(
  text: AsyncIterable<string>,
): AsyncGenerator<{ line: number; content: string; tooLong: boolean }> {
  let line = 1;
  let pending: string[] = [];
  let length = 0;
  const take = (): { line: number; content: string; tooLong: boolean } => {
    const content = pending.join('').replace(/\r$/, '');
    const tooLong = length > maxLineLength + 1;
    pending = [];
    length = 0;
    return { line: line++, content, tooLong };
  };
  for await (const piece of text) {
    let from = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
      if (length <= maxLineLength) pending.push(piece.slice(from, end));
      length += end - from;
      yield take();
      from = end + 1;
    }
    // Of a line without end only the beginning is kept.
    if (from < piece.length && length <= maxLineLength) pending.push(piece.slice(from));
    length += piece.length - from;
  }
  if (length > 0) yield take();
}

function unreadable(
  line: number,
  number: number,
  content: string,
  problem: { message: string; column?: number },
): SourceRow {
  const none = { get: () => null, list: () => [], has: () => false, columnOf: () => undefined };
  return { line, number, problem, raw: content.slice(0, maxLineLength), ...none };
}

function jsonRow(line: number, number: number, content: string): SourceRow {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return unreadable(line, number, content, { message: 'is not JSON', column: jsonFaultAt(content) + 1 });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return unreadable(line, number, content, { message: 'is no JSON object', column: 1 });
  }
  const raw = value as { readonly [key: string]: unknown };
  return {
    line,
    number,
    raw,
    get: (path) => cellOf(find(raw, path)),
    list: (path) => {
      const found = find(raw, path);
      const entries = Array.isArray(found) ? (found as unknown[]) : [found];
      return entries.map(cellOf).filter((entry) => entry !== null);
    },
    has: (path) => find(raw, path) !== undefined,
    columnOf: (path) => {
      const at = content.indexOf(JSON.stringify(typeof path === 'string' ? path : String(path[0])));
      return at < 0 ? undefined : at + 1;
    },
  };
}

function find(row: { readonly [key: string]: unknown }, path: FieldPath): unknown {
  let value: unknown = row;
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
