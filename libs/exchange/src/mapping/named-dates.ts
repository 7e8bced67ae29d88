import { parseEdtf } from '@masar/domain';
import type { FiscalYear } from './language.js';
import { monthAt } from './month-names.js';
import { type ReadDate, type Zones, dayIn, dayOf, offsetMinutes } from './time-zone.js';

/** The spellings of dates that have a name of their own, because no pattern of letters says them. */
export const namedFormats = [
  'iso',
  'excel',
  'excel1904',
  'unix',
  'unixMillis',
  'quarter',
  'half',
  'years',
  'fiscalYear',
  'about',
] as const;
export type NamedFormat = (typeof namedFormats)[number];

export function isNamedFormat(format: string): format is NamedFormat {
  return (namedFormats as readonly string[]).includes(format);
}

/** A fiscal year whose beginning the mapping states. */
export function readStatedYear(given: string, year: FiscalYear): ReadDate | undefined {
  return asRead(readFiscalYear(given, year));
}

/** @param given with ASCII digits, and nothing unseen in it */
export function readNamed(given: string, format: NamedFormat, zones: Zones): ReadDate | undefined {
  switch (format) {
    case 'iso':
      return readIso(given, zones);
    case 'excel':
      return asRead(readSerial(given, false));
    case 'excel1904':
      return asRead(readSerial(given, true));
    case 'unix':
      return readMoment(given, /^\d{8,11}$/, 1000, zones);
    case 'unixMillis':
      return readMoment(given, /^\d{11,14}$/, 1, zones);
    case 'quarter':
      return asRead(readPart(given, quarters, 3));
    case 'half':
      return asRead(readPart(given, halves, 6));
    case 'years':
      return asRead(readYears(given));
    case 'fiscalYear':
      return asRead(readFiscalYear(given, undefined));
    case 'about':
      return asRead(readAbout(given));
  }
}

function asRead(edtf: string | undefined): ReadDate | undefined {
  return edtf === undefined || !parseEdtf(edtf) ? undefined : { edtf };
}

const timestamp =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)? ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?/i;

function readIso(given: string, zones: Zones): ReadDate | undefined {
  if (parseEdtf(given)) return { edtf: given };
  const match = timestamp.exec(given);
  // Without a stated zone it is the day as written: a time of day and its offset never move it.
  if (!match || !parseEdtf(given.slice(0, 10))) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return dayOf({ year, month, day, hour, minute, second }, offsetMinutes(match[7]), zones);
}

const dayMillis = 86_400_000;

/** The number a spreadsheet keeps for a day. That of 1900 counts a 29 February 1900, which never was. */
function readSerial(given: string, from1904: boolean): string | undefined {
  const [whole] = /^\d{1,7}(?=(?:\.\d+)?$)/.exec(given) ?? [];
  const serial = Number(whole ?? 0);
  if (serial < 1 || serial > 2_958_465 || (serial === 60 && !from1904)) return undefined;
  const zero = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial > 60 ? 30 : 31);
  return new Date(zero + serial * dayMillis).toISOString().slice(0, 10);
}

function readMoment(
  given: string,
  shape: RegExp,
  factor: number,
  { zone = 'UTC' }: Zones,
): ReadDate | undefined {
  if (!shape.test(given)) return undefined;
  const moment = Number(given) * factor;
  const edtf = dayIn(zone, moment);
  return parseEdtf(edtf) ? { edtf, moment } : undefined;
}

/** The ways of saying which quarter, or which half, of which year; `n` the number or its word, `y` the year. */
const quarters = partShapes('Q|T|QTR|Quarter|Trimestre|Trim', 'quarter|trimestre', 'الربع', '1-4');
const halves = partShapes('H|S|Semestre|Half', 'half|semestre', 'النصف', '1-2');

