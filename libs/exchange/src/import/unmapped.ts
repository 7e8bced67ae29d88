import type { LifecycleState } from '@masar/domain';
import type { MissingField } from '../mapping/mapped-row.js';
import { guessState } from '../suggest/status-words.js';
import { yamlText } from '../suggest/yaml-text.js';
import { unknownStatuses, unreadDates } from '../mapping/value-readers.js';

/** A value of a file that its mapping has nothing for. */
export interface UnmappedValue {
  /** Where in the mapping it would stand: `statuses.states`, `tables.units`; `lookup` for a table without a name. */
  readonly under: string;
  /** The field it was read from, where it was read from one. */
  readonly field?: string;
  readonly value: string;
  readonly count: number;
  /** The line of the first row that has it. */
  readonly firstLine: number;
  /** The state it may stand for, where its words say so. */
  readonly guess?: LifecycleState;
  /** The line to add there. What it stands for is for its owner to say: a guess is marked as one. */
  readonly add: string;
}

/** How many different values a report lists. */
const maxValues = 500;

/** Counts the values a mapping has nothing for. */
export class Unmapped {
  private readonly found = new Map<string, { missing: MissingField; count: number; firstLine: number }>();

  add(missing: MissingField, line: number): void {
    const { table, field, value } = missing;
    const key = JSON.stringify([table, field, value]);
    const known = this.found.get(key);
    if (known) known.count += 1;
    else if (this.found.size < maxValues) this.found.set(key, { missing, count: 1, firstLine: line });
  }

  /** By where they belong, the most frequent first. */
  list(): UnmappedValue[] {
    const values = [...this.found.values()].map(({ missing, count, firstLine }) => {
      const { table, field, value } = missing;
      const guess = table === unknownStatuses ? guessState(value)?.state : undefined;
      return {
        under: placeOf(table),
        ...(field !== undefined && { field }),
        value,
        count,
        firstLine,
        ...(guess && { guess }),
        add: lineFor(table, value, count, guess),
      };
    });
    return values.sort((a, b) => (a.under < b.under ? -1 : a.under > b.under ? 1 : b.count - a.count));
  }
}

function placeOf(table: string | undefined): string {
  if (table === unknownStatuses) return 'statuses.states';
  if (table === unreadDates) return 'dates.formats';
  return table === undefined ? 'lookup' : `tables.${table}`;
}

function lineFor(
  table: string | undefined,
  value: string,
  count: number,
  guess: LifecycleState | undefined,
): string {
  const rows = `${count} ${count === 1 ? 'row' : 'rows'}`;
  if (table === unreadDates)
    return `# ${JSON.stringify(value)}: ${rows}, taken as unknown; a format that reads it, if it is a date`;
  const key = yamlText(value);
  if (guess) return `${key}: ${guess} # ${rows}; a guess, to be read over`;
  return `${key}: # ${rows}; ${table === unknownStatuses ? 'a state, such as Proposed' : 'what it stands for'}`;
}
