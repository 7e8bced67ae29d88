import type { LangText, Part } from '@masar/domain';
import { type ChangeObject, diffArrays } from 'diff';

/** What became of a run of words. */
export type WordChange = 'same' | 'removed' | 'added';

/** Words in a row that have one thing in common: where they came from. */
export interface DiffRun {
  readonly change: WordChange;
  readonly text: string;
}

/** What two texts were compared by: words where they are not too long or too different for that. */
export const diffUnits = ['word', 'sentence', 'whole'] as const;
export type DiffUnit = (typeof diffUnits)[number];

/** How a text became another: its runs in order. `removed` and `same` make the former, `added` and `same` the latter. */
export interface WordDiff {
  readonly runs: readonly DiffRun[];
  readonly unit: DiffUnit;
}

export interface PartDiff extends WordDiff {
  readonly label: string;
  /** Whether only one of the two has it: it was `added` or `removed`; `same` where both have it. */
  readonly part: WordChange;
}

/** What two versions of a text say in one language, word by word. */
export interface TextDiff {
  readonly title: WordDiff;
  readonly text: WordDiff;
  /** In the order of the latter; those that went stand after what they followed. */
  readonly parts: readonly PartDiff[];
}

/** The words of a version. */
export interface Words {
  readonly title: LangText;
  readonly text: LangText | null;
  readonly parts: readonly Part[];
}

/** By the Unicode rules (UAX 29): Arabic marks and joiners stay with their word. */
const segmenters = (['word', 'sentence'] as const).map((unit) => ({
  unit,
  segmenter: new Intl.Segmenter('und', { granularity: unit }),
}));
/** The most segments of two texts together. */
const longest = 40_000;
/** The most segments removed and added between two texts, and between all of two versions: the work goes by its square. */
const mostEdits = 1_000;
const mostEditsOfVersions = 2_000;

/** Compares two versions in one language; where it has no words in it, with nothing. */
export function textDiff(from: Words, to: Words, language: string): TextDiff {
  let left = mostEditsOfVersions;
  const diff = (before: LangText | null | undefined, after: LangText | null | undefined): WordDiff => {
    const found = wordDiff(before?.[language] ?? '', after?.[language] ?? '', Math.min(mostEdits, left));
    left = Math.max(0, left - found.edits);
    return { runs: found.runs, unit: found.unit };
  };
  return {
    title: diff(from.title, to.title),
    text: diff(from.text, to.text),
    parts: labelsOf(from.parts, to.parts).map((label): PartDiff => {
      const [before, after] = [from, to].map(({ parts }) => parts.find((part) => part.label === label));
      const part = before === undefined ? 'added' : after === undefined ? 'removed' : 'same';
      return { label, part, ...diff(before?.text, after?.text) };
    }),
  };
}

function labelsOf(from: readonly Part[], to: readonly Part[]): string[] {
  const labels = to.map(({ label }) => label);
  from.forEach(({ label }, index) => {
    if (labels.includes(label)) return;
    const follows = from.slice(0, index).findLast((part) => labels.includes(part.label));
    labels.splice(follows ? labels.indexOf(follows.label) + 1 : 0, 0, label);
  });
  return labels;
}

/**
 * Compares two texts word by word, or sentence by sentence where that takes too long; what still does is given whole, so that
 * no text holds up an answer.
 *
 * @returns also how many segments it removed and added, or tried to
 */
export function wordDiff(from: string, to: string, most = mostEdits): WordDiff & { readonly edits: number } {
  if (from === to) return { runs: runsOf([['same', from]]), unit: 'word', edits: 0 };
  const whole = runsOf([
    ['removed', from],
    ['added', to],
  ]);
  if (from === '' || to === '') return { runs: whole, unit: 'word', edits: 0 };
  // Half for the words, half for the sentences.
  const maxEditLength = Math.floor(most / 2);
  let edits = 0;
  for (const { unit, segmenter } of segmenters) {
    const [before, after] = [from, to].map((text) =>
      Array.from(segmenter.segment(text), ({ segment }) => segment),
    );
    if (before!.length + after!.length > longest) continue;
    const changes = diffArrays(before!, after!, { maxEditLength });
    edits += changes ? editsOf(changes) : maxEditLength;
    if (!changes) continue;
    const runs = changes.map(({ added, removed, value }): [WordChange, string] => [
      added ? 'added' : removed ? 'removed' : 'same',
      value.join(''),
    ]);
    return { runs: runsOf(runs), unit, edits };
  }
  return { runs: whole, unit: 'whole', edits };
}

function editsOf(changes: readonly ChangeObject<string[]>[]): number {
  return changes.reduce((sum, { added, removed, count }) => sum + (added || removed ? count : 0), 0);
}

function runsOf(runs: readonly (readonly [WordChange, string])[]): DiffRun[] {
  return runs.filter(([, text]) => text !== '').map(([change, text]) => ({ change, text }));
}
