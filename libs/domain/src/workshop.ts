import { type DateNotes, type Dated, type GivenDates, withDates } from './event.js';
import { type GivenDate, requireDate } from './edtf.js';
import { Refusal } from './refusal.js';
import { type LangText, normaliseReference, requireText, normaliseProgramme } from './text.js';

export const workshopStates = ['announced', 'scheduled', 'open', 'closed', 'cancelled', 'notKnown'] as const;
export type WorkshopState = (typeof workshopStates)[number];

/*
 * The storage format of a workshop's stream, `workshop-<programme>/<reference>`. Add fields, never rename.
 */
interface Common {
  readonly dates?: DateNotes;
  readonly illustrative?: boolean;
  readonly reason?: LangText;
}
export type WorkshopEvent =
  | {
      readonly type: 'WorkshopAnnounced';
      readonly data: Common & {
        readonly programme: string;
        readonly reference: string;
        readonly topic: LangText;
        /** Place in the announcement's list, from 1. Not a number the workshop was given. */
        readonly listed?: number;
        /** When it was announced for; `edtf: null` where the announcement gave no date. */
        readonly heldOn: GivenDate;
        readonly venue?: LangText;
        readonly note?: LangText;
      };
    }
  | {
      readonly type: 'WorkshopScheduled';
      readonly data: Common & { readonly heldOn: GivenDate; readonly venue?: LangText };
    }
  | { readonly type: 'WorkshopOpened'; readonly data: Common }
  | { readonly type: 'WorkshopSessionHeld'; readonly data: Common & Session }
  | { readonly type: 'WorkshopClosed'; readonly data: Common }
  | { readonly type: 'WorkshopCancelled'; readonly data: Common }
  /** Whether it took place is not known: said, not guessed. */
  | { readonly type: 'WorkshopOutcomeNotKnown'; readonly data: Common };

export interface Session {
  readonly reference: string;
  /** Number of the session within the workshop, from 1: orders what happened on one day. */
  readonly order: number;
  readonly title?: LangText;
}

export interface Workshop {
  readonly reference: string;
  readonly state: WorkshopState | undefined;
  readonly sessions: readonly Session[];
}

export const noWorkshop: Workshop = { reference: '', state: undefined, sessions: [] };

export function workshopStream(programme: string, reference: string): string {
  return `workshop-${normaliseProgramme(programme)}/${normaliseReference(reference, 'workshop')}`;
}

export function evolveWorkshop(workshop: Workshop, event: WorkshopEvent): Workshop {
  switch (event.type) {
    case 'WorkshopAnnounced':
      return { reference: event.data.reference, state: 'announced', sessions: [] };
    case 'WorkshopScheduled':
      return { ...workshop, state: 'scheduled' };
    case 'WorkshopOpened':
      return { ...workshop, state: 'open' };
    case 'WorkshopSessionHeld': {
      const { reference, order, title } = event.data;
      return { ...workshop, sessions: [...workshop.sessions, { reference, order, ...(title && { title }) }] };
    }
    case 'WorkshopClosed':
      return { ...workshop, state: 'closed' };
    case 'WorkshopCancelled':
      return { ...workshop, state: 'cancelled' };
    case 'WorkshopOutcomeNotKnown':
      return { ...workshop, state: 'notKnown' };
  }
}

interface WorkshopInput extends GivenDates {
  readonly illustrative?: boolean;
  readonly reason?: LangText;
}

function dated<E extends WorkshopEvent>(event: E, input: WorkshopInput): Dated<E> {
  const reason = input.reason && { reason: requireText(input.reason, 'reason') };
  return withDates({ ...event, data: { ...event.data, ...reason } }, input);
}

