import { readFile, stat } from 'node:fs/promises';
import { compileDatePattern } from './date-pattern.js';
import type { DateFormat, Mapping } from './language.js';
import { MappingError, type MappingProblem } from './mapping-error.js';
import { schemaProblems } from './schema-problems.js';
import { isTimeZone } from './time-zone.js';
import { type YamlDocument, maxMappingBytes, readYaml } from './yaml-document.js';

/**
 * Reads a mapping file.
 *
 * @throws MappingError with every problem, each with its line and column
 */
export async function readMappingFile(file: string): Promise<Mapping> {
  let text: string;
  try {
    // Read no further than the bound: a path may lead to something endless.
    const { size } = await stat(file);
    if (size > maxMappingBytes) return parseMapping(' '.repeat(maxMappingBytes + 1), file);
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof MappingError) throw error;
    const code = (error as { code?: unknown }).code;
    const message =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
          ? 'is not UTF-8'
          : `cannot be read (${String(code)})`;
    throw new MappingError(file, [{ line: 1, column: 1, path: '', message }]);
  }
  return parseMapping(text, file);
}

/**
 * Reads a mapping from its text.
 *
 * @param file what to call it in messages
 * @throws MappingError
 */
export function parseMapping(text: string, file = 'the mapping'): Mapping {
  const document = readYaml(text);
  if (document.problems.length > 0) throw new MappingError(file, document.problems);
  const problems = schemaProblems(document);
  if (problems.length > 0) throw new MappingError(file, problems);
  const mapping = document.value as Mapping;
  const meaning = meaningProblems(document, mapping);
  if (meaning.length > 0) throw new MappingError(file, meaning);
  return mapping;
}

/** What a schema cannot say: names that lead nowhere, date patterns that make no date, states that come from nowhere. */
function meaningProblems(document: YamlDocument, mapping: Mapping): MappingProblem[] {
  const problems: MappingProblem[] = [];
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    if (Array.isArray(value)) {
      value.forEach((entry, index) => walk(entry, [...path, index]));
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, entry] of Object.entries(value)) {
      const here = [...path, key];
      if (key === 'lookup' && typeof entry === 'string' && !Object.hasOwn(mapping.tables ?? {}, entry)) {
        problems.push(document.problemAt(here, `there is no table "${entry}" under tables`));
      }
      if (key === 'date' || key === 'formats') {
        [entry].flat().forEach((pattern: unknown, index) => {
          const wrong = compileDatePattern(pattern as DateFormat) as { problem?: string };
          if (wrong.problem) {
            problems.push(document.problemAt(Array.isArray(entry) ? [...here, index] : here, wrong.problem));
          }
        });
      }
      if ((key === 'zone' || key === 'timesIn') && typeof entry === 'string' && !isTimeZone(entry)) {
        const message = `"${entry}" is no time zone: write a name such as Asia/Baghdad, or UTC, or +03:00`;
        problems.push(document.problemAt(here, message));
      }
      if (!ownWords.has(key)) walk(entry, here);
      else if (typeof entry === 'object' && entry !== null) {
        for (const [word, inner] of Object.entries(entry)) walk(inner, [...here, word]);
      }
    }
  };
  walk(mapping, []);
  mapping.rows.forEach((rule, row) =>
    rule.do?.forEach((action, index) => {
      const [[kind, body]] = Object.entries(action) as [[string, { state?: string; status?: unknown }]];
      if ((kind !== 'register' && kind !== 'state') || body.state !== undefined) return;
      const path = ['rows', row, 'do', index];
      if (!mapping.statuses)
        problems.push(document.problemAt(path, 'has no state: give one, or describe statuses', kind));
      else if (body.status === undefined && mapping.statuses.from === undefined) {
        problems.push(
          document.problemAt(path, 'reads no status: say status here, or from under statuses', kind),
        );
      }
    }),
  );
  mapping.rows.slice(0, -1).forEach((rule, row) => {
    if (rule.when === undefined) {
      problems.push(
        document.problemAt(['rows', row], 'has no condition, so no rule after it is ever reached'),
      );
    }
  });
  return problems.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Maps whose keys are the owner's own words. */
const ownWords: ReadonlySet<string> = new Set([
  'states',
  'tables',
  'attributes',
  'people',
  'title',
  'text',
  'reason',
  'note',
]);
