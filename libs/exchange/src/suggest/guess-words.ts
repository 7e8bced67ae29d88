import type { Assignment, Use } from './column-assignment.js';
import type { ColumnProfile } from './column-profile.js';
import { headerFit, headerSays } from './header-words.js';

/** Which columns are titles and texts, one a language; the longest words there are, where no header says so. */
export function guessWords(all: Assignment): { titles: Use[]; texts: Use[] } {
  const isProse = (column: ColumnProfile): boolean =>
    !column.isDate && !column.isList && column.averageLength > 3;
  const titles: Use[] = [];
  const texts: Use[] = [];
  const languages = new Set<string>();
  const take = (
    role: 'title' | 'text',
    into: Use[],
    fits: (column: ColumnProfile) => boolean,
    why: string,
  ): void => {
    languages.clear();
    for (;;) {
      const found = all.best(
        (column) =>
          isProse(column) && fits(column) && !languages.has(column.language)
            ? headerFit(column.name, role) * (column.filled > 0 ? 1 : 0)
            : 0,
        () => why,
      );
      if (!found) return;
      languages.add(found.column.language);
      into.push(found);
    }
  };
  take(
    'title',
    titles,
    ({ averageLength, uniqueness, distinct }) => averageLength <= 150 && (uniqueness > 0.3 || distinct > 10),
    'its header says it is a title',
  );
  take('text', texts, ({ averageLength }) => averageLength > 25, 'its header says it is the text');
  if (texts.length === 0 && titles.length === 0) {
    const longest = all.best(
      (column) =>
        isProse(column) &&
        column.averageLength > 25 &&
        column.uniqueness > 0.5 &&
        !headerSays(column.name, 'reason')
          ? column.averageLength
          : 0,
      () => 'the longest words there are',
    );
    if (longest) texts.push(longest);
  }
  return { titles, texts };
}
