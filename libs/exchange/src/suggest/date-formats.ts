import { compileDatePattern, readDate } from '../mapping/date-pattern.js';

/** Spellings tried on a column, the plainer of two that read the same first. */
const candidates: readonly string[] = [
  'iso',
  'DD/MM/YYYY',
  'MM/DD/YYYY',
  'D/M/YYYY',
  'M/D/YYYY',
  'DD.MM.YYYY',
  'D.M.YYYY',
  'DD-MM-YYYY',
  'MM-DD-YYYY',
  'D-M-YYYY',
  'M-D-YYYY',
  'D/M/20YY',
  'M/D/20YY',
  'D.M.20YY',
  'D-M-20YY',
  'YYYY/MM/DD',
  'YYYY/M/D',
  'YYYY.MM.DD',
  'YYYYMMDD',
  'D MMM YYYY',
  'Do MMM YYYY',
  'MMM D, YYYY',
  'MMM D YYYY',
  'MMM Do, YYYY',
  'dddd, D MMM YYYY',
  'dddd, MMM D, YYYY',
  'D-MMM-YYYY',
  'D-MMM-20YY',
  'D MMM 20YY',
  'MMM YYYY',
  'MMM, YYYY',
  'MMM-YYYY',
  'MMM-20YY',
  'MM/YYYY',
  'M/YYYY',
  'MM.YYYY',
  'MM-YYYY',
  'YYYY/MM',
  'quarter',
  'half',
  'fiscalYear',
  'years',
  'about',
  'D/M/YYYY H:mm',
  'M/D/YYYY H:mm',
  'D/M/YYYY H:mm:ss',
  'M/D/YYYY H:mm:ss',
  'M/D/YYYY H:mm A',
  'M/D/YYYY H:mm:ss A',
  'D/M/YYYY H:mm:ss A',
  'D.M.YYYY H:mm',
  'D.M.YYYY H:mm:ss',
  'D MMM YYYY H:mm',
  'D MMM YYYY H:mm:ss',
];
/** Tried where the header says that the column has dates: their values look like any number. */
const numeric: readonly string[] = ['excel', 'unix', 'unixMillis'];

/** Spellings in which only the order of day and month differs. */
const swapped: Readonly<Record<string, string>> = {
  'DD/MM/YYYY': 'MM/DD/YYYY',
  'D/M/YYYY': 'M/D/YYYY',
  'DD-MM-YYYY': 'MM-DD-YYYY',
  'D-M-YYYY': 'M-D-YYYY',
  'D/M/20YY': 'M/D/20YY',
  'D/M/YYYY H:mm': 'M/D/YYYY H:mm',
  'D/M/YYYY H:mm:ss': 'M/D/YYYY H:mm:ss',
  'D/M/YYYY H:mm:ss A': 'M/D/YYYY H:mm:ss A',
};

const compiled = new Map(
  [...candidates, ...numeric].flatMap((format) => {
    const pattern = compileDatePattern(format);
    return 'problem' in pattern ? [] : [[format, pattern] as const];
  }),
);

/** How the dates of a column are spelled. */
export interface DatesGuess {
  readonly formats: readonly string[];
  /** Share of the values that are read by one of them. */
  readonly share: number;
  /** Values none of them reads, the most frequent first. */
  readonly unread: readonly string[];
  /** Whether it is open which of two numbers is the day, or that the column has both orders. */
  readonly order?: { readonly either: string; readonly or: string; readonly isMixed: boolean };
  /** Some of the values say their own zone. */
  readonly hasOffset: boolean;
  readonly hasTime: boolean;
}

/**
 * @param counts values of the column that are not empty, with how often each stands there
 * @param isNamed the header says that it has dates
 */
export function guessDates(counts: ReadonlyMap<string, number>, isNamed: boolean): DatesGuess {
  const values = [...counts];
  const total = values.reduce((sum, [, count]) => sum + count, 0);
  const readers = isNamed ? [...candidates, ...numeric] : candidates;
  const reads = new Map(
    readers.map((format) => [
      format,
      new Set(values.map(([value]) => value).filter((value) => isRead(value, format))),
    ]),
  );
  const formats: string[] = [];
  const unread = new Map(values);
  while (unread.size > 0) {
    let best: { format: string; count: number } | undefined;
    for (const [format, read] of reads) {
      const count = [...unread].reduce((sum, [value, times]) => sum + (read.has(value) ? times : 0), 0);
      if (count > (best?.count ?? 0)) best = { format, count };
    }
    if (!best) break;
    formats.push(best.format);
    for (const value of reads.get(best.format)!) unread.delete(value);
  }
  const left = [...unread].sort(([, a], [, b]) => b - a);
  const missed = left.reduce((sum, [, count]) => sum + count, 0);
  const order = openOrder(formats, reads);
  return {
    formats: arranged(order && !formats.includes(order.or) ? withAfter(formats, order) : formats),
    share: total === 0 ? 0 : (total - missed) / total,
    unread: left.map(([value]) => value),
    ...(order && { order }),
    hasOffset: values.some(([value]) => /\d(?:Z|[+-]\d{2}:?\d{2})$/.test(value.trim())),
    hasTime: values.some(([value]) => /\d{1,2}:\d{2}/.test(value)),
  };
}

function isRead(value: string, format: string): boolean {
  if (format === 'excel' && !/^[1-6]\d{4}(?:\.\d+)?$/.test(value.trim())) return false;
  const pattern = compiled.get(format);
  return pattern !== undefined && readDate(value, pattern) !== undefined;
}

/** An order of day and month that no value decides, or that values decide both ways. */
function openOrder(
  formats: readonly string[],
  reads: ReadonlyMap<string, ReadonlySet<string>>,
): DatesGuess['order'] {
  for (const [dayFirst, monthFirst] of Object.entries(swapped)) {
    const chosen = [dayFirst, monthFirst].filter((format) => formats.includes(format));
    if (chosen.length === 0) continue;
    const byDay = reads.get(dayFirst) ?? new Set();
    const byMonth = reads.get(monthFirst) ?? new Set();
    const onlyDay = [...byDay].some((value) => !byMonth.has(value));
    const onlyMonth = [...byMonth].some((value) => !byDay.has(value));
    if (onlyDay !== onlyMonth) continue;
    return { either: dayFirst, or: monthFirst, isMixed: onlyDay };
  }
  return undefined;
}

function withAfter(formats: readonly string[], { either, or }: { either: string; or: string }): string[] {
  return formats.flatMap((format) => (format === either ? [either, or] : [format]));
}

/** `2011-12` is a year and the next where other values can be nothing else. */
function arranged(formats: readonly string[]): string[] {
  const years = formats.filter((format) => format === 'fiscalYear');
  return [...years, ...formats.filter((format) => format !== 'fiscalYear')];
}
