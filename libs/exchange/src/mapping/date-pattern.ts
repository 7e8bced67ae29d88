import { parseEdtf } from '@masar/domain';
import type { DateFormat, FiscalYear } from './language.js';
import { monthAt } from './month-names.js';
import { type NamedFormat, isNamedFormat, namedFormats, readNamed, readStatedYear } from './named-dates.js';
import { type ReadDate, type Zones, dayOf, offsetMinutes } from './time-zone.js';

const tokenNames = [
  'YYYY',
  '19YY',
  '20YY',
  'MMMM',
  'MMM',
  'MM',
  'M',
  'Do',
  'DD',
  'D',
  'dddd',
  'HH',
  'H',
  'hh',
  'mm',
  'ss',
  'A',
  'ZZ',
] as const;
type TokenName = (typeof tokenNames)[number];
type Token = TokenName | { readonly literal: string };

/** A date's spelling, taken apart once. */
export type DatePattern =
  | { readonly format: NamedFormat | FiscalYear }
  | {
      readonly tokens: readonly Token[];
      /** Whatever follows is passed over. */
      readonly open: boolean;
    };

const tokenShape = new RegExp(tokenNames.join('|'), 'g');

/** Takes a format apart, or says what is wrong with it. */
export function compileDatePattern(format: DateFormat): DatePattern | { readonly problem: string } {
  if (typeof format === 'object' || isNamedFormat(format)) return { format };
  const open = format.endsWith('*');
  const body = (open ? format.slice(0, -1) : format).replace(/\s+/gu, ' ');
  const tokens: Token[] = [];
  let last = 0;
  for (const match of body.matchAll(tokenShape)) {
    if (match.index > last) tokens.push({ literal: body.slice(last, match.index) });
    tokens.push(match[0] as TokenName);
    last = match.index + match[0].length;
  }
  if (last < body.length) tokens.push({ literal: body.slice(last) });
  const count = (kind: RegExp) =>
    tokens.filter((token) => typeof token === 'string' && kind.test(token)).length;
  if (count(/Y/) !== 1) {
    const message = `"${format}" has no YYYY: a date needs its year, in four digits; where the source has two, say the century: 20YY`;
    if (/yy/.test(format)) return { problem: `"${format}" is to be in capitals: ${format.toUpperCase()}` };
    const named = /^[a-z]+$/i.test(format) ? `. Formats with a name: ${namedFormats.join(', ')}` : '';
    return { problem: message + named };
  }
  if (count(/^M/) > 1 || count(/^D/) > 1) return { problem: `"${format}" names its month or its day twice` };
  if (count(/^D/) === 1 && count(/^M/) === 0) return { problem: `"${format}" has a day and no month` };
  return { tokens, open };
}

/** Digits of Arabic and Persian script as ASCII digits. */
export function asciiDigits(text: string): string {
  return text
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0));
}

const unseen = /[\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/gu;

/** The date, or undefined where the text is not spelled so or is no date. Total. */
export function readDate(text: string, pattern: DatePattern, zones: Zones = {}): ReadDate | undefined {
  const given = asciiDigits(text.replace(unseen, '').replace(/\s+/gu, ' ').trim());
  if ('tokens' in pattern) return readByTokens(given, pattern, zones);
  const { format } = pattern;
  return typeof format === 'object' ? readStatedYear(given, format) : readNamed(given, format, zones);
}

function readByTokens(
  given: string,
  { tokens, open }: Extract<DatePattern, { tokens: readonly Token[] }>,
  zones: Zones,
): ReadDate | undefined {
  const found: Partial<Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>> & {
    afternoon?: boolean;
    offset?: number;
  } = {};
  let at = 0;
  const match = (shape: RegExp): string | undefined => {
    shape.lastIndex = at;
    const [whole] = shape.exec(given) ?? [];
    if (whole !== undefined) at += whole.length;
    return whole;
  };
  const number = (shape: RegExp): number | undefined => {
    const digits = match(shape);
    return digits === undefined ? undefined : Number(digits);
  };
  for (const token of tokens) {
    if (typeof token === 'object') {
      if (!given.startsWith(token.literal, at)) return undefined;
      at += token.literal.length;
      continue;
    }
    switch (token) {
      case 'YYYY':
        found.year = number(/\d{4}/y);
        break;
      case '19YY':
      case '20YY': {
        const short = number(/\d{2}(?!\d)/y);
        found.year = short === undefined ? undefined : Number(token.slice(0, 2)) * 100 + short;
        break;
      }
      case 'MMM':
      case 'MMMM': {
        const name = monthAt(given, at, token === 'MMM');
        if (!name) return undefined;
        found.month = name.month;
        at = name.end;
        break;
      }
      case 'MM':
        found.month = number(/\d{2}/y);
        break;
      case 'M':
        found.month = number(/\d{1,2}/y);
        break;
      case 'DD':
        found.day = number(/\d{2}/y);
        break;
      case 'D':
        found.day = number(/\d{1,2}/y);
        break;
      case 'Do':
        found.day = number(/\d{1,2}/y);
        match(/(?:st|nd|rd|th|er|º|°|\.)/iy);
        break;
      case 'dddd':
        if (match(/[\p{L}\p{M}]+\.?/uy) === undefined) return undefined;
        break;
      case 'HH':
        found.hour = number(/\d{2}/y);
        break;
      case 'H':
      case 'hh':
        found.hour = number(/\d{1,2}/y);
        break;
      case 'mm':
        found.minute = number(/\d{2}/y);
        break;
      case 'ss':
        found.second = number(/\d{2}/y);
        match(/[.,]\d+/y);
        break;
      case 'A': {
        const half = match(/[ap]\.?m\.?|ص|م/iy);
        if (half === undefined) return undefined;
        found.afternoon = /^[pم]/i.test(half);
        break;
      }
      case 'ZZ':
        found.offset = offsetMinutes(match(/Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|UTC|GMT/iy));
        if (found.offset === undefined) return undefined;
        break;
    }
    const part = partOf(token);
    if (part !== undefined && found[part] === undefined) return undefined;
  }
  if (at < given.length && !open) return undefined;
  const { year, month, day, hour, minute = 0, second = 0, afternoon, offset } = found;
  if (year === undefined) return undefined;
  const edtf = [
    String(year).padStart(4, '0'),
    ...[month, day].filter((part) => part !== undefined).map((part) => String(part).padStart(2, '0')),
  ].join('-');
  if (!parseEdtf(edtf)) return undefined;
  if (hour === undefined || month === undefined || day === undefined) return { edtf };
  if (hour > 24 || minute > 59) return undefined;
  const clock = afternoon === undefined ? hour : (hour % 12) + (afternoon ? 12 : 0);
  return dayOf({ year, month, day, hour: clock, minute, second }, offset, zones);
}

/** What a token reads, where it must read something. */
function partOf(token: TokenName): 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | undefined {
  if (token.endsWith('YY')) return 'year';
  if (token.startsWith('M')) return 'month';
  if (token.startsWith('D')) return 'day';
  if (token.startsWith('H') || token === 'hh') return 'hour';
  if (token === 'ss') return 'second';
  return token === 'mm' ? 'minute' : undefined;
}
