import type { Dated } from '../event.js';
import { type GivenDate, requireDate } from '../edtf.js';
import { type Recorded, withEntry } from '../history.js';
import type { Irregularity } from '../item/lifecycle.js';
import { Refusal } from '../refusal.js';
import { type LangText, normaliseProgramme, normaliseReference, requireText } from '../text.js';
import { type AgendaEvent, type AgendaPoint, requireAgenda, sameAgenda } from './agenda.js';
import { type WorkshopCircumstances, type WorkshopInput, dated } from './circumstances.js';
import { type DelegationEvent, type Delegations, delegationOn, requireSeats } from './delegations.js';
import {
  type Attendance,
  type HeldSession,
  type Session,
  type SessionEvent,
  evolveSessions,
  requireNewSession,
  sessionOf,
} from './sessions.js';

export const workshopStates = ['announced', 'scheduled', 'open', 'closed', 'cancelled', 'notKnown'] as const;
export type WorkshopState = (typeof workshopStates)[number];

/*
 * The storage format of a workshop's stream, `workshop-<programme>/<reference>`. Add fields, never rename.
 */
export type WorkshopEvent =
  | {
      readonly type: 'WorkshopAnnounced';
      readonly data: WorkshopCircumstances & {
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
      readonly data: WorkshopCircumstances & { readonly heldOn: GivenDate; readonly venue?: LangText };
    }
  /** The date it had been given was changed; the former one stays visible. */
  | {
      readonly type: 'WorkshopRescheduled';
      readonly data: WorkshopCircumstances & { readonly heldOn: GivenDate; readonly venue?: LangText };
    }
  | { readonly type: 'WorkshopOpened'; readonly data: WorkshopCircumstances }
  | SessionEvent
  | AgendaEvent
  | DelegationEvent
  | { readonly type: 'WorkshopClosed'; readonly data: WorkshopCircumstances }
  | { readonly type: 'WorkshopCancelled'; readonly data: WorkshopCircumstances }
  /** Whether it took place is not known: said, not guessed. */
  | { readonly type: 'WorkshopOutcomeNotKnown'; readonly data: WorkshopCircumstances };

/** A workshop as recorded so far. Ask {@link delegationsOn} who has a seat on a day. */
export interface Workshop extends Delegations {
  readonly state: WorkshopState | undefined;
  /** The date it has by now, as announced or given since. */
  readonly heldOn: GivenDate;
  readonly sessions: readonly HeldSession[];
  readonly agenda: readonly AgendaPoint[];
}

export const noWorkshop: Workshop = {
  reference: '',
  state: undefined,
  heldOn: { edtf: null },
  sessions: [],
  agenda: [],
  delegations: new Map(),
};

export function workshopStream(programme: string, reference: string): string {
  return `workshop-${normaliseProgramme(programme)}/${normaliseReference(reference, 'workshop')}`;
}

/** The workshop after one more entry, in the order of recording. */
export function evolveWorkshop(workshop: Workshop, recorded: Recorded<WorkshopEvent>): Workshop {
  const { event, effective } = recorded;
  switch (event.type) {
    case 'WorkshopAnnounced':
      return { ...workshop, reference: event.data.reference, state: 'announced', heldOn: event.data.heldOn };
    case 'WorkshopScheduled':
    case 'WorkshopRescheduled':
      return { ...workshop, state: stateWhenScheduled(workshop.state), heldOn: event.data.heldOn };
    case 'WorkshopOpened':
      return { ...workshop, state: 'open' };
    case 'WorkshopSessionHeld':
    case 'WorkshopAttendanceRecorded':
      return { ...workshop, sessions: evolveSessions(workshop.sessions, event, effective) };
    case 'WorkshopAgendaSet':
      return { ...workshop, agenda: event.data.points };
    case 'DelegationSeated':
    case 'DelegationLeft': {
      const { organisation } = event.data;
      return {
        ...workshop,
        delegations: withEntry(workshop.delegations, [organisation], { ...recorded, event }),
      };
    }
    case 'WorkshopClosed':
      return { ...workshop, state: 'closed' };
    case 'WorkshopCancelled':
      return { ...workshop, state: 'cancelled' };
    case 'WorkshopOutcomeNotKnown':
      return { ...workshop, state: 'notKnown' };
  }
}

/** That a date was given is learned of a workshop that took place too. */
function stateWhenScheduled(state: WorkshopState | undefined): WorkshopState {
  return state === 'open' || state === 'closed' ? state : 'scheduled';
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

const unended: readonly WorkshopState[] = ['announced', 'scheduled', 'open', 'closed', 'notKnown'];
const before: { readonly [type in WorkshopEvent['type']]?: readonly WorkshopState[] } = {
  WorkshopScheduled: ['announced', 'scheduled', 'notKnown'],
  WorkshopRescheduled: ['announced', 'scheduled', 'notKnown'],
  WorkshopOpened: ['announced', 'scheduled', 'notKnown'],
  WorkshopSessionHeld: ['open'],
  WorkshopAttendanceRecorded: ['open', 'closed'],
  WorkshopAgendaSet: unended,
  WorkshopClosed: ['open'],
  WorkshopCancelled: ['announced', 'scheduled', 'notKnown'],
  WorkshopOutcomeNotKnown: ['announced', 'scheduled', 'open'],
};

/**
 * What an event breaks that comes in the state the workshop is in.
 *
 * @throws Refusal `NOT_FOUND`; `INVALID_TRANSITION` unless it is recorded as it was
 */
function irregularitiesOf(
  workshop: Workshop,
  type: WorkshopEvent['type'],
  { asRecorded }: WorkshopInput,
): Irregularity[] {
  if (workshop.state === undefined) throw new Refusal('NOT_FOUND', 'there is no such workshop');
  const allowed = before[type] ?? [];
  if (allowed.includes(workshop.state)) return [];
  if (asRecorded) return ['OUT_OF_ORDER'];
  throw new Refusal(
    'INVALID_TRANSITION',
    `workshop ${workshop.reference} is ${workshop.state}; this takes ${allowed.join(' or ')}`,
  );
}

/** A date and a place of a workshop, checked. */
function appointment({ heldOn, venue }: { readonly heldOn: GivenDate; readonly venue?: LangText }) {
  return { heldOn: requireDate(heldOn, 'heldOn'), ...(venue && { venue: requireText(venue, 'venue') }) };
}

export function scheduleWorkshop(
  workshop: Workshop,
  input: WorkshopInput & { readonly heldOn: GivenDate; readonly venue?: LangText },
): Dated<WorkshopEvent> {
  const flags = irregularitiesOf(workshop, 'WorkshopScheduled', input);
  return dated({ type: 'WorkshopScheduled', data: appointment(input) }, input, flags);
}

/** Gives it another date, and says why. It must have had one, and the new one must differ. */
export function rescheduleWorkshop(
  workshop: Workshop,
  input: WorkshopInput & { readonly heldOn: GivenDate; readonly venue?: LangText },
): Dated<WorkshopEvent> {
  const flags = irregularitiesOf(workshop, 'WorkshopRescheduled', input);
  const data = appointment(input);
  if (workshop.heldOn.edtf === null && !input.asRecorded) {
    const message = `workshop ${workshop.reference} was given no date yet: schedule it`;
    throw new Refusal('INVALID_TRANSITION', message, [{ path: 'heldOn', message }]);
  }
  if (data.heldOn.edtf === workshop.heldOn.edtf && !data.venue) {
    const message = `is the date it has: ${workshop.heldOn.edtf ?? 'unknown'}`;
    throw new Refusal('NOTHING_TO_CHANGE', `heldOn ${message}`, [{ path: 'heldOn', message }]);
  }
  requireReason(input, 'reschedule');
  return dated({ type: 'WorkshopRescheduled', data }, input, flags);
}

export function openWorkshop(workshop: Workshop, input: WorkshopInput): Dated<WorkshopEvent> {
  const flags = irregularitiesOf(workshop, 'WorkshopOpened', input);
  return dated({ type: 'WorkshopOpened', data: {} }, input, flags);
}

export function holdSession(workshop: Workshop, input: WorkshopInput & Session): Dated<WorkshopEvent> {
  const flags = irregularitiesOf(workshop, 'WorkshopSessionHeld', input);
  requireNewSession(workshop.sessions, input);
  const { reference, order, title } = input;
  const data = { reference, order, ...(title && { title }) };
  return dated({ type: 'WorkshopSessionHeld', data }, input, flags);
}

/** Who was at a session. Each has a seat on the day of the session. */
export function recordAttendance(
  workshop: Workshop,
  input: WorkshopInput & Attendance,
): Dated<WorkshopEvent> {
  const flags = irregularitiesOf(workshop, 'WorkshopAttendanceRecorded', input);
  const { session, present, absent } = input;
  const held = sessionOf(workshop.sessions, session);
  if (!held) {
    const message = `workshop ${workshop.reference} held no session ${session}: record it first`;
    throw new Refusal('NOT_FOUND', message, [{ path: 'session', message }]);
  }
  const twice = (absent ?? []).find((one) =>
    present.some((other) => normaliseReference(one) === normaliseReference(other)),
  );
  if (twice !== undefined) {
    const message = `${twice} cannot have been both present and absent`;
    throw new Refusal('INVALID_INPUT', message, [{ path: 'absent', message }]);
  }
  if (!input.asRecorded) {
    requireSeats(workshop, present, held.heldOn, 'present');
    requireSeats(workshop, absent ?? [], held.heldOn, 'absent');
  }
  const spelled = (organisation: string) =>
    delegationOn(workshop, organisation, held.heldOn)?.organisation ?? organisation;
  const data = {
    session: held.reference,
    present: present.map(spelled),
    ...(absent && { absent: absent.map(spelled) }),
  };
  return dated({ type: 'WorkshopAttendanceRecorded', data }, input, flags);
}

/** Sets the agenda; the items named are checked by who can see them. */
export function setAgenda(
  workshop: Workshop,
  input: WorkshopInput & { readonly points: readonly AgendaPoint[] },
): Dated<WorkshopEvent> {
  const flags = irregularitiesOf(workshop, 'WorkshopAgendaSet', input);
  const { points } = input;
  requireAgenda(points);
  if (sameAgenda(points, workshop.agenda)) {
    throw new Refusal('NOTHING_TO_CHANGE', 'the agenda is that already', [
      { path: 'points', message: 'are the points it has' },
    ]);
  }
  return dated({ type: 'WorkshopAgendaSet', data: { points } }, input, flags);
}

export function closeWorkshop(workshop: Workshop, input: WorkshopInput): Dated<WorkshopEvent> {
  const flags = irregularitiesOf(workshop, 'WorkshopClosed', input);
  return dated({ type: 'WorkshopClosed', data: {} }, input, flags);
}

/** Calls it off, and says why. */
export function cancelWorkshop(workshop: Workshop, input: WorkshopInput): Dated<WorkshopEvent> {
  const flags = irregularitiesOf(workshop, 'WorkshopCancelled', input);
  requireReason(input, 'cancel');
  return dated({ type: 'WorkshopCancelled', data: {} }, input, flags);
}

export function markOutcomeNotKnown(workshop: Workshop, input: WorkshopInput): Dated<WorkshopEvent> {
  const flags = irregularitiesOf(workshop, 'WorkshopOutcomeNotKnown', input);
  return dated({ type: 'WorkshopOutcomeNotKnown', data: {} }, input, flags);
}

function requireReason({ reason, asRecorded }: WorkshopInput, verb: string): void {
  if (reason || asRecorded) return;
  throw new Refusal('REASON_REQUIRED', `to ${verb} a workshop takes a reason`, [
    { path: 'reason', message: 'say why' },
  ]);
}
