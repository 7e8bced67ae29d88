import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import type { CsvFormat, Encoding, Format } from '../mapping/language.js';
import { csvRecords } from '../source/csv-rows.js';
import { decodedText, markedEncoding } from '../source/decoded-text.js';
import { guessHeader } from './guess-header.js';

/** How a file is to be read, and why it is thought so. */
export interface SniffedFormat {
  readonly format: Format;
  readonly why: readonly string[];
}

const sampleBytes = 262_144;
const sampleRecords = 500;
/** A JSON file larger than this is not read at once to find its list. */
const maxWholeJson = 64 * 1024 * 1024;

/** @throws the error of the file system, and {@link SyntaxError} for JSON that is none */
export async function sniffFormat(path: string): Promise<SniffedFormat> {
  const start = await firstBytes(path);
  const encoding = sniffEncoding(start);
  const text = new TextDecoder(encoding ?? 'utf-8').decode(start);
  const encoded = encoding === undefined ? {} : { encoding };
  const why = encoding === undefined ? [] : [`its bytes read as ${encoding}`];
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') return sniffCsv(path, encoding, why);
  if (first === '{' && isJsonLines(text, start.length < sampleBytes))
    return { format: { kind: 'jsonl', ...encoded }, why };
  const at = first === '[' ? [] : await longestList(path, encoding);
  const list = at.length === 0 ? {} : { at: at.length === 1 ? at[0]! : at };
  return { format: { kind: 'json', ...encoded, ...list }, why };
}

async function firstBytes(path: string): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(sampleBytes), 0, sampleBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * The encoding bytes are in; undefined for UTF-8. Without a mark: what is valid UTF-8 is UTF-8, text in which every other
 * byte is zero is UTF-16, and otherwise bytes beyond ASCII stand in runs where they are Arabic, and alone where they are
 * accents.
 */
export function sniffEncoding(start: Uint8Array): Encoding | undefined {
  const marked = markedEncoding(start);
  if (marked !== undefined) return marked === 'utf-8' ? undefined : marked;
  const zeros = [0, 1].map(
    (parity) => start.filter((byte, index) => index % 2 === parity && byte === 0).length,
  );
  const [even = 0, odd = 0] = zeros;
  if (odd > start.length / 8 && even === 0) return 'utf-16le';
  if (even > start.length / 8 && odd === 0) return 'utf-16be';
  try {
    // The sample may end within a character.
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
    return undefined;
  } catch {
    const high = start.filter((byte) => byte >= 0x80).length;
    const inRuns = start.filter((byte, index) => byte >= 0xc0 && (start[index + 1] ?? 0) >= 0xc0).length;
    return inRuns > high / 3 ? 'windows-1256' : 'windows-1252';
  }
}

function isJsonLines(text: string, isWhole: boolean): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const whole = isWhole || lines.length === 1 ? lines : lines.slice(0, -1);
  const [firstLine, ...more] = whole.map(parsed);
  if (firstLine === undefined || more.some((line) => line === undefined)) return false;
  return more.length > 0 || listsIn(firstLine).length === 0;
}

function parsed(line: string): object | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Lists of records within a JSON value, with the keys that lead to them. */
function listsIn(value: unknown, at: readonly string[] = []): { at: readonly string[]; length: number }[] {
  if (Array.isArray(value)) {
    const isRecords = value.some(
      (entry) => typeof entry === 'object' && entry !== null && !Array.isArray(entry),
    );
    return isRecords ? [{ at, length: value.length }] : [];
  }
  if (typeof value !== 'object' || value === null || at.length >= 5) return [];
  return Object.entries(value).flatMap(([key, entry]) => listsIn(entry, [...at, key]));
}

async function longestList(path: string, encoding: Encoding | undefined): Promise<readonly string[]> {
  if ((await stat(path)).size > maxWholeJson) return [];
  const value = JSON.parse(new TextDecoder(encoding ?? 'utf-8').decode(await readFile(path))) as unknown;
  const [longest] = listsIn(value).sort((a, b) => b.length - a.length);
  return longest?.at ?? [];
}

interface Attempt {
  readonly format: CsvFormat;
  readonly records: readonly (readonly string[])[];
  readonly rows: readonly number[];
  readonly width: number;
  readonly score: number;
  readonly why: readonly string[];
}

async function sniffCsv(
  path: string,
  encoding: Encoding | undefined,
  why: readonly string[],
): Promise<SniffedFormat> {
  const attempts: Attempt[] = [];
  for (const delimiter of [',', ';', '\t', '|']) attempts.push(await attempt(path, encoding, delimiter));
  const [best] = attempts.sort((a, b) => b.score - a.score) as [Attempt];
  const header = guessHeader(best.records, best.rows, best.width);
  return { format: { ...best.format, ...header.format }, why: [...why, ...best.why, ...header.why] };
}

/** The file read with one delimiter: well where most records have as many cells, and more than one. */
async function attempt(path: string, encoding: Encoding | undefined, delimiter: string): Promise<Attempt> {
  const base: CsvFormat = {
    kind: 'csv',
    ...(encoding === undefined ? {} : { encoding }),
    ...(delimiter === ',' ? {} : { delimiter }),
  };
  const ways: [CsvFormat, string[]][] = [
    [base, []],
    [{ ...base, looseQuotes: true }, ['quotes stand in the middle of cells']],
    [{ ...base, quote: 'none' }, ['quotes do not match: they are taken as text']],
  ];
  let read: Awaited<ReturnType<typeof readSample>> = { records: [], rows: [], isWhole: false };
  let format = base;
  let why: string[] = [];
  for (const [each, reason] of ways) {
    read = await readSample(path, each);
    [format, why] = [each, reason];
    if (read.isWhole) break;
  }
  const widths = new Map<number, number>();
  for (const { length } of read.records) widths.set(length, (widths.get(length) ?? 0) + 1);
  const [width = 1, count = 0] = [...widths].sort(([a, m], [b, n]) => n - m || b - a)[0] ?? [];
  const share = count / Math.max(read.records.length, 1);
  return {
    format,
    records: read.records,
    rows: read.rows,
    width,
    score: share ** 2 * Math.log2(width + 0.01),
    why,
  };
}

async function readSample(
  path: string,
  format: CsvFormat,
): Promise<{ records: string[][]; rows: number[]; isWhole: boolean }> {
  const records: string[][] = [];
  const rows: number[] = [];
  const stream = createReadStream(path);
  try {
    for await (const { cells, row } of csvRecords(decodedText(stream, format.encoding), format)) {
      if (cells.some((cell) => cell.trim() !== '')) {
        records.push([...cells]);
        rows.push(row);
      }
      if (records.length >= sampleRecords) break;
    }
    return { records, rows, isWhole: true };
  } catch {
    return { records, rows, isWhole: false };
  } finally {
    stream.destroy();
  }
}
