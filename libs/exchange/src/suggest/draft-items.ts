import { guessPriority } from './answer-words.js';
import type { ColumnProfile } from './column-profile.js';
import { type DraftLines, fieldOf, listFrom, oneOf, quoted } from './draft-lines.js';
import { formatText } from './draft-dates.js';
import { draftRegister } from './draft-register.js';
import { endsAmong, statusesOf } from './draft-statuses.js';
import { isLongText } from './draft-tables.js';
import type { Findings } from './findings.js';
import type { Use } from './column-assignment.js';
import type { Roles } from './guess-roles.js';
import { separatorOf } from './separator.js';
import { yamlText } from './yaml-text.js';

/** Rules for rows that are items, or of which several say different things of one. */
export function draftItems(lines: DraftLines, findings: Findings): void {
  const { roles, rowIs } = findings;
  const { status, closed, made } = roles;
  const ended = status && closed && made ? endedWhen(status.column, closed.column, made.column) : undefined;
  if (rowIs === 'part') {
    lines.comment(
      1,
      'Several rows of one item say different things of it: the first registers it, the others add to it.',
    );
    lines.add(1, '- when: { isNew: true }').add(2, 'do:');
  } else lines.add(1, '- do:');
  draftRegister(lines, findings, ended);
  draftBeside(lines, roles, false);
  if (ended) {
    lines
      .add(3, '- state:')
      .add(5, `when: ${ended}`)
      .add(5, `effective: ${fieldOf(closed!.column.path)}`, closed!.why);
  }
  if (rowIs !== 'part') return;
  if (!roles.addressee && !roles.response) {
    lines.add(1, '- skip: true', 'what the further rows of an item say is left out');
    lines.undecided.push('rows: what the further rows of an item say is left out');
    return;
  }
  lines.add(1, '- do:');
  draftBeside(lines, roles, true);
}

/** A condition for rows whose item has ended since it was made. */
function endedWhen(status: ColumnProfile, closed: ColumnProfile, made: ColumnProfile): string {
  const ends = endsAmong(statusesOf(status));
  const hasDay = `{ field: ${fieldOf(closed.path)}, isEmpty: false }`;
  const isEnded =
    ends.length === 0 ? hasDay : `{ any: [${hasDay}, { field: ${fieldOf(status.path)}, ${oneOf(ends)} }] }`;
  if (made.fullness === 1) return isEnded;
  // Without a day it was made on, the day it ended is the first one known.
  return `{ all: [{ field: ${fieldOf(made.path)}, isEmpty: false }, ${isEnded}] }`;
}

/** What a row says of its item beside its state. */
export function draftBeside(lines: DraftLines, roles: Roles, more: boolean): void {
  const { addressee, lead, response, due, priority, made } = roles;
  if (addressee)
    lines.add(
      3,
      `- addressees: { to: ${listFrom(addressee.column)}${more ? ', keep: true' : ''} }`,
      addressee.why,
    );
  if (lead && !more) lines.add(3, `- assign: { leads: ${listFrom(lead.column)} }`, lead.why);
  if (due && !more) lines.add(3, `- dueDate: { due: ${fieldOf(due.column.path)} }`, due.why);
  const hasPriorities = priority && [...priority.column.counts.keys()].some((value) => guessPriority(value));
  if (hasPriorities && !more) {
    lines.add(
      3,
      `- classify: { priority: { field: ${fieldOf(priority.column.path)}, then: [{ lookup: priorities, match: folded, otherwise: empty }] } }`,
    );
  }
  if (!response) return;
  const reply = fieldOf(response.column.path);
  if (!addressee) {
    lines.open(
      3,
      '- respond: { addressee: WHO, response: … }',
      `"${response.column.name}" looks like an answer, and no column says whose`,
    );
    return;
  }
  const match = isLongText(response.column) ? 'contains' : 'folded';
  lines
    .add(3, '- respond:', response.why)
    .add(5, `when: ${oneAddressee(addressee.column)}`)
    .add(5, `addressee: ${fieldOf(addressee.column.path)}`)
    .add(5, 'response:')
    .add(6, 'first:')
    .add(
      7,
      `- { field: ${reply}, then: [plainText, { lookup: replies, match: ${match}, otherwise: empty }] }`,
    )
    .add(7, `- { when: { field: ${reply}, isEmpty: false }, text: noted }`);
  lines.add(5, `effective: ${someDayFrom(made)}`, 'no column says when');
  if (match === 'contains') lines.add(5, `text: { ${yamlText(response.column.language)}: ${reply} }`);
}

/** A condition for rows that name one addressee: of several, which one answered is not said. */
function oneAddressee(column: ColumnProfile): string {
  const named = `{ field: ${fieldOf(column.path)}, isEmpty: false }`;
  const separator = separatorOf(column);
  if (separator === undefined) return named;
  return `{ all: [${named}, { not: { field: ${fieldOf(column.path)}, contains: ${quoted(separator)} } }] }`;
}

/** A date of which is known that it is not before another. */
function someDayFrom(made: Use | undefined): string {
  const { formats, unread } = made?.column.dates ?? { formats: [], unread: [] };
  // A span has no day to begin from.
  const spans = ['quarter', 'half', 'years', 'fiscalYear', 'about'];
  if (!made || unread.length > 0 || formats.some((format) => spans.includes(format))) return '{ text: "" }';
  const list = formats.map(formatText).join(', ');
  return `{ field: ${fieldOf(made.column.path)}, then: [{ date: [${list}] }, { suffix: /.. }], formats: iso }`;
}
