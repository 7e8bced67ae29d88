import { matchingForm } from '@masar/domain';
import type { ColumnProfile } from './column-profile.js';

/** What stands between the entries of cells that hold several; undefined where they hold one. */
export function separatorOf(column: ColumnProfile): string | undefined {
  if (column.isList) return undefined;
  const values = [...column.counts.keys()];
  const shares = [';', '|', '\n', ' / ', ','].map((separator) => {
    const having = values.filter((value) => value.includes(separator));
    const parts = having.flatMap((value) => value.split(separator).map((part) => part.trim()));
    const isList =
      parts.every((part) => part.length < 60) && parts.filter((part) => part !== '').length > having.length;
    // "Lastname, Firstname" is one name: a comma separates names of two words and more.
    const named = parts.filter((part) => part !== '');
    const isNames =
      separator !== ',' || named.filter((part) => /\s/.test(matchingForm(part))).length >= named.length * 0.8;
    return { separator, share: isList && isNames ? having.length / Math.max(values.length, 1) : 0 };
  });
  const [best] = shares.sort((a, b) => b.share - a.share);
  return best && best.share > 0.05 ? best.separator : undefined;
}
