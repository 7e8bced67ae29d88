import { type DateNotes, type Dated, type GivenDates, withDates } from './event.js';
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
      readonly data: Common & { readonly competence: Competence; readonly mandate?: LangText };
    }
  | { readonly type: 'BodyDissolved'; readonly data: Common & { readonly reason?: LangText } };

export interface Body {
  readonly reference: string;
  readonly competence: Competence | undefined;
  readonly dissolved: boolean;
}

export const noBody: Body = { reference: '', competence: undefined, dissolved: false };

export function bodyStream(programme: string, reference: string): string {
  return `body-${normaliseProgramme(programme)}/${normaliseReference(reference, 'body')}`;
}

export function evolveBody(body: Body, event: BodyEvent): Body {
  switch (event.type) {
    case 'BodyEstablished':
      return { reference: event.data.reference, competence: event.data.competence, dissolved: false };
    case 'BodyMandateChanged':
      return { ...body, competence: event.data.competence };
    case 'BodyDissolved':
      return { ...body, dissolved: true };
  }
}

type Input<T> = T & GivenDates & { readonly illustrative?: boolean };

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
  requireStanding(body);
  const { competence, mandate } = input;
  if (mandate) requireText(mandate, 'mandate');
  return withDates({ type: 'BodyMandateChanged', data: { competence, ...(mandate && { mandate }) } }, input);
}

export function dissolveBody(body: Body, input: Input<{ readonly reason?: LangText }>): Dated<BodyEvent> {
  requireStanding(body);
  const data = input.reason ? { reason: requireText(input.reason, 'reason') } : {};
  return withDates({ type: 'BodyDissolved', data }, input);
}

function requireStanding(body: Body): void {
  if (body.reference === '') throw new Refusal('NOT_FOUND', 'there is no such body');
  if (body.dissolved) throw new Refusal('NOT_FOUND', `body ${body.reference} was dissolved`);
}
