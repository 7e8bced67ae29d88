import { Refusal } from './refusal.js';

/** A day, `YYYY-MM-DD`, years 0001 to 9999, proleptic Gregorian. Compares as text. */
export type Day = string;

/** The days a given date may mean: both ends inclusive. A day means itself: `earliest === latest`. */
export interface DayWindow {
  readonly earliest: Day;
  readonly latest: Day;
}

export const firstDay: Day = '0001-01-01';
export const lastDay: Day = '9999-12-31';

/** Whole days from one to another; negative where the other comes first. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((utc(to) - utc(from)) / 86_400_000);
}

function utc(day: Day): number {
  // Date.UTC would take the years 0 to 99 for those of the last century.
  return Date.parse(`${day}T00:00:00Z`);
}

const shape = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?[?~%]?$/;

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function parsePoint(text: string): DayWindow | undefined {
  const match = shape.exec(text);
  if (!match) return undefined;
  const [, year = '', month, day] = match;
  const y = Number(year);
  const m = Number(month ?? 1);
  if (y < 1 || m < 1 || m > 12) return undefined;
  if (day !== undefined) {
    if (Number(day) < 1 || Number(day) > daysIn(y, m)) return undefined;
    return { earliest: `${year}-${month}-${day}`, latest: `${year}-${month}-${day}` };
  }
  if (month !== undefined)
    return { earliest: `${year}-${month}-01`, latest: `${year}-${month}-${daysIn(y, m)}` };
  return { earliest: `${year}-01-01`, latest: `${year}-12-31` };
}

/**
 * Reads the part of EDTF (ISO 8601-2:2019) that Masar takes: a year, a month, a day, each optionally marked `?`, `~` or `%`
 * (kept as spelled, no wider for it), and an interval `a/b` with `..` for an open end.
 *
 * @returns the days it may mean, or undefined where it is not such a date
 */
export function parseEdtf(edtf: string): DayWindow | undefined {
  const [from, to, more] = edtf.split('/');
  if (more !== undefined || from === undefined) return undefined;
  if (to === undefined) return parsePoint(from);
  const start = from === '..' ? { earliest: firstDay, latest: firstDay } : parsePoint(from);
  const end = to === '..' ? { earliest: lastDay, latest: lastDay } : parsePoint(to);
  if (!start || !end || start.earliest > end.latest) return undefined;
  return { earliest: start.earliest, latest: end.latest };
}

export const calendars = ['gregorian', 'hijri', 'jalali', 'unknown'] as const;
export type Calendar = (typeof calendars)[number];

/** How a date was come by. Inferred: not in the source, worked out from it (`effective` taken from `decidedOn`). */
export const dateBases = ['stated', 'inferred'] as const;
export type DateBasis = (typeof dateBases)[number];

/** A date as somebody gave it. `edtf: null` says that it is unknown, which is a value and is never filled in. */
export interface GivenDate {
  readonly edtf: string | null;
  /** The source's own spelling, where it differs. */
  readonly asWritten?: string;
  readonly calendar?: Calendar;
  readonly basis?: DateBasis;
}

/** Refuses what {@link parseEdtf} cannot read. */
export function requireDate(date: GivenDate, path: string): GivenDate {
  if (date.edtf !== null && !parseEdtf(date.edtf)) {
    const message = `"${date.edtf}" is no date Masar reads: use 2017, 2017-04, 2017-04-18 or 2017-02/2017-04, or null for unknown`;
    throw new Refusal('INVALID_DATE', `${path}: ${message}`, [{ path, message }]);
  }
  return date;
}
