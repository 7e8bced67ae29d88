import type { ColumnProfile } from './column-profile.js';
import { type DraftLines, fieldOf, peopleOf } from './draft-lines.js';
import type { Findings } from './findings.js';
import { yamlText } from './yaml-text.js';

/** Registers the row's item, with all that the row says of it. */
export function draftRegister(lines: DraftLines, findings: Findings, opening?: string): void {
  const { roles, rowIs } = findings;
  const { status, texts, people, attributes, changedField } = roles;
  lines.add(3, '- register:');
  if (opening !== undefined)
    lines
      .comment(5, 'Ended since it was made: what it was until then is a guess.')
      .add(5, `state: { when: ${opening}, text: Adopted }`);
  else if (!status) lines.add(5, 'state: Proposed', 'no column has a status');
  else if (changedField && changedField.column.distinct > 1) {
    const isOther = `{ not: { field: ${fieldOf(changedField.column.path)}, is: ${yamlText(changedField.statusWord)} } }`;
    lines.add(
      5,
      `state: { when: ${isOther}, text: Proposed }`,
      'where the first change is of something else, its status is not known yet',
    );
  }
  draftTitle(lines, findings);
  const words = texts.map(({ column }) => `${yamlText(column.language)}: ${fieldOf(column.path)}`);
  if (texts.length > 0) lines.add(5, `text: { ${words.join(', ')} }`);
  const stays = rowIs === 'change' ? attributes.filter((column) => !isOfTheRow(column)) : attributes;
  if (stays.length > 0) {
    lines.add(5, 'attributes:');
    for (const column of stays) lines.add(6, attributeOf(column));
  }
  for (const column of attributes.filter((each) => !stays.includes(each))) {
    lines.comment(5, `"${column.name}" is of the change, not of the item: left out.`);
  }
  if (people.length > 0) {
    lines.add(5, 'people:', 'names go to the vault, never into an event');
    for (const { column, why } of people)
      lines.add(6, `${yamlText(partOf(column))}: ${peopleOf(column)}`, why);
  }
}

/** A title, or what there is instead; where one is empty, the text or the reference stands in. */
function draftTitle(lines: DraftLines, { roles }: Findings): void {
  const { titles, texts, reference } = roles;
  const number = reference ? fieldOf(reference.column.path) : '{ rowNumber: true }';
  const beginnings = texts.map(
    ({ column }) => `{ field: ${fieldOf(column.path)}, then: [{ shorten: 120 }] }`,
  );
  const uses = titles.length > 0 ? titles : texts;
  const isFull = uses.some(({ column }) => column.fullness === 1);
  const entries = uses.map(({ column }, index) => {
    const own = titles.length > 0 ? fieldOf(column.path) : beginnings[index]!;
    // One language is enough for the rows in which all are empty.
    const others = [...(titles.length > 0 ? beginnings.slice(0, 1) : []), number];
    return `${yamlText(column.language)}: ${isFull || index > 0 ? own : `{ first: [${[own, ...others].join(', ')}] }`}`;
  });
  const why =
    titles.length > 0
      ? titles.map((use) => `"${use.column.name}": ${use.why}`).join('; ')
      : texts.length > 0
        ? 'there are no titles: the beginning of the text'
        : 'there are no words for it';
  const named =
    entries.length > 0 ? entries.join(', ') : `und: { join: [{ text: Item }, ${number}], with: " " }`;
  lines.add(5, `title: { ${named} }`, why);
}

/** An attribute by the name of its column. */
export function attributeOf(column: ColumnProfile): string {
  const name = yamlText(column.name.trim().slice(0, 100));
  return column.isList ? `${name}: { field: ${fieldOf(column.path)} }` : `${name}: ${fieldOf(column.path)}`;
}

/** True for what is of one change: a number of its own, or a list of what it changed. */
export function isOfTheRow(column: ColumnProfile): boolean {
  if (column.isList) return true;
  return (column.uniqueness > 0.9 && column.distinct > 20) || column.share(/^[0-9a-f]{20,}$/i) > 0.8;
}

/** The part people of a column play, by its header. */
export function partOf(column: ColumnProfile): string {
  return column.name.trim().toLowerCase().replace(/[_.]+/g, ' ').slice(0, 100);
}
