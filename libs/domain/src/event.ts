import type { GivenDate } from './edtf.js';
import { requireDate } from './edtf.js';

/** The shape every event of the domain has: a type, and data that JSON can carry. */
export interface DomainEvent {
  readonly type: string;
  readonly data: object;
}

/** Turns the data of one schema version into the next one's. Pure; never sees the envelope. */
export type Upcaster = (data: Record<string, unknown>) => Record<string, unknown>;

/** What a decision yields: the event and the two dates people gave for it (EDTF, null for unknown). */
export type Dated<E extends DomainEvent> = E & {
  readonly decidedOn: string | null;
  readonly effective: string | null;
};

/** A date's spelling, calendar and basis, beside the EDTF that stands in the envelope. */
export interface DateNotes {
  readonly decidedOn?: Omit<GivenDate, 'edtf'>;
  readonly effective?: Omit<GivenDate, 'edtf'>;
}

/** The dates as a command gives them. Without `effective`, it takes effect when decided: inferred, and marked so. */
export interface GivenDates {
  readonly decidedOn: GivenDate;
  readonly effective?: GivenDate;
}

/** Checks the dates and splits them into what the envelope carries and what stands in the data. */
export function readDates(given: GivenDates): {
  decidedOn: string | null;
  effective: string | null;
  notes: { dates?: DateNotes };
} {
  const { edtf: decidedOn, ...decidedNotes } = requireDate(given.decidedOn, 'decidedOn');
  const { edtf: effective, ...effectiveNotes } = given.effective
    ? requireDate(given.effective, 'effective')
    : { edtf: decidedOn, basis: 'inferred' as const };
  const dates: DateNotes = {
    ...(Object.keys(decidedNotes).length > 0 && { decidedOn: decidedNotes }),
    ...(Object.keys(effectiveNotes).length > 0 && { effective: effectiveNotes }),
  };
  return { decidedOn, effective, notes: Object.keys(dates).length > 0 ? { dates } : {} };
}

/** The event with its dates, their notes and the mark of an illustrative programme. */
export function withDates<E extends DomainEvent>(
  event: E,
  input: GivenDates & { readonly illustrative?: boolean },
): Dated<E> {
  const { decidedOn, effective, notes } = readDates(input);
  const data = { ...event.data, ...notes, ...(input.illustrative && { illustrative: true }) };
  return { ...event, data, decidedOn, effective };
}

/** Drops the fields that are undefined: an event says nothing about what was not given. */
export function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
