import { Refusal } from '../refusal.js';
import { type LangText, normaliseReference, requireText } from '../text.js';
import type { WorkshopCircumstances } from './circumstances.js';

export interface Session {
  readonly reference: string;
  /** Number of the session within the workshop, from 1: orders what happened on one day. */
  readonly order: number;
  readonly title?: LangText;
}

/** Which delegations were there, by reference of their organisation. */
export interface Attendance {
  /** Reference of the session. */
  readonly session: string;
  readonly present: readonly string[];
  readonly absent?: readonly string[];
}

/*
 * The storage format of the sessions of a workshop, on its stream. Add fields, never rename.
 */
export type SessionEvent =
  | { readonly type: 'WorkshopSessionHeld'; readonly data: WorkshopCircumstances & Session }
  /** Replaces what was recorded of that session's attendance before. */
  | { readonly type: 'WorkshopAttendanceRecorded'; readonly data: WorkshopCircumstances & Attendance };

/** A session as the record has it. */
export interface HeldSession extends Session {
  /** EDTF, null for unknown. */
  readonly heldOn: string | null;
  readonly attendance?: Omit<Attendance, 'session'>;
}

export function evolveSessions(
  sessions: readonly HeldSession[],
  event: SessionEvent,
  effective: string | null,
): readonly HeldSession[] {
  switch (event.type) {
    case 'WorkshopSessionHeld': {
      const { reference, order, title } = event.data;
      return [...sessions, { reference, order, ...(title && { title }), heldOn: effective }];
    }
    case 'WorkshopAttendanceRecorded': {
      const { session, present, absent } = event.data;
      return sessions.map((one) =>
        isSession(one, session) ? { ...one, attendance: { present, ...(absent && { absent }) } } : one,
      );
    }
  }
}

/** The session of that reference, however it is spelled. */
export function sessionOf<S extends Session>(sessions: readonly S[], reference: string): S | undefined {
  return sessions.find((one) => isSession(one, reference));
}

function isSession(one: Session, reference: string): boolean {
  return normaliseReference(one.reference) === normaliseReference(reference, 'session');
}

/** @throws Refusal `ALREADY_EXISTS` for a reference or a number in use, `INVALID_INPUT` */
export function requireNewSession(sessions: readonly Session[], { reference, order, title }: Session): void {
  if (sessionOf(sessions, reference) || sessions.some((session) => session.order === order)) {
    throw new Refusal('ALREADY_EXISTS', `session ${reference} or its number ${order} is recorded already`, [
      { path: 'reference', message: 'or order is in use' },
    ]);
  }
  if (!Number.isInteger(order) || order < 1) {
    const message = 'is no number of a session: they count from 1';
    throw new Refusal('INVALID_INPUT', `order ${message}`, [{ path: 'order', message }]);
  }
  if (title) requireText(title, 'title');
}
