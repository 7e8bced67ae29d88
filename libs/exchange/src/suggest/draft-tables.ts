import { guessPriority, guessResponse, phrasesIn } from './answer-words.js';
import type { ColumnProfile } from './column-profile.js';
import type { DraftLines } from './draft-lines.js';
import type { Roles } from './guess-roles.js';
import { yamlText } from './yaml-text.js';

/** What replies and priorities say, as tables for lookups. */
export function draftTables(lines: DraftLines, { response, priority }: Roles): void {
  const tables: [string, readonly (readonly [string, string])[], string][] = [];
  if (response && !isLongText(response.column)) {
    const values = [...response.column.counts.keys()];
    const known = values.map((value) => [value.trim(), guessResponse(value) ?? 'noted'] as const);
    tables.push(['replies', known, `what "${response.column.name}" says: guesses`]);
  } else if (response) {
    tables.push([
      'replies',
      phrasesIn(response.column.counts.keys()),
      'what a reply says, by the first of these that stands in it',
    ]);
  }
  if (priority) {
    const values = [...priority.column.counts.keys()];
    const known = values.flatMap((value) => {
      const guess = guessPriority(value);
      return guess ? [[value.trim(), guess] as const] : [];
    });
    if (known.length > 0) tables.push(['priorities', known, `guesses from "${priority.column.name}"`]);
  }
  if (tables.length === 0) return;
  lines.blank().add(0, 'tables:');
  for (const [name, entries, why] of tables) {
    lines.add(1, `${name}:`, why);
    for (const [key, value] of new Map(entries)) lines.add(2, `${yamlText(key)}: ${value}`);
  }
}

/** True for replies in sentences, not in a few set words. */
export function isLongText(column: ColumnProfile): boolean {
  return column.isOpen || column.distinct > 15 || column.averageLength > 25;
}
