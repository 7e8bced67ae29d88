import { parseEdtf } from '@masar/domain';

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

type Token = 'YYYY' | 'MM' | 'M' | 'DD' | 'D' | 'MMM' | 'MMMM' | { readonly literal: string };
/** A date's spelling, taken apart once. */
export interface DatePattern {
  readonly tokens: readonly Token[] | 'iso';
  /** Whatever follows is passed over: a time of day. */
  readonly open: boolean;
}

const tokenShape = /YYYY|MMMM|MMM|MM|M|DD|D/g;

/** Takes a pattern apart, or says what is wrong with it. */
export function compileDatePattern(pattern: string): DatePattern | { readonly problem: string } {
  if (pattern === 'iso') return { tokens: 'iso', open: true };
  const open = pattern.endsWith('*');
  const body = open ? pattern.slice(0, -1) : pattern;
  const tokens: Token[] = [];
  let last = 0;
  for (const match of body.matchAll(tokenShape)) {
    if (match.index > last) tokens.push({ literal: body.slice(last, match.index) });
    tokens.push(match[0] as Token);
    last = match.index + match[0].length;
  }
  if (last < body.length) tokens.push({ literal: body.slice(last) });
  const count = (letter: string) =>
    tokens.filter((token) => typeof token === 'string' && token.startsWith(letter)).length;
  if (count('Y') !== 1) return { problem: `"${pattern}" has no YYYY: a date needs its year, in four digits` };
  if (count('M') > 1 || count('D') > 1) return { problem: `"${pattern}" names its month or its day twice` };
  if (count('D') === 1 && count('M') === 0) return { problem: `"${pattern}" has a day and no month` };
  return { tokens, open };
}

/** Digits of Arabic and Persian script as ASCII digits. */
export function asciiDigits(text: string): string {
  return text
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0));
}

/** The date as EDTF, or undefined where the text is not spelled so or is no date. Total. */
export function readDate(text: string, { tokens, open }: DatePattern): string | undefined {
  const given = asciiDigits(text.trim());
  if (tokens === 'iso') {
    if (parseEdtf(given)) return given;
    // The day as written: a time of day and its zone never move it.
    const day = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:?\d{2}/.exec(given)?.[1];
    return day !== undefined && parseEdtf(day) ? day : undefined;
  }
  let at = 0;
  let year = '';
  let month = '';
  let day = '';
  const digits = (least: number, most: number): string | undefined => {
    let end = at;
    while (end < given.length && end - at < most && given[end]! >= '0' && given[end]! <= '9') end += 1;
    if (end - at < least) return undefined;
    const found = given.slice(at, end);
    at = end;
    return found;
  };
  for (const token of tokens) {
    if (typeof token === 'object') {
      if (!given.startsWith(token.literal, at)) return undefined;
      at += token.literal.length;
    } else if (token === 'MMM' || token === 'MMMM') {
      const rest = given.slice(at, at + 9).toLowerCase();
      const index = months.findIndex((name) => rest.startsWith(token === 'MMM' ? name.slice(0, 3) : name));
      if (index < 0) return undefined;
      at += token === 'MMM' ? 3 : months[index]!.length;
      month = String(index + 1);
    } else {
      const found = token === 'YYYY' ? digits(4, 4) : digits(token.length, 2);
      if (found === undefined) return undefined;
      if (token === 'YYYY') year = found;
      else if (token.startsWith('M')) month = found;
      else day = found;
    }
  }
  if (at < given.length && !open) return undefined;
  const edtf = [year, month.padStart(2, '0'), day.padStart(2, '0')].filter((part) => part !== '00').join('-');
  const zero = (part: string) => part !== '' && Number(part) === 0;
  return !zero(month) && !zero(day) && parseEdtf(edtf) ? edtf : undefined;
}
