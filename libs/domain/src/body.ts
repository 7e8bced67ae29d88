import { type DateNotes, type Dated, type GivenDates, readDates, withDates } from './event.js';
import { type Recorded, type Stretch, stretchOn, stretchesOf } from './history.js';
import { Refusal } from './refusal.js';
import { type LangText, normaliseReference, requireText, normaliseProgramme } from './text.js';

/** What a body may do with a recommendation. Only a body that approves can move an item to *Approved*. */
export const competences = ['advises', 'endorses', 'approves'] as const;
export type Competence = (typeof competences)[number];

export const bodyKinds = ['workshop', 'committee', 'office'] as const;
export type BodyKind = (typeof bodyKinds)[number];

/*
 * The storage format of a body's stream, `body-<programme>/<reference>`. Add fields, never rename.
 */
interface Common {
  readonly dates?: DateNotes;
  readonly illustrative?: boolean;
}
export type BodyEvent =
  | {
      readonly type: 'BodyEstablished';
      readonly data: Common & {
        readonly programme: string;
        readonly reference: string;
        readonly name: LangText;
        readonly kind: BodyKind;
        readonly competence: Competence;
        readonly mandate?: LangText;
      };
    }
  | {
      readonly type: 'BodyMandateChanged';
      readonly data: Common & {
        readonly competence: Competence;
        readonly mandate?: LangText;
        readonly reason?: LangText;
      };
    }
  | { readonly type: 'BodyDissolved'; readonly data: Common & { readonly reason?: LangText } };

/** A body with its history. Ask it with {@link bodyOn}: competence and mandate are those of a day. */
export interface Body {
  readonly reference: string;
  readonly history: readonly Recorded<BodyEvent>[];
}

/** A body as it was on a day. */
export interface BodyState {
  readonly reference: string;
  readonly name: LangText;
  readonly kind: BodyKind;
  readonly competence: Competence;
  readonly mandate: LangText | undefined;
  readonly dissolved: boolean;
}

export const noBody: Body = { reference: '', history: [] };

export function bodyStream(programme: string, reference: string): string {
  return `body-${normaliseProgramme(programme)}/${normaliseReference(reference, 'body')}`;
}

/** The body after one more entry, in the order of recording. */
export function evolveBody(body: Body, recorded: Recorded<BodyEvent>): Body {
  const { event } = recorded;
  const reference = event.type === 'BodyEstablished' ? event.data.reference : body.reference;
  return { reference, history: [...body.history, recorded] };
}

/** The stretches of a body, in the order of effect. */
export function bodyStretches({ history }: Pick<Body, 'history'>): Stretch<BodyState>[] {
  return stretchesOf<BodyEvent, BodyState>(history, (state, { event }) => evolveState(state, event));
}

function evolveState(state: BodyState | undefined, event: BodyEvent): BodyState | undefined {
  if (event.type === 'BodyEstablished') {
    const { reference, name, kind, competence, mandate } = event.data;
    return { reference, name, kind, competence, mandate, dissolved: false };
  }
  if (!state) return undefined;
  switch (event.type) {
    case 'BodyMandateChanged':
      return { ...state, competence: event.data.competence, mandate: event.data.mandate };
    case 'BodyDissolved':
      return { ...state, dissolved: true };
  }
}

/**
 * A body as it was on a day: what it might do, and whether it still stood. Undefined where there is none, or none yet.
 *
 * @param on EDTF; a partial date stands at its first possible day, null (unknown) comes after everything recorded
 */
export function bodyOn(body: Pick<Body, 'history'> | undefined, on: string | null): BodyState | undefined {
  return body && stretchOn(bodyStretches(body), on)?.state;
}

/** Whether a body of these stood on that day and could approve. */
export function approvesOn(body: Pick<Body, 'history'> | undefined, on: string | null): boolean {
  const state = bodyOn(body, on);
  return state !== undefined && !state.dissolved && state.competence === 'approves';
}

type Input<T> = T & GivenDates & { readonly illustrative?: boolean; readonly reason?: LangText };

export function establishBody(
  body: Body,
  input: Input<{
    readonly programme: string;
    readonly reference: string;
    readonly name: LangText;
    readonly kind: BodyKind;
    readonly competence: Competence;
    readonly mandate?: LangText;
  }>,
): Dated<BodyEvent> {
  const { programme, reference, name, kind, competence, mandate } = input;
  if (body.reference !== '') {
    throw new Refusal('ALREADY_EXISTS', `body ${reference} is established already`, [
      { path: 'reference', message: 'is in use' },
    ]);
  }
  requireText(name, 'name');
  if (mandate) requireText(mandate, 'mandate');
  const data = { programme, reference, name, kind, competence, ...(mandate && { mandate }) };
  return withDates({ type: 'BodyEstablished', data }, input);
}

export function changeMandate(
  body: Body,
  input: Input<{ readonly competence: Competence; readonly mandate?: LangText }>,
): Dated<BodyEvent> {
  requireStanding(body, input);
  const { competence, mandate } = input;
  if (mandate) requireText(mandate, 'mandate');
  const data = { competence, ...(mandate && { mandate }), ...reasonOf(input) };
  return withDates({ type: 'BodyMandateChanged', data }, input);
}

export function dissolveBody(body: Body, input: Input<object>): Dated<BodyEvent> {
  requireStanding(body, input);
  return withDates({ type: 'BodyDissolved', data: reasonOf(input) }, input);
}

function reasonOf({ reason }: { readonly reason?: LangText }): { reason?: LangText } {
  return reason ? { reason: requireText(reason, 'reason') } : {};
}

/** It has to stand on the day the change takes effect. */
function requireStanding(body: Body, input: GivenDates): void {
  if (body.reference === '') {
    throw new Refusal('NOT_FOUND', 'there is no such body', [
      { path: 'reference', message: 'names no body of the programme: establish it first' },
    ]);
  }
  const state = bodyOn(body, readDates(input).effective);
  const message = state ? `body ${body.reference} was dissolved` : `body ${body.reference} was not there yet`;
  if (!state || state.dissolved) {
    throw new Refusal('NOT_FOUND', message, [
      { path: 'effective', message: 'is a day on which it did not stand' },
    ]);
  }
}
