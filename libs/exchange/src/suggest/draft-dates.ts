import type { ColumnProfile } from './column-profile.js';
import type { DatesGuess } from './date-formats.js';
import { type DraftLines, examplesOf } from './draft-lines.js';

/** How the dates of a file are spelled: one list of formats for all its columns. */
export function draftDates(lines: DraftLines, columns: readonly ColumnProfile[]): void {
  const guesses = columns.map((column) => ({ column, dates: column.dates }));
  if (guesses.length === 0) return;
  const formats = agreed(guesses.map(({ dates }) => dates));
  const isPlain = formats.length === 1 && formats[0] === 'iso';
  const unread = guesses.flatMap(({ dates }) => dates.unread);
  const hasOffset = guesses.some(({ dates }) => dates.hasOffset);
  const open = guesses.map(({ dates }) => dates.order).find((order) => order && stillOpen(order, formats));
  if (isPlain && unread.length === 0 && !hasOffset) return;
  lines.blank();
  if (open) {
    const why = open.isMixed
      ? `both orders occur: some dates can only be ${open.either}, others only ${open.or}, and the first that fits is taken. Mend the file where it is wrong`
      : `no date has a day after the 12th, so it may be ${open.either} or ${open.or}: keep the right one`;
    lines.comment(0, `Day or month first? ${why[0]!.toUpperCase()}${why.slice(1)}.`);
    lines.undecided.push(`dates: ${why}`);
  }
  lines.add(0, 'dates:');
  const named = guesses.map(({ column }) => JSON.stringify(column.name)).join(', ');
  const list = formats.map(formatText);
  lines.add(1, `formats: [${list.join(', ')}]`, `as they stand in ${named}`);
  if (unread.length > 0) {
    lines.add(1, 'unreadable: unknown', `kept as written and taken as unknown: ${examplesOf(unread)}`);
  }
  if (hasOffset) {
    lines.comment(
      1,
      'zone: Asia/Baghdad # some times say their own zone: with a zone, the day there is taken',
    );
  }
}

/** All formats, in an order that no column decides against. */
function agreed(guesses: readonly DatesGuess[]): string[] {
  const decided = guesses.filter(({ order }) => !order).flatMap(({ formats }) => formats);
  const all = [...new Set(guesses.flatMap(({ formats }) => formats))];
  const excluded = guesses.flatMap(({ order }) => {
    if (!order || order.isMixed) return [];
    const hasDay = decided.includes(order.either);
    const hasMonth = decided.includes(order.or);
    return hasDay === hasMonth ? [] : [hasDay ? order.or : order.either];
  });
  const kept = all.filter((format) => !excluded.includes(format));
  return [
    ...kept.filter((format) => format === 'fiscalYear'),
    ...kept.filter((format) => format !== 'fiscalYear'),
  ];
}

function stillOpen({ either, or }: NonNullable<DatesGuess['order']>, formats: readonly string[]): boolean {
  return formats.includes(either) && formats.includes(or);
}

/** A format as YAML. */
export function formatText(format: string): string {
  return /^[\w/.-]+$/.test(format) ? format : JSON.stringify(format);
}
