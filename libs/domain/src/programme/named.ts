import { type DateNotes, type GivenDates, readDates } from '../event.js';
import { Refusal, type RefusalCode } from '../refusal.js';
import { type LangText, normaliseReference, requireText } from '../text.js';

/** What every event of a programme may carry beside its own. */
export interface Common {
  readonly dates?: DateNotes;
  readonly illustrative?: boolean;
  readonly reason?: LangText;
}

/** Something a programme names. */
export interface Named {
  readonly reference: string;
  readonly name: LangText;
}

/** What a decision of a programme takes beside its own. */
export type Input<T> = T & GivenDates & { readonly illustrative?: boolean; readonly reason?: LangText };

/**
 * Reference and name of what is to be registered.
 *
 * @throws Refusal `NOT_FOUND` without a programme, `ALREADY_EXISTS`
 */
export function requireNew(
  programme: { readonly reference: string },
  known: { has(key: string): boolean },
  what: string,
  { reference, name }: Named,
): Named {
  if (programme.reference === '') refuse('NOT_FOUND', 'programme', 'there is no such programme');
  if (known.has(normaliseReference(reference))) refuseTwice(what, reference);
  return { reference, name: requireText(name, 'name') };
}

export function refuseTwice(what: string, reference: string): never {
  throw new Refusal('ALREADY_EXISTS', `${what} ${reference} is registered already`, [
    { path: 'reference', message: 'is in use' },
  ]);
}

/** Refuses for one field of the input. */
export function refuse(code: RefusalCode, path: string, message: string): never {
  throw new Refusal(code, message, [{ path, message }]);
}

/** The reason an input gives, checked; nothing where it gives none. */
export function reasonOf({ reason }: { readonly reason?: LangText }): { reason?: LangText } {
  return reason ? { reason: requireText(reason, 'reason') } : {};
}

/** The date an input takes effect on, EDTF; null where it is not known. */
export function effectiveOf(input: GivenDates): string | null {
  return readDates(input).effective;
}

/** True where two texts are the same in every language. */
export function sameText(a: LangText | undefined, b: LangText | undefined): boolean {
  const tags = Object.keys(a ?? {});
  return tags.length === Object.keys(b ?? {}).length && tags.every((tag) => a?.[tag] === b?.[tag]);
}

/** How a day reads in a message. */
export function spoken(on: string | null): string {
  return on === null ? 'a date that is not known' : on;
}
