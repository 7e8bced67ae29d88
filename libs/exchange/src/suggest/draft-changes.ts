import type { ColumnProfile } from './column-profile.js';
import { draftBeside } from './draft-items.js';
import { type DraftLines, fieldOf, oneOf, peopleOf } from './draft-lines.js';
import { attributeOf, draftRegister, isOfTheRow, partOf } from './draft-register.js';
import type { Findings } from './findings.js';
import type { Use } from './column-assignment.js';
import { isCreation } from './guess-roles.js';
import { yamlText } from './yaml-text.js';

/** Rules for rows that are changes of items. */
export function draftChanges(lines: DraftLines, findings: Findings): void {
  const { roles, groups } = findings;
  const { event, status, titles, texts, attributes, people, reason } = roles;
  if (event) draftEvents(lines, findings, event.column);
  else {
    lines
      .comment(1, 'The first row of an item registers it.')
      .add(1, '- when: { isNew: true }')
      .add(2, 'do:');
    draftRegister(lines, findings);
    draftBeside(lines, roles, false);
    lines.blank();
  }
  const changes = (column: ColumnProfile): boolean => (groups?.changes.get(column.name) ?? 0) > 0;
  const words = [...titles, ...texts].map(({ column }) => column).filter(changes);
  const others = attributes.filter((column) => changes(column) && !isOfTheRow(column));
  const names = people.map(({ column }) => column).filter(changes);
  const watched = [...words, ...others, ...names];
  lines.add(1, '- do:');
  if (status) {
    const field = fieldOf(status.column.path);
    const { changedField } = roles;
    const isStatus = changedField
      ? `{ field: ${fieldOf(changedField.column.path)}, is: ${yamlText(changedField.statusWord)} }, `
      : '';
    lines
      .add(3, '- state:', 'recorded where it is another than before')
      .add(
        5,
        `when: { all: [${isStatus}{ field: ${field}, isEmpty: false }, { field: ${field}, isChanged: true }] }`,
      );
    if (reason)
      lines.add(
        5,
        `reason: { ${yamlText(reason.column.language)}: ${fieldOf(reason.column.path)} }`,
        reason.why,
      );
  }
  if (watched.length === 0) return;
  const any = watched.map((column) => `{ field: ${fieldOf(column.path)}, isChanged: true }`).join(', ');
  lines.add(3, '- details:').add(5, `when: { any: [${any}] }`);
  const told = (uses: readonly Use[]): string =>
    uses
      .filter(({ column }) => words.includes(column))
      .map(({ column }) => `${yamlText(column.language)}: ${fieldOf(column.path)}`)
      .join(', ');
  if (told(titles) !== '') lines.add(5, `title: { ${told(titles)} }`);
  if (told(texts) !== '') lines.add(5, `text: { ${told(texts)} }`);
  if (others.length > 0) {
    lines.add(5, 'attributes:');
    for (const column of others) lines.add(6, attributeOf(column));
  }
  if (names.length > 0) {
    lines.add(5, 'people:');
    for (const column of names) lines.add(6, `${yamlText(partOf(column))}: ${peopleOf(column)}`);
  }
}

function draftEvents(lines: DraftLines, findings: Findings, event: ColumnProfile): void {
  const values = [...event.counts].sort(([, a], [, b]) => b - a).map(([value]) => value.trim());
  const field = fieldOf(event.path);
  const rule = (kind: string, matching: readonly string[]): void => {
    if (matching.length === 0) return;
    lines
      .add(1, `- when: { field: ${field}, ${oneOf(matching)} }`)
      .add(2, `do: [{ ${kind}: {} }]`)
      .blank();
  };
  const created = values.filter(isCreation);
  const { missing } = findings.beginnings;
  const begins = `{ field: ${field}, ${oneOf(created)} }`;
  if (missing === 0) lines.add(1, `- when: ${begins}`, 'new items');
  else {
    const why = `new items; and ${missing} that no row begins: the first row about one stands in`;
    lines.add(1, `- when: { any: [${begins}, { isNew: true }] }`, why);
  }
  lines.add(2, 'do:');
  draftRegister(lines, findings);
  draftBeside(lines, findings.roles, false);
  lines.blank();
  rule(
    'remove',
    values.filter((value) => /^(?:removed?|deleted?|حذف)/iu.test(value)),
  );
  rule(
    'restore',
    values.filter((value) => /^(?:restored?|undeleted?|استعادة)/iu.test(value)),
  );
  const renamed = values.filter((value) => /\b(?:renumber|renam|moved)/i.test(value));
  if (renamed.length > 0) {
    lines.open(
      1,
      `- when: { field: ${field}, ${oneOf(renamed)} }`,
      'do: [{ renumber: { reference: THE OLD ONE, to: THE NEW ONE } }]',
    );
  }
}
