import { writeFile } from 'node:fs/promises';
import { type SuggestedMapping, suggestMapping } from '@masar/exchange';
import { CommandFailure } from '../failure.js';

interface Options {
  readonly out?: string;
  readonly programme?: string;
  readonly json?: boolean;
}

/** Drafts a mapping: to a file that is not there yet, or to standard output. */
export async function suggest(file: string, { out, json }: Options): Promise<void> {
  const suggested = await suggestMapping(file);
  if (out !== undefined) await writeNew(out, suggested.mapping);
  if (json) {
    process.stdout.write(`${JSON.stringify(out === undefined ? suggested : { ...suggested, out })}\n`);
    return;
  }
  if (out === undefined) process.stdout.write(suggested.mapping);
  else process.stdout.write(`${describe(suggested, file, out)}\n`);
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as { code?: unknown };
    const why = code === 'EEXIST' ? 'it is there already: choose another name, or remove it' : String(code);
    throw new CommandFailure(`${path} cannot be written: ${why}`);
  }
}

function describe({ rows, rowIs, columns, undecided }: SuggestedMapping, file: string, out: string): string {
  const kinds = { item: 'an item', change: 'a change of an item', part: 'a part of what is said of an item' };
  const width = Math.max(...columns.map(({ name }) => name.length));
  return [
    `${out}: a draft from ${rows} rows, each ${kinds[rowIs]}`,
    ...columns.map(({ name, as, why }) => `  ${name.padEnd(width)}  ${as}${why ? `: ${why}` : ''}`),
    ...undecided.map((each) => `to decide: ${each}`),
    `next: read it, then masar import ${file} --map ${out} --programme REF --dry-run`,
  ].join('\n');
}
