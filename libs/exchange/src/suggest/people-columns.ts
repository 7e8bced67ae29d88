import type { ColumnProfile } from './column-profile.js';
import { headerFit, headerSays } from './header-words.js';

/* Which columns hold people. Their names go to the vault, never into an event: what is in doubt is taken for people. */

const email = /\S@\S+\.\S/;
const phone = /^\+?\d[\d ()-]{6,}$/;
const personName =
  /^\p{Lu}[\p{L}\p{M}'’.-]*(?:,? \p{Lu}[\p{L}\p{M}'’.-]*){1,3}$|^[\u0621-\u064a]+(?: [\u0621-\u064a]+){1,3}$/u;
const organisationWords =
  /\b(?:ministry|department|directorate|agency|authority|committee|commission|council|office|unit|division|board|bureau|service|services|ltd|limited|inc|corp|company|group|university|ministère|direction|comité|conseil|bureau)\b|وزارة|مديرية|قسم|دائرة|هيئة|لجنة|مكتب|مجلس|شركة/iu;
const recorderWords =
  /\b(?:actor|committer|commit author|(?:changed|updated|modified|recorded|entered|logged|noted) by|user|by)\b/i;
/** Posts of those who keep a register: names in such a column are of who recorded, and are no part of the item. */
const recorderPosts =
  /\b(?:clerk|registrar|scribe|(?:note|minute)[ -]?taker|greffier)\b|الكاتب|كاتب المحضر/iu;
/** True for columns whose values are ways to reach a person: they are people's whatever their header says. */
export function holdsContacts(column: ColumnProfile): boolean {
  return column.share(email) > 0.3 || (headerSays(column.name, 'person') && column.share(phone) > 0.5);
}

/** Names of people: by the header, unless the values are organisations. What is in doubt is taken for people. */
export function isPeople(column: ColumnProfile): boolean {
  const named = headerFit(column.name, 'person');
  if (named === 0 || column.isDate || column.averageLength > 80) return false;
  const organisations = column.share(organisationWords);
  const isPerson = column.share(personName);
  const saysOther = Math.max(headerFit(column.name, 'lead'), headerFit(column.name, 'addressee'));
  if (saysOther > 0 && isPerson < 0.5) return named > saysOther && organisations < 0.2;
  return organisations < 0.5;
}

/** Names of people who recorded the rows, by their header. */
export function isRecorder(column: ColumnProfile): boolean {
  return (saysRecorder(column) || recorderPosts.test(plain(column))) && isPeople(column);
}

/** True for headers that say who recorded a row, whatever is in the column. */
export function saysRecorder(column: ColumnProfile): boolean {
  return recorderWords.test(plain(column));
}

function plain({ name }: ColumnProfile): string {
  return name.replace(/[_.]/g, ' ');
}
