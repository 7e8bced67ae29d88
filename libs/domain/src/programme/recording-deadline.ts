import { type Dated, withDates } from '../event.js';
import { type Recorded, type Stretch, stretchOn, stretchesOf } from '../history.js';
import { type Common, type Input, effectiveOf, reasonOf, refuse } from './named.js';

/*
 * The storage format of a programme's recording deadline, on its stream. Add fields, never rename.
 */
export interface DeadlineEvent {
  readonly type: 'RecordingDeadlineSet';
  /** Days from a decision to its recording; null: none from now on. */
  readonly data: Common & { readonly days: number | null };
}

/** The deadline of a programme, with its history. */
export interface Deadlines {
  readonly reference: string;
  readonly deadlines: readonly Recorded<DeadlineEvent>[];
}

/** The stretches of the deadline: days, or null where there is none. */
export function deadlineStretches({
  deadlines,
}: Pick<Deadlines, 'deadlines'>): Stretch<{ readonly days: number | null }>[] {
  return stretchesOf<DeadlineEvent, { days: number | null }>(deadlines, (_state, { event }) => ({
    days: event.data.days,
  }));
}

/**
 * How many days after it was decided something has to be recorded; undefined where the programme sets no deadline.
 *
 * @param on the day whose rule is asked for, EDTF; left out: the latest
 */
export function recordingDeadline(
  programme: Pick<Deadlines, 'deadlines'>,
  on: string | null = null,
): number | undefined {
  return stretchOn(deadlineStretches(programme), on)?.state.days ?? undefined;
}

export function setRecordingDeadline(
  programme: Deadlines,
  input: Input<{ readonly days: number | null }>,
): Dated<DeadlineEvent> {
  const { days } = input;
  if (programme.reference === '') refuse('NOT_FOUND', 'programme', 'there is no such programme');
  if (days !== null && !(Number.isInteger(days) && days >= 0 && days <= 36_500)) {
    refuse('INVALID_INPUT', 'days', 'days is a whole number from 0 on, or null for no deadline');
  }
  const before = recordingDeadline(programme, effectiveOf(input));
  if ((before ?? null) === days) {
    const what = days === null ? 'the programme has no deadline' : `the deadline is ${days} days`;
    refuse('NOTHING_TO_CHANGE', 'days', `${what} on that day`);
  }
  return withDates({ type: 'RecordingDeadlineSet', data: { days, ...reasonOf(input) } }, input);
}
