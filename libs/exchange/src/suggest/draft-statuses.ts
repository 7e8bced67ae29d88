import { type LifecycleState, isEnd, matchingForm } from '@masar/domain';
import type { ColumnProfile } from './column-profile.js';
import { type DraftLines, fieldOf } from './draft-lines.js';
import { guessState } from './status-words.js';
import { yamlText } from './yaml-text.js';

/** Most statuses a draft lists. */
const maxStatuses = 200;

/** A status of the source, whatever its letter case. */
interface Status {
  readonly spelled: string;
  readonly count: number;
  readonly state: LifecycleState | undefined;
  readonly doubt: string | undefined;
}

export function statusesOf(column: ColumnProfile): Status[] {
  const forms = new Map<string, { spelled: string; count: number }>();
  for (const [value, count] of column.counts) {
    const form = matchingForm(value);
    const known = forms.get(form);
    if (known) known.count += count;
    else forms.set(form, { spelled: value.trim(), count });
  }
  return [...forms.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, maxStatuses)
    .map((status) => {
      const guess = guessState(status.spelled);
      return { ...status, state: guess?.state, doubt: guess?.doubt };
    });
}

/** Statuses whose state is an end, as spelled. */
export function endsAmong(statuses: readonly Status[]): string[] {
  return statuses.filter(({ state }) => state !== undefined && isEnd(state)).map(({ spelled }) => spelled);
}

/** What each status of the source stands for, as far as its words say. */
export function draftStatuses(lines: DraftLines, column: ColumnProfile, why: string): void {
  const statuses = statusesOf(column);
  const unknown = statuses.filter(({ state }) => state === undefined);
  lines
    .blank()
    .comment(0, 'What the statuses of the source stand for: guesses from their words, to be read over.');
  lines
    .add(0, 'statuses:')
    .add(1, `from: ${fieldOf(column.path)}`, why)
    .add(1, 'states:');
  for (const { spelled, count, state, doubt } of statuses) {
    const rows = `${count} ${count === 1 ? 'row' : 'rows'}`;
    if (state)
      lines.add(2, `${yamlText(spelled)}: ${state}`, doubt === undefined ? rows : `${rows}; ${doubt}`);
    else lines.open(2, `${yamlText(spelled)}:`, `${rows}; name a state, such as ClosedPartial`);
  }
  if (unknown.length === statuses.length) {
    lines.add(2, '"": Proposed', 'no status here says a state by its words');
  }
  if (unknown.length > 0) {
    lines.add(
      1,
      'otherwise: { flagAs: Proposed }',
      'until those left open are filled in; flagged UNKNOWN_STATUS',
    );
  } else if (column.fullness < 1) {
    lines.add(
      1,
      'empty: { flagAs: Proposed }',
      `${column.rows - column.filled} rows have no status; flagged UNKNOWN_STATUS`,
    );
  }
}