export function announceWorkshop(
  workshop: Workshop,
  input: WorkshopInput & {
    readonly programme: string;
    readonly reference: string;
    readonly topic: LangText;
    readonly listed?: number;
    readonly heldOn: GivenDate;
    readonly venue?: LangText;
    readonly note?: LangText;
  },
): Dated<WorkshopEvent> {
  const { programme, reference, topic, listed, heldOn, venue, note } = input;
  if (workshop.reference !== '') {
    throw new Refusal('ALREADY_EXISTS', `workshop ${reference} was announced already`, [
      { path: 'reference', message: 'is in use' },
    ]);
  }
  requireText(topic, 'topic');
  const data = {
    programme,
    reference,
    topic,
    heldOn: requireDate(heldOn, 'heldOn'),
    ...(listed !== undefined && { listed }),
    ...(venue && { venue: requireText(venue, 'venue') }),
    ...(note && { note: requireText(note, 'note') }),
  };
  return dated({ type: 'WorkshopAnnounced', data }, input);
}

const before: { readonly [type in WorkshopEvent['type']]?: readonly WorkshopState[] } = {
  WorkshopScheduled: ['announced', 'scheduled', 'notKnown'],
  WorkshopOpened: ['announced', 'scheduled', 'notKnown'],
  WorkshopSessionHeld: ['open'],
  WorkshopClosed: ['open'],
  WorkshopCancelled: ['announced', 'scheduled', 'notKnown'],
  WorkshopOutcomeNotKnown: ['announced', 'scheduled', 'open'],
};

function requireState(workshop: Workshop, type: WorkshopEvent['type']): void {
  if (workshop.state === undefined) throw new Refusal('NOT_FOUND', 'there is no such workshop');
  const allowed = before[type] ?? [];
  if (!allowed.includes(workshop.state)) {
    throw new Refusal(
      'INVALID_TRANSITION',
      `workshop ${workshop.reference} is ${workshop.state}; this takes ${allowed.join(' or ')}`,
    );
  }
}

export function scheduleWorkshop(
  workshop: Workshop,
  input: WorkshopInput & { readonly heldOn: GivenDate; readonly venue?: LangText },
): Dated<WorkshopEvent> {
  requireState(workshop, 'WorkshopScheduled');
  const venue = input.venue && { venue: requireText(input.venue, 'venue') };
  const data = { heldOn: requireDate(input.heldOn, 'heldOn'), ...venue };
  return dated({ type: 'WorkshopScheduled', data }, input);
}

export function openWorkshop(workshop: Workshop, input: WorkshopInput): Dated<WorkshopEvent> {
  requireState(workshop, 'WorkshopOpened');
  return dated({ type: 'WorkshopOpened', data: {} }, input);
}

export function holdSession(workshop: Workshop, input: WorkshopInput & Session): Dated<WorkshopEvent> {
  requireState(workshop, 'WorkshopSessionHeld');
  const { reference, order, title } = input;
  if (workshop.sessions.some((session) => session.reference === reference || session.order === order)) {
    throw new Refusal('ALREADY_EXISTS', `session ${reference} or its number ${order} is recorded already`, [
      { path: 'reference', message: 'or order is in use' },
    ]);
  }
  if (!Number.isInteger(order) || order < 1) {
    const message = 'is no number of a session: they count from 1';
    throw new Refusal('INVALID_INPUT', `order ${message}`, [{ path: 'order', message }]);
  }
  const data = { reference, order, ...(title && { title: requireText(title, 'title') }) };
  return dated({ type: 'WorkshopSessionHeld', data }, input);
}

export function closeWorkshop(workshop: Workshop, input: WorkshopInput): Dated<WorkshopEvent> {
  requireState(workshop, 'WorkshopClosed');
  return dated({ type: 'WorkshopClosed', data: {} }, input);
}

export function cancelWorkshop(workshop: Workshop, input: WorkshopInput): Dated<WorkshopEvent> {
  requireState(workshop, 'WorkshopCancelled');
  return dated({ type: 'WorkshopCancelled', data: {} }, input);
}

export function markOutcomeNotKnown(workshop: Workshop, input: WorkshopInput): Dated<WorkshopEvent> {
  requireState(workshop, 'WorkshopOutcomeNotKnown');
  return dated({ type: 'WorkshopOutcomeNotKnown', data: {} }, input);
}
