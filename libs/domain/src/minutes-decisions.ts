import { isSha256 } from './digest.js';
import { type Dated, type GivenDates, withDates, withoutUndefined } from './event.js';
import type {
  Approval,
  Corrigendum,
  Minutes,
  MinutesDiscrepancy,
  MinutesEvent,
  MinutesState,
  MinutesVersion,
} from './minutes.js';
import { Refusal, type RefusalCode } from './refusal.js';
import { type LangText, isLanguageTag, normaliseReference, requireText } from './text.js';

/** What every decision on minutes takes beside its own. */
export interface MinutesInput extends GivenDates {
  readonly illustrative?: boolean;
  readonly reason?: LangText;
}

export function draftMinutes(
  minutes: Minutes,
  input: MinutesInput & {
    readonly programme: string;
    readonly workshop: string;
    readonly sessions?: readonly string[];
  },
): Dated<MinutesEvent> {
  const { programme, workshop, sessions } = input;
  if (minutes.state !== undefined) {
    refuse('ALREADY_EXISTS', 'workshop', `the minutes of ${workshop} are ${minutes.state} already`);
  }
  const data = withoutUndefined({ programme, workshop, sessions, ...reasonOf(input) });
  return withDates({ type: 'MinutesDrafted', data }, input);
}

/** At most this many bytes of UTF-8 in a version kept here; longer minutes are kept elsewhere, with their digest. */
export const maxMinutesBytes = 48_000;

/** Adds the words in a language. Once the minutes are approved, only a language that is not there yet. */
export function addMinutesVersion(
  minutes: Minutes,
  input: MinutesInput & MinutesVersion,
): Dated<MinutesEvent> {
  const state = requireState(minutes);
  const { language, text, sha256, hashedBy, uri } = input;
  if (!isLanguageTag(language)) {
    refuse('INVALID_INPUT', 'language', `"${language}" is not a language tag such as en, ar, ckb`);
  }
  requireContent(input);
  const known = versionIn(minutes, language);
  if (known && state === 'approved') {
    const message = `the minutes are approved in ${language}: issue a corrigendum instead`;
    refuse('INVALID_TRANSITION', 'language', message);
  }
  if (known?.text === text && known?.sha256 === sha256 && known?.uri === uri && known) {
    refuse('NOTHING_TO_CHANGE', 'text', `the version in ${language} says that already`);
  }
  const data = withoutUndefined({ language, text, sha256, hashedBy, uri, ...reasonOf(input) });
  return withDates({ type: 'MinutesVersionAdded', data }, input);
}

function requireContent({ text, sha256, hashedBy, uri }: MinutesVersion): void {
  if (text === undefined && sha256 === undefined) {
    refuse('INVALID_INPUT', 'text', 'give the text, or the digest of the document that has it');
  }
  if (text !== undefined && text.trim() === '') refuse('INVALID_INPUT', 'text', 'text is empty');
  if (text !== undefined && bytesOf(text) > maxMinutesBytes) {
    const message = `text takes more than ${maxMinutesBytes} bytes: give the digest of the document and where it is`;
    refuse('INVALID_INPUT', 'text', message);
  }
  if (sha256 !== undefined && !isSha256(sha256)) {
    refuse('INVALID_INPUT', 'sha256', 'sha256 is no SHA-256 in lower-case hexadecimal');
  }
  if (sha256 !== undefined && hashedBy === undefined) {
    refuse('INVALID_INPUT', 'hashedBy', 'say who worked the digest out');
  }
  if (text === undefined && uri === undefined) {
    refuse('INVALID_INPUT', 'uri', 'say where the document with that digest is kept');
  }
}

/** Bytes of UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Sends the draft round, and again after it was changed. */
export function circulateMinutes(
  minutes: Minutes,
  input: MinutesInput & { readonly to?: readonly string[] },
): Dated<MinutesEvent> {
  const state = requireState(minutes);
  const { to } = input;
  if (state === 'approved') refuse('INVALID_TRANSITION', 'workshop', 'the minutes are approved already');
  if (minutes.versions.length === 0) {
    refuse('INVALID_TRANSITION', 'workshop', 'the minutes have no version in any language yet: add one');
  }
  if (to?.length === 0) refuse('INVALID_INPUT', 'to', 'to is empty: leave it out where nobody knows');
  const data = withoutUndefined({ to, ...reasonOf(input) });
  return withDates({ type: 'MinutesCirculated', data }, input);
}

