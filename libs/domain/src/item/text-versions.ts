import { Refusal } from '../refusal.js';
import { type LangText, requireText } from '../text.js';
import type { ItemEvent } from './circumstances.js';

/** A lettered part of a recommendation: `a`, `b`, `c`, … Assessed on its own where there are parts. */
export interface Part {
  /** At most 20 characters, unique within the text: `a`, `1`, `b(ii)`. */
  readonly label: string;
  readonly text: LangText;
}

/** What a version of the text may bring; what is left out stays as it was. */
export interface TextChange {
  readonly title?: LangText;
  readonly text?: LangText;
  /** All parts from now on, in order; an empty list takes them away. */
  readonly parts?: readonly Part[];
}

/*
 * The storage format of what changes the words beside a decision. Three things that are never mixed: a decision amends
 * (`ReformItemTextAmended`), an editor corrects with a second person's word, a translator adds a language.
 */
export type TextEvent =
  /** Editorial: spelling, a wrong number, a lost line. Confirmed by a second person; no new decision. */
  | ItemEvent<'ReformItemTextCorrected', TextChange & { readonly correction: string }>
  /** Words in a language that was not there. What stands in the other languages is untouched. */
  | ItemEvent<'ReformItemTranslationAdded', TextChange & { readonly language: string }>
  /** Which language prevails was learned: null where it is known that none does. */
  | ItemEvent<'ReformItemPrevailingLanguageSet', { readonly language: string | null }>
  /** Two languages say different things. Both passages stand, and none is preferred. */
  | ItemEvent<'ReformItemTextDiscrepancyNoted', Discrepancy>;

/** Passages that should say the same and do not, by language. At least two. */
export interface Discrepancy {
  readonly passages: LangText;
  /** Label of the part they stand in, where there are parts. */
  readonly part?: string;
  readonly note?: LangText;
}

/** How a text version came to be. */
export const textChangeKinds = ['original', 'amended', 'corrected', 'translated', 'recorded'] as const;
export type TextChangeKind = (typeof textChangeKinds)[number];

/** The words of an item in all its languages, with those of one more language. Languages that are there stay as they are. */
export function translated(
  words: { readonly title: LangText; readonly text: LangText | undefined; readonly parts: readonly Part[] },
  added: TextChange,
): TextChange {
  const { title, text, parts } = added;
  return {
    title: { ...title, ...words.title },
    ...((text || words.text) && { text: { ...text, ...words.text } }),
    parts: words.parts.map((part) => ({
      ...part,
      text: { ...parts?.find(({ label }) => label === part.label)?.text, ...part.text },
    })),
  };
}

/** Refuses words that are empty or in no language, and parts whose labels do not tell them apart. */
export function requireTextChange({ title, text, parts }: TextChange, path: string): void {
  if (title) requireText(title, `${path}.title`);
  if (text) requireText(text, `${path}.text`);
  const seen = new Set<string>();
  parts?.forEach((part, index) => {
    const at = `${path}.parts.${index}`;
    const fail = (message: string) => {
      throw new Refusal('INVALID_INPUT', `${at}.label ${message}`, [{ path: `${at}.label`, message }]);
    };
    if (!/^\S{1,20}$/u.test(part.label))
      fail('is no label such as a, b or 1: up to 20 characters without spaces');
    if (seen.has(part.label)) fail(`is another part's too: ${part.label}`);
    seen.add(part.label);
    requireText(part.text, `${at}.text`);
  });
}
