import { Refusal } from './refusal.js';

/** Text by language tag (BCP 47: `en`, `ar`, `ckb`). Stored as given, never normalised. */
export type LangText = { readonly [tag: string]: string };

const tagShape = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/** True of what has the shape of a language tag (BCP 47): `en`, `ar`, `zh-Hant`. */
export function isLanguageTag(tag: string): boolean {
  return tagShape.test(tag);
}

/** Refuses an empty map, an ill-formed tag and an empty text; `path` names the field. */
export function requireText(text: LangText, path: string): LangText {
  const tags = Object.keys(text);
  const problems = tags
    .filter((tag) => !tagShape.test(tag) || text[tag]!.trim() === '')
    .map((tag) => ({
      path: `${path}.${tag}`,
      message: tagShape.test(tag)
        ? 'is empty: leave the language out instead'
        : 'is not a language tag such as en, ar, ckb',
    }));
  if (tags.length === 0) problems.push({ path, message: 'needs a text in at least one language' });
  if (problems.length > 0) throw new Refusal('INVALID_INPUT', `${path}: ${problems[0]!.message}`, problems);
  return text;
}

/** Refuses what is no language tag; `path` names the field. */
export function requireLanguage(tag: string, path: string): string {
  if (!tagShape.test(tag)) {
    const message = 'is not a language tag such as en, ar, ckb';
    throw new Refusal('INVALID_INPUT', `${path} ${message}`, [{ path, message }]);
  }
  return tag;
}

/** Letters that are written in more than one way, each with the one form used for matching. */
const letterForms: Readonly<Record<string, string>> = {
  ي: 'ی',
  ى: 'ی',
  ك: 'ک',
  ە: 'ه',
  ة: 'ه',
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
};
const lettersToFold = new RegExp(`[${Object.keys(letterForms).join('')}]`, 'gu');

/**
 * Tatweel, Arabic marks, and what cannot be seen: joiners, direction marks (which travel with text copied from a
 * bilingual page), the soft hyphen.
 */
const unseen =
  /[\u064B-\u065F\u0670\u0640\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/gu;

/**
 * The form text is matched by: NFKC, letter forms and digits unified, marks, tatweel and invisible characters dropped,
 * lower case, white space folded. The form of a form is itself. Only for comparing; the stored text is never changed.
 */
export function matchingForm(text: string): string {
  return text
    .normalize('NFKC')
    .replace(unseen, '')
    .replace(lettersToFold, (letter) => letterForms[letter]!)
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0))
    .toLowerCase()
    .normalize('NFKC')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** What references are compared by: {@link matchingForm} with `-` for white space. */
export function referenceForm(reference: string): string {
  return matchingForm(reference).replace(/ /g, '-');
}

/** At most 200 characters in {@link referenceForm}, so that it can name a stream. */
export function normaliseReference(reference: string, path = 'reference'): string {
  const normalised = referenceForm(reference);
  if (normalised === '')
    throw new Refusal('INVALID_REFERENCE', `${path} is empty`, [{ path, message: 'is empty' }]);
  if (normalised.length > 200 || /[\p{Cc}\p{Cs}~]/u.test(normalised)) {
    const message = 'must be at most 200 characters, without control characters, broken text and "~"';
    throw new Refusal('INVALID_REFERENCE', `${path} ${message}`, [{ path, message }]);
  }
  return normalised;
}

/** A programme's reference as streams and ids carry it. Without "/", which ends it there; not "*", which stands for all. */
export function normaliseProgramme(reference: string, path = 'programme'): string {
  const normalised = normaliseReference(reference, path);
  if (normalised.includes('/') || normalised === '*') {
    const message = 'must not contain "/", nor be "*"';
    throw new Refusal('INVALID_REFERENCE', `${path} ${message}`, [{ path, message }]);
  }
  return normalised;
}