/** Approves the minutes as they were circulated; as recorded, also where nobody recorded that they were. */
export function approveMinutes(
  minutes: Minutes,
  input: MinutesInput & Approval & { readonly asRecorded?: boolean },
): Dated<MinutesEvent> {
  const state = requireState(minutes);
  const { body, inWorkshop, inSession, asRecorded } = input;
  if (state === 'approved') refuse('INVALID_TRANSITION', 'workshop', 'the minutes are approved already');
  if (state === 'draft' && !asRecorded) {
    refuse(
      'INVALID_TRANSITION',
      'workshop',
      'the minutes are a draft: circulate them before they are approved',
    );
  }
  if (inSession !== undefined && inWorkshop === undefined) {
    refuse('INVALID_INPUT', 'inWorkshop', 'a session is one of a workshop: say which');
  }
  if (body === undefined && inSession === undefined && !asRecorded) {
    refuse('INVALID_INPUT', 'body', 'say which body approved them, or in which session');
  }
  const irregularities = state === 'draft' ? (['SKIPPED_STATES'] as const) : undefined;
  const own = { body, inWorkshop, inSession, asRecorded: asRecorded || undefined, irregularities };
  const data = withoutUndefined({ ...own, ...reasonOf(input) });
  return withDates({ type: 'MinutesApproved', data }, input);
}

export function issueCorrigendum(minutes: Minutes, input: MinutesInput & Corrigendum): Dated<MinutesEvent> {
  const state = requireState(minutes);
  const { number, text, points } = input;
  if (state !== 'approved') {
    const message = `the minutes are ${state}: a corrigendum is to approved ones; change the draft instead`;
    refuse('INVALID_TRANSITION', 'workshop', message);
  }
  const key = normaliseReference(number, 'number');
  if (minutes.corrigenda.some((one) => normaliseReference(one.number) === key)) {
    refuse('ALREADY_EXISTS', 'number', `corrigendum ${number} was issued already`);
  }
  requireText(text, 'text');
  const data = withoutUndefined({ number, text, points, ...reasonOf(input) });
  return withDates({ type: 'MinutesCorrigendumIssued', data }, input);
}

/** Says that languages disagree, in any state. Both passages are named, and none is preferred. */
export function noteMinutesDiscrepancy(
  minutes: Minutes,
  input: MinutesInput & MinutesDiscrepancy,
): Dated<MinutesEvent> {
  requireState(minutes);
  const { passages, note } = input;
  requireText(passages, 'passages');
  const languages = Object.keys(passages);
  if (languages.length < 2) {
    refuse('INVALID_INPUT', 'passages', 'a discrepancy is between two languages: name both passages');
  }
  const missing = languages.find((language) => !versionIn(minutes, language));
  if (missing !== undefined) {
    refuse('NOT_FOUND', `passages.${missing}`, `the minutes have no version in ${missing}`);
  }
  for (const language of languages) {
    const { text } = versionIn(minutes, language)!;
    if (text !== undefined && !text.includes(passages[language]!)) {
      refuse('NOT_FOUND', `passages.${language}`, `the version in ${language} has no such passage`);
    }
  }
  if (note) requireText(note, 'note');
  const data = withoutUndefined({ passages, note, ...reasonOf(input) });
  return withDates({ type: 'MinutesDiscrepancyNoted', data }, input);
}

function versionIn({ versions }: Minutes, language: string): MinutesVersion | undefined {
  return versions.findLast((version) => version.language === language);
}

function requireState({ state }: Minutes): MinutesState {
  if (state !== undefined) return state;
  return refuse('NOT_FOUND', 'workshop', 'the workshop has no minutes yet: draft them first');
}

function reasonOf({ reason }: MinutesInput): { reason?: LangText } {
  return reason ? { reason: requireText(reason, 'reason') } : {};
}

function refuse(code: RefusalCode, path: string, message: string): never {
  throw new Refusal(code, message, [{ path, message }]);
}
