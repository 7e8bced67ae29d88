import { matchingForm } from '@masar/domain';
import type { FieldPath } from '../mapping/language.js';
import { fieldName } from '../source/source-row.js';
import { type DatesGuess, guessDates } from './date-formats.js';
import { headerSays } from './header-words.js';

/** How many different values of a column are remembered. */
const maxDistinct = 4_000;
/** Words that stand for nothing, where they stand alone in a cell. */
const emptyWords: ReadonlySet<string> = new Set(
  [
    'n/a', 'n.a.', 'na', 'nil', 'none', 'null', 'tbc', 'tbd', 'tba', 'pending date', 'unknown', 'not known', 'not available',
    'not applicable', '-', '--', '---', '–', '—', '.', '?', '#n/a', 's.o.', 'sans objet', 'néant', 'inconnu', 'à déterminer',
    'لا يوجد', 'لا ينطبق', 'غير معروف', 'غير محدد', 'يحدد لاحقا',
  ].map(matchingForm),
); // prettier-ignore

/** What the values of one column, or of one key, look like. */
export class ColumnProfile {
  readonly name: string;
  rows = 0;
  filled = 0;
  /** Values and how often each stands there; no more than {@link maxDistinct} different ones. */
  readonly counts = new Map<string, number>();
  /** There are more different values than are remembered. */
  isOpen = false;
  /** Words standing for nothing that were met, as spelled. */
  readonly emptyWords = new Set<string>();
  characters = 0;
  longest = 0;
  lines = 0;
  private dated: DatesGuess | undefined;
  private readonly shares = new Map<string, number>();

  constructor(
    readonly path: FieldPath,
    /** Its values are lists. */
    readonly isList = false,
  ) {
    this.name = fieldName(path);
  }

  add(value: string | null): void {
    this.rows += 1;
    if (value === null || value.trim() === '') return;
    if (value.length < 20 && emptyWords.has(matchingForm(value))) {
      this.emptyWords.add(value.trim());
      return;
    }
    this.filled += 1;
    this.characters += value.length;
    this.longest = Math.max(this.longest, value.length);
    if (value.includes('\n')) this.lines += 1;
    const known = this.counts.get(value);
    if (known !== undefined) this.counts.set(value, known + 1);
    else if (this.counts.size < maxDistinct) this.counts.set(value, 1);
    else this.isOpen = true;
  }

  get distinct(): number {
    return this.counts.size;
  }

  get averageLength(): number {
    return this.filled === 0 ? 0 : this.characters / this.filled;
  }

  /** Share of its values that are different from all others; 1 where each stands once. */
  get uniqueness(): number {
    if (this.isOpen) return 1;
    return this.filled === 0 ? 0 : this.distinct / this.filled;
  }

  /** Share of the rows that have a value. */
  get fullness(): number {
    return this.rows === 0 ? 0 : this.filled / this.rows;
  }

  /** Share of the remembered values a pattern fits. */
  share(pattern: RegExp): number {
    const known = this.shares.get(pattern.source);
    if (known !== undefined) return known;
    const fitting = [...this.counts.keys()].filter((value) => pattern.test(value.trim())).length;
    const share = this.distinct === 0 ? 0 : fitting / this.distinct;
    this.shares.set(pattern.source, share);
    return share;
  }

  get dates(): DatesGuess {
    this.dated ??= guessDates(this.counts, headerSays(this.name, 'date'));
    return this.dated;
  }

  /** Its values are dates: nearly all, or most where its header says so. */
  get isDate(): boolean {
    if (this.filled === 0 || this.averageLength > 40) return false;
    const isNamed = headerSays(this.name, 'date');
    if (!isNamed && this.share(/^\d{1,6}$/) > 0.5) return false;
    return this.dates.share >= (isNamed ? 0.4 : 0.85);
  }

  /** The tag of the language most of its values are in; `und` where they have no words. */
  get language(): string {
    const text = [...this.counts.keys()].slice(0, 300).join(' ');
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    if (letters === 0) return 'und';
    const arabic = text.match(/[\u0600-\u06ff]/g)?.length ?? 0;
    if (arabic > letters / 2) return /[ێۆڕڵڤ]/.test(text) ? 'ckb' : 'ar';
    const french = text.match(/\b(?:le|la|les|des|du|une|et|pour|dans|sur|aux|est)\b/gi)?.length ?? 0;
    const english = text.match(/\b(?:the|of|and|to|in|for|that|is|on|be)\b/gi)?.length ?? 0;
    return french > english ? 'fr' : 'en';
  }
}
