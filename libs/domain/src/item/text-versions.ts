import { withoutUndefined } from '../event.js';
import { Refusal } from '../refusal.js';
import { type LangText, requireLanguage, requireText } from '../text.js';
import type { ItemEvent } from './circumstances.js';
import type { ItemInput } from './decisions.js';
import type { ReformItemEvent } from './events.js';
import type { ReformItem } from './reform-item.js';

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

const textChanges: { readonly [type in ReformItemEvent['type']]?: TextChangeKind } = {
  ReformItemRegistered: 'original',
  ReformItemAdopted: 'amended',
  ReformItemTextAmended: 'amended',
  ReformItemTextCorrected: 'corrected',
  ReformItemTranslationAdded: 'translated',
  ReformItemDetailsRecorded: 'recorded',
};

/** How an event changes the words of its item; undefined where it brings none. */
export function textChangeOf({ type, data }: ReformItemEvent): TextChangeKind | undefined {
  return bringsWords(data as TextChange) ? textChanges[type] : undefined;
}

/** Whether there is a word in it. */
export function bringsWords({ title, text, parts }: TextChange): boolean {
  return Boolean(title || text || parts);
}

/** The words of an item in all its languages. */
type Words = Pick<ReformItem, 'title' | 'text' | 'parts'>;

/** The words of an item with those of one more language. Languages that are there stay as they are. */
export function translated(words: Words, added: TextChange): TextChange {
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

/** The words of an item with an error taken out of some of their languages; the others stay as they are. */
export function corrected(words: Words, { title, text, parts }: TextChange): TextChange {
  return withoutUndefined({
    title: title && { ...words.title, ...title },
    text: text && { ...words.text, ...text },
    parts: parts?.map((part) => ({
      ...part,
      text: { ...words.parts.find(({ label }) => label === part.label)?.text, ...part.text },
    })),
  });
}

/** Refuses words that are empty or in no language, and parts whose labels do not tell them apart. */
export function requireTextChange({ title, text, parts }: TextChange, under?: string): void {
  const path = (field: string) => (under === undefined ? field : `${under}.${field}`);
  if (title) requireText(title, path('title'));
  if (text) requireText(text, path('text'));
  const seen = new Set<string>();
  parts?.forEach((part, index) => {
    const at = path(`parts.${index}`);
    if (!/^\S{1,20}$/u.test(part.label))
      refuse(
        'INVALID_INPUT',
        `${at}.label`,
        'is no label such as a, b or 1: up to 20 characters without spaces',
      );
    if (seen.has(part.label)) refuse('INVALID_INPUT', `${at}.label`, `is another part's too: ${part.label}`);
    seen.add(part.label);
    requireText(part.text, `${at}.text`);
  });
}

/** Words in one language more. */
export interface Translation {
  /** BCP 47. */
  readonly language: string;
  readonly title?: string;
  readonly text?: string;
  /** Of parts the item has, by label. */
  readonly parts?: readonly { readonly label: string; readonly text: string }[];
}

/** Adds words in a language they are not in yet. What stands in a language is amended or corrected, never translated over. */
export function addTranslation(item: ReformItem, input: ItemInput & Translation): TextEvent {
  const { title, text, parts = [], asRecorded } = input;
  const language = requireLanguage(input.language, 'language');
  if (title === undefined && text === undefined && parts.length === 0)
    refuse('INVALID_INPUT', 'title', 'is missing, and so are text and parts: give the words of at least one');
  const requireNew = (words: LangText | undefined, path: string) => {
    if (words && Object.hasOwn(words, language))
      refuse('ALREADY_EXISTS', path, `is there in ${language} already: amend or correct it instead`);
  };
  if (title !== undefined) requireNew(item.title, 'title');
  if (text !== undefined) {
    if (!item.text && !asRecorded)
      refuse('NOT_FOUND', 'text', 'has nothing to translate: the item has a title only');
    requireNew(item.text, 'text');
  }
  const inLanguage = (words: string) => ({ [language]: words });
  const added = {
    title: title === undefined ? undefined : inLanguage(title),
    text: text === undefined ? undefined : inLanguage(text),
    parts: parts.length === 0 ? undefined : parts.map((part) => ({ ...part, text: inLanguage(part.text) })),
  };
  requireTextChange(added);
  parts.forEach(({ label }, index) =>
    requireNew(requirePart(item, label, `parts.${index}.label`).text, `parts.${index}.text`),
  );
  return { type: 'ReformItemTranslationAdded', data: withoutUndefined({ language, ...added }) };
}

/** Says which of the item's languages prevails, or that none does. */
export function setPrevailingLanguage(
  item: ReformItem,
  input: ItemInput & { readonly language: string | null },
): TextEvent {
  const { language } = input;
  if (language !== null) requireLanguageOf(item, requireLanguage(language, 'language'), 'language');
  if (item.prevailingLanguage === language && !input.asRecorded)
    refuse(
      'NOTHING_TO_CHANGE',
      'language',
      language === null ? 'prevails: that none does is known' : 'prevails already',
    );
  return { type: 'ReformItemPrevailingLanguageSet', data: { language } };
}

/** Notes that passages in two or more of the item's languages do not say the same. */
export function noteDiscrepancy(item: ReformItem, input: ItemInput & Discrepancy): TextEvent {
  const { part, note } = input;
  const passages = requireText(input.passages, 'passages');
  const languages = Object.keys(passages);
  if (languages.length < 2)
    refuse('INVALID_INPUT', 'passages', 'stand in one language: a discrepancy is between two or more');
  for (const language of languages) requireLanguageOf(item, language, `passages.${language}`);
  if (part !== undefined) requirePart(item, part, 'part');
  if (note) requireText(note, 'note');
  return { type: 'ReformItemTextDiscrepancyNoted', data: withoutUndefined({ passages, part, note }) };
}

function requireLanguageOf({ title, text, parts }: Words, language: string, path: string): void {
  const words = [title, text ?? {}, ...parts.map((part) => part.text)];
  if (!words.some((inLanguages) => Object.hasOwn(inLanguages, language)))
    refuse('NOT_FOUND', path, `names ${language}, which none of the item's words are in`);
}

/** The part of a label. */
function requirePart({ parts }: Words, label: string, path: string): Part {
  return (
    parts.find((part) => part.label === label) ??
    refuse('NOT_FOUND', path, `names ${label}, which is no part of the text at that date`)
  );
}

function refuse(code: Refusal['code'], path: string, message: string): never {
  throw new Refusal(code, `${path} ${message}`, [{ path, message }]);
}
