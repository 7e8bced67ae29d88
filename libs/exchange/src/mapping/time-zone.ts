/** A time of day on a day, in no zone yet. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second?: number;
}

/** Zones a mapping states for its times. */
export interface Zones {
  /** The zone whose day is taken. */
  readonly zone?: string;
  /** The zone of times that name none; `zone` where not given. */
  readonly timesIn?: string;
}

const offsetShape = /^([+-])(\d{2}):?(\d{2})$/;
const formats = new Map<string, Intl.DateTimeFormat>();

/** True for a name of the IANA time zone database, `UTC`, or a fixed offset such as `+03:00`. */
export function isTimeZone(zone: string): boolean {
  if (offsetShape.test(zone)) return true;
  try {
    return formatFor(zone) !== undefined;
  } catch {
    return false;
  }
}

/** The day a moment falls on in a zone, as `YYYY-MM-DD`. */
export function dayIn(zone: string, moment: number): string {
  return new Date(moment + offsetAt(zone, moment)).toISOString().slice(0, 10);
}

/** The moment of a time in a zone; where the clocks go back, the first of the two. */
export function momentOf({ year, month, day, hour, minute }: LocalTime, zone: string): number {
  const local = Date.UTC(year, month - 1, day, hour, minute);
  const guess = local - offsetAt(zone, local);
  return local - offsetAt(zone, guess);
}

/** A date as it is read: EDTF, and of a time also the moment, in milliseconds since 1970. */
export interface ReadDate {
  readonly edtf: string;
  readonly moment?: number;
}

/**
 * The day of a time as a mapping takes it: in the stated zone, where one is stated and it is known when the time was;
 * as written otherwise.
 *
 * @param offset of the time itself, in minutes, where it has one
 */
export function dayOf(time: LocalTime, offset: number | undefined, { zone, timesIn }: Zones): ReadDate {
  const { year, month, day, hour, minute, second = 0 } = time;
  const written = [String(year).padStart(4, '0'), two(month), two(day)].join('-');
  const moment =
    (offset === undefined
      ? momentOf(time, timesIn ?? zone ?? 'UTC')
      : Date.UTC(year, month - 1, day, hour, minute) - offset * 60_000) +
    second * 1000;
  const isKnown = offset !== undefined || timesIn !== undefined;
  return { edtf: zone === undefined || !isKnown ? written : dayIn(zone, moment), moment };
}

/** Minutes of an offset as spelled: `Z`, `UTC`, `+03:00`, `+0300`, `+03`; undefined where it is none. */
export function offsetMinutes(spelled: string | undefined): number | undefined {
  if (spelled === undefined) return undefined;
  if (/^(?:Z|UTC|GMT)$/i.test(spelled)) return 0;
  const match = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$/i.exec(spelled);
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === '-' ? -minutes : minutes;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** How far a zone is ahead of UTC at a moment, in milliseconds. */
function offsetAt(zone: string, moment: number): number {
  const fixed = offsetShape.exec(zone);
  if (fixed) return offsetMinutes(zone)! * 60_000;
  const parts = Object.fromEntries(
    formatFor(zone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute', number>;
  const { year, month, day, hour, minute } = parts;
  const local = Date.UTC(year, month - 1, day, hour % 24, minute);
  return local - Math.floor(moment / 60_000) * 60_000;
}

/** @throws RangeError there is no such zone */
function formatFor(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}
