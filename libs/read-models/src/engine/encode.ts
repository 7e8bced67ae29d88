import { arrayLiteral } from './column.js';
import { RowRefused } from './failure.js';
import type { Ended, Folded } from './fold.js';
import type { TableLayout, Version } from './layout.js';
import type { TableStatements } from './schema.js';
import { literal } from './schema.js';
import type { Step } from './transmit.js';

/** Everything a batch writes, and how many versions that makes or ends. */
export interface Encoded {
  readonly steps: Step[];
  readonly rows: number;
}

/** In bulk a version is written once it has ended; indexed, when it is made, and its end later. */
export function encode(
  layout: readonly TableLayout[],
  statements: readonly TableStatements[],
  { changes }: Folded,
  isBulk: boolean,
): Encoded {
  const steps: Step[] = [];
  let rows = 0;
  layout.forEach((table, index) => {
    const { made, ended } = changes[index]!;
    rows += made.length + ended.length;
    if (isBulk && !table.appends) {
      const over = made.filter((version) => version.to !== undefined);
      steps.push(...copyStep(table, statements[index]!, over, ended));
    } else {
      steps.push(...copyStep(table, statements[index]!, made, []));
      if (ended.length > 0) steps.push(endStep(table, statements[index]!, ended));
    }
  });
  return { steps, rows };
}

/** The step that writes versions whole, or none. @throws RowRefused a value cannot be written */
export function copyStep(
  table: TableLayout,
  { copy }: TableStatements,
  versions: readonly Version[],
  ended: readonly Ended[],
): Step[] {
  if (versions.length + ended.length === 0) return [];
  let lines = '';
  try {
    for (const version of versions) lines += table.line(version, version.to);
    for (const { version, to } of ended) lines += table.line(version, to);
  } catch (cause) {
    throw new RowRefused('a value cannot be written', { cause });
  }
  return [{ sql: copy, lines }];
}

function endStep({ identity }: TableLayout, { end }: TableStatements, ended: readonly Ended[]): Step {
  const arrays = [
    arrayLiteral(ended.map(({ version }) => version.key)),
    `{${ended.map(({ version }) => version.from).join(',')}}`,
    `{${ended.map(({ to }) => to).join(',')}}`,
    ...identity.map((column) => arrayLiteral(ended.map(({ version }) => String(version.row[column])))),
  ];
  return { sql: end(arrays.map(literal), ended.length) };
}
