import { type Day, parseEdtf } from '../edtf.js';
import type { Action } from './actions.js';
import { assessmentsOf } from './distribution.js';
import { isEnd } from './lifecycle.js';
import type { ReformItem } from './reform-item.js';

/*
 * What is worked out from the axes and is no state of any of them. Nothing here is recorded, and nothing looks at a clock:
 * the day is the caller's.
 */

/** True where all days a due date may mean are over. */
export function isPast(due: string | undefined, day: Day): boolean {
  const window = due === undefined ? undefined : parseEdtf(due);
  return window !== undefined && window.latest < day;
}

/** An item is overdue that has not ended although its due date is over. A pause does not move the date. */
export function isOverdue({ standing, dueDates }: ReformItem, day: Day): boolean {
  return standing !== undefined && !isEnd(standing.state) && isPast(dueDates.at(-1), day);
}

/** A step is overdue that was neither taken nor dropped although its due date is over. */
export function isActionOverdue({ status, currentDue }: Action, day: Day): boolean {
  return status === 'open' && isPast(currentDue, day);
}

/**
 * True where independent organisations have found all of the item implemented: each part, or the whole where it has none. A
 * finding of the whole that says less counts against it until a part is assessed after it.
 */
export function isVerified(item: ReformItem): boolean {
  if (!assessmentsOf(item).every(({ value }) => value === 'implemented')) return false;
  const labels = item.parts.map(({ label }) => label);
  // In the order of effect: the latest of the whole and of the parts there are has the last word.
  const latest = item.assessments.findLast(({ part }) => part === undefined || labels.includes(part));
  return latest?.part !== undefined || latest?.assessment === 'implemented';
}

/** All addressees say that they are done, and the item is not verified. */
export function isReportedDoneNotVerified(item: ReformItem): boolean {
  const { addressees } = item;
  const reportedDone = addressees.length > 0 && addressees.every(({ progress }) => progress === 'done');
  return reportedDone && !isVerified(item);
}
