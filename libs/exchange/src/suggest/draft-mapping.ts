import { basename } from 'node:path';
import type { Format } from '../mapping/language.js';
import { fieldName } from '../source/source-row.js';
import { draftChanges } from './draft-changes.js';
import { draftDates } from './draft-dates.js';
import { draftItems } from './draft-items.js';
import { DraftLines, fieldOf, listOf, peopleOf } from './draft-lines.js';
import { draftStatuses } from './draft-statuses.js';
import { draftTables } from './draft-tables.js';
import type { Findings } from './findings.js';
import { yamlText } from './yaml-text.js';

/** The draft of a mapping, every guess with what it rests on. */
export function draftMapping(findings: Findings): {
  readonly text: string;
  readonly undecided: readonly string[];
} {
  const lines = new DraftLines();
  const { roles, file, rows, isPart } = findings;
  lines
    .comment(
      0,
      `A first draft, from ${isPart ? 'the first ' : ''}${rows} rows of ${basename(file)}. Read it over: comments say what it rests on, and`,
    )
    .comment(
      0,
      'lines that are commented out wait to be filled in. docs/import/README.md has every word of the language.',
    )
    .add(0, 'masar: 1')
    .add(
      0,
      `source: ${yamlText(findings.source)}`,
      "part of every row's identity: once imported, it stays as it is",
    );
  for (const why of findings.formatWhy) lines.comment(0, `${why[0]!.toUpperCase()}${why.slice(1)}.`);
  lines.add(0, `format: ${formatOf(findings.format)}`);
  draftOrder(lines, findings);
  draftLists(lines, findings);
  const empty = [...new Set(findings.columns.flatMap((column) => [...column.emptyWords]))];
  if (empty.length > 0)
    lines
      .blank()
      .comment(0, 'Alone in a cell, these mean nothing.')
      .add(0, `empty: ${listOf(empty)}`);
  const dated = [roles.made, roles.closed, roles.due, roles.changedOn].filter((use) => use !== undefined);
  draftDates(
    lines,
    dated.map(({ column }) => column),
  );
  draftReference(lines, findings);
  draftEffective(lines, findings);
  if (roles.status) draftStatuses(lines, roles.status.column, roles.status.why);
  draftTables(lines, roles);
  lines.blank().add(0, 'rows:');
  for (const { path, value } of findings.footers.slice(0, 5)) {
    const [start = value] = /^[\p{L}\p{M}]+/u.exec(value) ?? [];
    lines
      .add(1, `- when: { field: ${fieldOf(path)}, startsWith: ${yamlText(start)} }`, 'says how the file ends')
      .add(2, 'skip: true');
  }
  if (roles.reference && roles.reference.column.fullness < 1) {
    const { column } = roles.reference;
    const missing = column.rows - column.filled;
    lines
      .add(
        1,
        `- when: { field: ${fieldOf(column.path)}, isEmpty: true }`,
        `${missing} ${missing === 1 ? 'row has' : 'rows have'} no reference: a total or a note?`,
      )
      .add(2, 'skip: true');
  }
  if (findings.rowIs === 'change') draftChanges(lines, findings);
  else draftItems(lines, findings);
  for (const { name } of roles.recorders) {
    lines.comment(0, `"${name}" names who recorded a change too: claimedBy takes one column.`);
  }
  for (const { name } of roles.empty) lines.comment(0, `"${name}" is empty in every row.`);
  return { text: lines.text, undecided: lines.undecided };
}

function formatOf(format: Format): string {
  const parts = Object.entries(format).map(([key, value]: [string, unknown]) => {
    if (Array.isArray(value)) return `${key}: ${listOf(value as string[])}`;
    if (typeof value === 'string') return `${key}: ${value === '\t' ? '"\\t"' : yamlText(value)}`;
    return `${key}: ${String(value)}`;
  });
  return `{ ${parts.join(', ')} }`;
}

function draftOrder(lines: DraftLines, { rowIs, groups, roles }: Findings): void {
  if (rowIs !== 'change' || !groups) return;
  const { ascending, descending } = groups;
  if (descending > 3 * ascending) {
    lines.add(
      0,
      'order: reversed',
      `the newest rows come first: of an item, ${descending} rows are older than the one above`,
    );
  } else if (descending > ascending / 5 && roles.changedOn) {
    lines.add(
      0,
      `order: { field: ${fieldOf(roles.changedOn.column.path)} }`,
      `rows of an item are not in order: ${descending} are older than the one above`,
    );
  }
}

function draftLists(lines: DraftLines, { lists }: Findings): void {
  for (const list of lists) {
    lines.open(
      0,
      `unnest: [{ list: ${fieldOf(list)} }]`,
      `"${fieldName(list)}" holds lists of records: are they changes of the item, each a row of its own?`,
    );
  }
}

function draftReference(lines: DraftLines, { roles, rowIs, groups, beginnings }: Findings): void {
  lines.blank();
  const { reference, identity, titles, texts } = roles;
  if (reference) {
    lines.add(0, `reference: ${fieldOf(reference.column.path)}`, reference.why);
  } else {
    const [words] = [...titles, ...texts];
    if (words) {
      lines
        .comment(
          0,
          'No column numbers the items: the reference is worked out from their words, and changes with them.',
        )
        .add(0, `reference: { field: ${fieldOf(words.column.path)}, then: [digest, { prefix: R- }] }`);
    } else {
      lines
        .comment(
          0,
          'No column numbers the items: the number of the row stands in, and moves when rows are added.',
        )
        .add(0, 'reference: { rowNumber: true }');
    }
    lines.undecided.push('reference: no column numbers the items');
  }
  if (identity) {
    lines.comment(
      0,
      `identity: ${fieldOf(identity.column.path)} # ${identity.why}; needed where a file has new rows only, not all from the beginning`,
    );
  }
  const count = rowIs === 'item' ? (groups?.later ?? 0) : beginnings.again;
  const isTwice = count > 0;
  if (isTwice || !reference) {
    const why = isTwice
      ? `${count} ${count === 1 ? 'row has' : 'rows have'} a reference that an item before has: refuse, if that is a mistake`
      : 'two rows may say the same';
    lines.add(0, 'duplicates: flag', why);
  }
}

function draftEffective(lines: DraftLines, { roles, rowIs }: Findings): void {
  const { made, closed, changedOn, recordedOn, recordedBy } = roles;
  if (rowIs === 'change') {
    if (changedOn) lines.add(0, `effective: ${fieldOf(changedOn.column.path)}`, changedOn.why);
    else lines.open(0, 'effective: WHICH COLUMN', 'no column has dates: every date is unknown');
    if (recordedOn) lines.add(0, `claimedAt: ${fieldOf(recordedOn.column.path)}`, recordedOn.why);
    if (recordedBy) lines.add(0, `claimedBy: ${peopleOf(recordedBy.column)}`, recordedBy.why);
    return;
  }
  if (made && closed && made.column.fullness < 1) {
    lines.add(
      0,
      `effective: { first: [${fieldOf(made.column.path)}, ${fieldOf(closed.column.path)}] }`,
      `${made.why}; where it is empty, the other is the first day known`,
    );
  } else if (made ?? closed) {
    const { column, why } = (made ?? closed)!;
    lines.add(0, `effective: ${fieldOf(column.path)}`, why);
  } else lines.open(0, 'effective: WHICH COLUMN', 'no column has dates: every date is unknown');
}
