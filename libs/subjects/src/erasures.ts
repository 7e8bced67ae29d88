import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VaultError } from './vault-error.js';

/** A person was erased. Opaque ids and a time; nothing that names anybody. */
export interface Erasure {
  readonly subject: string;
  /** When the erasure was recorded, UTC. */
  readonly erasedAt: string;
  /** Id of the event that records it. */
  readonly event: string;
}

/** The list of erasures as it was read, each line checked. */
export interface Erasures {
  readonly entries: readonly Erasure[];
  /** The chain after the last line; of an empty list that of its first line, which names the format. */
  readonly chain: string;
}

const header = JSON.stringify({ format: 'masar-erasures/1' });
const beginning = hash('', header);

/** Where the list of erasures is: `MASAR_ERASURES`, or `erasures.jsonl` in the data folder. */
export function erasuresPath(dataDir: string, given = process.env['MASAR_ERASURES']): string {
  return given || join(dataDir, 'erasures.jsonl');
}

/**
 * Reads the list of erasures (docs/personal-data.md has its format) and checks that nothing in it was changed, left out
 * or cut in the middle of a line. Whole lines cut from its end are missed by whoever knows of them:
 * {@link requireErasures}.
 *
 * @throws VaultError `ERASURES_MISSING`, `ERASURES_DAMAGED`
 */
export async function readErasures(path: string): Promise<Erasures> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new VaultError(
      'ERASURES_MISSING',
      `the list of erasures ${path} cannot be read (${codeOf(cause)}): without it, people who were erased would come back; ` +
        'bring the copy that is kept apart from the database',
      { cause },
    );
  });
  const { erasures, whole } = parse(text, path);
  if (whole < text.length) throw damaged(path, text.split('\n').length, 'is cut off');
  return erasures;
}

/**
 * Refuses a list that lacks erasures somebody else knows of, such as the log: lines were cut from its end, or it is
 * another installation's.
 *
 * @throws VaultError `ERASURES_INCOMPLETE`
 */
export function requireErasures({ entries }: Erasures, events: Iterable<string>): void {
  const listed = new Set(entries.map(({ event }) => event));
  const missing = [...events].filter((event) => !listed.has(event));
  if (missing.length === 0) return;
  throw new VaultError(
    'ERASURES_INCOMPLETE',
    `the list of erasures lacks ${missing.length} that the log records, the first by event ${missing[0]}: ` +
      'it was cut off, or is another one; bring the newest copy',
  );
}

/**
 * Adds erasures to the list, on disk when this settles; those it holds already are left out. A last line that a crash cut
 * off was acknowledged to nobody and is written anew. One writer at a time: the caller sees to it.
 *
 * @throws VaultError `ERASURES_DAMAGED`, `ERASURES_UNWRITABLE`
 */
export async function addErasures(path: string, erasures: readonly Erasure[]): Promise<void> {
  const { file, isNew } = await openList(path);
  try {
    const text = await file.readFile('utf8');
    const { erasures: known, whole } = parse(text, path);
    const listed = new Set(known.entries.map(({ event }) => event));
    let { chain } = known;
    let lines = whole === 0 ? `${header}\n` : '';
    for (const { subject, erasedAt, event } of erasures) {
      if (listed.has(event)) continue;
      listed.add(event);
      const entry = { subject, erasedAt, event };
      chain = hash(chain, JSON.stringify(entry));
      lines += `${JSON.stringify({ ...entry, chain })}\n`;
    }
    if (lines === '') return;
    const end = Buffer.byteLength(text.slice(0, whole));
    await file.truncate(end);
    await file.write(lines, end);
    await file.sync();
    if (isNew) await syncFolder(path);
  } catch (cause) {
    throw cause instanceof VaultError ? cause : unwritable(path, cause);
  } finally {
    await file.close();
  }
}

async function openList(path: string): Promise<{ file: FileHandle; isNew: boolean }> {
  try {
    return { file: await open(path, 'wx+', 0o600), isNew: true };
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw unwritable(path, cause);
  }
  try {
    return { file: await open(path, 'r+'), isNew: false };
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** A new file is lost in a crash where its folder was not written. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The whole lines, and how many characters they take. */
function parse(text: string, path: string): { erasures: Erasures; whole: number } {
  const whole = text.lastIndexOf('\n') + 1;
  const [first, ...lines] = text.slice(0, whole).split('\n').slice(0, -1);
  if (first !== undefined && first !== header) throw damaged(path, 1, `is not ${header}`);
  let chain = beginning;
  const entries = lines.map((line, index) => {
    const { subject, erasedAt, event, chain: stored } = fields(line);
    const entry = { subject, erasedAt, event } as Erasure;
    chain = hash(chain, JSON.stringify(entry));
    if (stored !== chain) throw damaged(path, index + 2, 'does not follow from the lines before it');
    return entry;
  });
  return { erasures: { entries, chain }, whole };
}

function fields(line: string): { readonly [name: string]: unknown } {
  try {
    return (JSON.parse(line) as { readonly [name: string]: unknown } | null) ?? {};
  } catch {
    return {};
  }
}

/** SHA-256 (hex) of the chain so far, a line feed, and the line without its chain. */
function hash(before: string, line: string): string {
  return createHash('sha256').update(`${before}\n${line}`).digest('hex');
}

function damaged(path: string, line: number, what: string): VaultError {
  return new VaultError(
    'ERASURES_DAMAGED',
    `line ${line} of the list of erasures ${path} ${what}: bring a copy that is whole`,
  );
}

function unwritable(path: string, cause: unknown): VaultError {
  return new VaultError(
    'ERASURES_UNWRITABLE',
    `the list of erasures ${path} cannot be written (${codeOf(cause)}): nobody can be erased until it can`,
    { cause },
  );
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? 'unknown reason';
}
