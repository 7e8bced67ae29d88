import { type DateNotes, type Dated, type GivenDates, withDates } from './event.js';
import { Refusal } from './refusal.js';
import { type LangText, requireText } from './text.js';

/*
 * The storage format of a person's stream, `subject-<id>`, and of a reading of names, `disclosure-<id>`: one event each.
 * Nothing here names anybody. Add fields, never rename.
 */
export type PersonEvent = {
  readonly type: 'PersonErased';
  readonly data: {
    readonly programme: string;
    readonly subject: string;
    readonly reason?: LangText;
    readonly dates?: DateNotes;
    readonly illustrative?: boolean;
  };
};
export type DisclosureEvent = {
  /** Who asked is the actor, when is the recorded time. Recorded before anything is shown. */
  readonly type: 'PersonalDataRead';
  readonly data: {
    readonly programme: string;
    /** Whose names were shown; none where nobody was found. */
    readonly subjects: readonly string[];
    /** What for, in the words of who asked. */
    readonly purpose: string;
    /** Whether names were asked for by id, or somebody's id by name. */
    readonly by: 'id' | 'name';
  };
};

/** Most people whose names one reading shows. */
export const maxDisclosed = 200;

export interface Person {
  readonly erased: boolean;
}

export const noErasure: Person = { erased: false };

/** The stream of a person, by opaque id. */
export function subjectStream(subject: string): string {
  return `subject-${subject.toLowerCase()}`;
}

/** The stream of one reading of names. */
export function disclosureStream(id: string): string {
  return `disclosure-${id}`;
}

export function evolvePerson(_person: Person, event: PersonEvent): Person {
  switch (event.type) {
    case 'PersonErased':
      return { erased: true };
  }
}

/** Erases a person: once is for ever, so a second time changes nothing and is refused. */
export function erasePerson(
  person: Person,
  input: GivenDates & {
    readonly programme: string;
    readonly subject: string;
    readonly reason?: LangText;
    readonly illustrative?: boolean;
  },
): Dated<PersonEvent> {
  const { programme, subject, reason } = input;
  if (person.erased) {
    throw new Refusal('NOTHING_TO_CHANGE', `subject ${subject} is erased already`, [
      { path: 'subject', message: 'is erased already: nothing is left to erase' },
    ]);
  }
  const data = { programme, subject, ...(reason && { reason: requireText(reason, 'reason') }) };
  return withDates({ type: 'PersonErased', data }, input);
}

/** Records that names are about to be shown, and what for. */
export function discloseNames(input: DisclosureEvent['data']): Dated<DisclosureEvent> {
  const { programme, subjects, by } = input;
  const purpose = input.purpose.trim();
  if (purpose === '') {
    throw new Refusal('REASON_REQUIRED', 'purpose is empty: say what the names are needed for', [
      { path: 'purpose', message: 'is empty: say what the names are needed for' },
    ]);
  }
  if ((by === 'id' && subjects.length === 0) || subjects.length > maxDisclosed) {
    throw new Refusal('INVALID_INPUT', `subjects must hold 1 to ${maxDisclosed} ids`, [
      { path: 'subjects', message: `must hold 1 to ${maxDisclosed} ids` },
    ]);
  }
  return {
    type: 'PersonalDataRead',
    data: { programme, subjects: [...new Set(subjects)], purpose, by },
    // When it was read is the recorded time; nobody decided anything.
    decidedOn: null,
    effective: null,
  };
}
