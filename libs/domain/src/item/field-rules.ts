import { parseEdtf } from '../edtf.js';
import { Refusal, type RefusalCode } from '../refusal.js';
import { referenceForm } from '../text.js';

/** Refuses a command for one of its fields. The message says what is wrong with it and what to do: `is …: name …`. */
export function refuse(code: RefusalCode, path: string, message: string): never {
  throw new Refusal(code, `${path} ${message}`, [{ path, message }]);
}

/** Refuses what is no name for something within an item: an action, an indicator, a piece of evidence, a verification. */
export function requireName(name: string, path: string): void {
  if (!/^[^\s\p{Cc}\p{Cs}]{1,60}$/u.test(name))
    refuse('INVALID_INPUT', path, 'is no name such as A-1: up to 60 characters without spaces');
}

/** Refuses a name that something of the same kind has already. */
export function requireNewName(taken: readonly string[], name: string, path: string): void {
  if (taken.includes(name)) refuse('ALREADY_EXISTS', path, `is in use on the item: ${name}; choose another`);
}

/** Refuses a name, or each of several, that nothing on the item has at that date. */
export function requireKnownNames(
  known: readonly string[],
  names: readonly string[],
  path: (index: number) => string,
  what: string,
): void {
  const index = names.findIndex((name) => !known.includes(name));
  if (index < 0) return;
  const there = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  refuse('NOT_FOUND', path(index), `names no ${what} of the item at that date: ${there}`);
}

/** Refuses a list that names one thing twice. */
export function requireNoneTwice(names: readonly string[], path: string): void {
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  if (twice >= 0) refuse('INVALID_INPUT', `${path}.${twice}`, `stands twice in the list: ${names[twice]}`);
}

/** Refuses a date of a field that EDTF does not read. */
export function requireEdtf(edtf: string | undefined, path: string): void {
  if (edtf !== undefined && !parseEdtf(edtf))
    refuse('INVALID_INPUT', path, 'is no date such as 2018, 2018-06, 2018-06-30 or 2018-01/2018-06');
}

/** One of several references as it is spelled there, whatever the letter forms and cases it is asked for in. */
export function asSpelled(references: readonly string[], asked: string): string | undefined {
  if (references.includes(asked)) return asked;
  const form = referenceForm(asked);
  return references.find((reference) => referenceForm(reference) === form);
}