function partShapes(short: string, word: string, arabic: string, numbers: string): readonly RegExp[] {
  const year = '(?<y>\\d{4})';
  const between = "[ ,/.'’-]*";
  return [
    `^(?:${short})${between}(?<n>[${numbers}])${between}${year}$`,
    `^${year}${between}(?:${short})${between}(?<n>[${numbers}])$`,
    `^(?<n>[${numbers}])(?:${short})${between}${year}$`,
    `^(?<n>[${numbers}])(?:st|nd|rd|th|er|e|ère|ème)? (?:${word})(?: of| de)?${between}${year}$`,
    `^(?<n>first|second|third|fourth|premier|deuxième|troisième|quatrième) (?:${word})(?: of| de)?${between}${year}$`,
    `^${arabic} (?<n>الأول|الاول|الثاني|الثالث|الرابع)(?: من)?(?: عام| سنة| العام)? ${year}$`,
  ].map((shape) => new RegExp(shape, 'iu'));
}

const ordinals: readonly string[][] = [
  ['1', 'first', 'premier', 'الأول', 'الاول'],
  ['2', 'second', 'deuxième', 'الثاني'],
  ['3', 'third', 'troisième', 'الثالث'],
  ['4', 'fourth', 'quatrième', 'الرابع'],
];

function readPart(given: string, shapes: readonly RegExp[], months: number): string | undefined {
  for (const shape of shapes) {
    const { n, y } = shape.exec(given)?.groups ?? {};
    if (n === undefined || y === undefined) continue;
    const part = ordinals.findIndex((spellings) => spellings.includes(n.toLowerCase()));
    const from = part * months + 1;
    return `${y}-${two(from)}/${y}-${two(from + months - 1)}`;
  }
  return undefined;
}

function readYears(given: string): string | undefined {
  const [, from, to] = /^(\d{4}) ?(?:-|–|—|\/|to|à|إلى|الى) ?(\d{4})$/iu.exec(given) ?? [];
  return from === undefined || to === undefined || from >= to ? undefined : `${from}/${to}`;
}

/**
 * A year that does not begin in January. Without the month it begins in, all that is certain is that it lies in the two
 * years it is called after.
 */
function readFiscalYear(given: string, year: FiscalYear | undefined): string | undefined {
  const match =
    /^(?:FY|F\.Y\.|fiscal year|financial year|exercice|السنة المالية)? ?(\d{4}|\d{2})(?: ?[-–/] ?(\d{4}|\d{2}))?$/iu.exec(
      given,
    );
  if (!match) return undefined;
  const [whole, first = '', second] = match;
  const isNamed = !/^\d/.test(whole);
  // Two bare numbers of two digits may be anything.
  if (!isNamed && (first.length === 2 || second === undefined)) return undefined;
  const called = Number(first.length === 2 ? `20${first}` : first);
  let begins = called;
  if (second === undefined) {
    if (!year) return undefined;
    if ((year.named ?? 'end') === 'end' && year.fiscalYear > 1) begins -= 1;
  } else if (Number(second) % 100 !== (called + 1) % 100) return undefined;
  else if (second.length === 4 && Number(second) !== called + 1) return undefined;
  if (year?.fiscalYear === 1) return second === undefined ? String(begins) : undefined;
  return year
    ? `${begins}-${two(year.fiscalYear)}/${begins + 1}-${two(year.fiscalYear - 1)}`
    : `${begins}/${begins + 1}`;
}

const nearly =
  /^(?:c\.|ca\.?|circa|about|around|approx(?:\.|imately)?|early|mid|late|(?:the )?(?:end|beginning|start|middle)(?: of)?|vers|environ|env\.|début|fin|mi|أوائل|اوائل|أواخر|اواخر|منتصف|نهاية|بداية|مطلع|حوالي)[ -]*(?:de |of |عام |سنة )?/iu;

/** `early 2018`, `mid-March 2017`, `أواخر عام 2017`: the year or month it names, marked as approximate. */
function readAbout(given: string): string | undefined {
  const rest = given.replace(nearly, '');
  if (rest === given) return undefined;
  if (/^\d{4}$/.test(rest)) return `${rest}~`;
  const name = monthAt(rest, 0, true);
  const [, year] = (name && /^,? (?:de |عام )?(\d{4})$/u.exec(rest.slice(name.end))) ?? [];
  if (!name || year === undefined) return undefined;
  return `${year}-${two(name.month)}~`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
