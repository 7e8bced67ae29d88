import { validAt } from '../engine/pinned.js';
import { items } from '../models/items.js';
import type { At, Parameters } from './at.js';
import { holdsOn } from './intervals.js';

/** What items are chosen by beside their lifecycle. */
export interface AxisFilter {
  /** An addressee responds so. */
  readonly responses?: readonly string[];
  /** An addressee reports so. */
  readonly progress?: readonly string[];
  /** An addressee has reported nothing; or none is such. */
  readonly nothingReported?: boolean;
  /** A part is assessed so, or the whole of an item without parts. */
  readonly assessments?: readonly string[];
  /** On the day of the listing. */
  readonly overdue?: boolean;
  readonly reportedDoneNotVerified?: boolean;
}

/** The condition for a stretch that holds on a day, or without one after everything known. */
export function stands(day: string | undefined, alias: string): string {
  const then = day === undefined ? `${alias}.to_earliest is null` : holdsOn(day, alias);
  return `${alias}.present and ${then}`;
}

/**
 * What must hold of the item of a register row `r`. The position is `$1`.
 *
 * @param effectiveOn answers and assessments are those of that day; without, those after everything known
 * @param computedOn the day of what is computed, which always needs one
 */
export function axisConditions(
  at: At,
  filter: AxisFilter,
  { effectiveOn, computedOn }: { readonly effectiveOn?: string; readonly computedOn?: string },
  parameters: Parameters,
): string[] {
  const has = (table: 'addressee' | 'assessment', condition: string) => {
    const day = effectiveOn === undefined ? undefined : parameters.add(effectiveOn);
    return `exists (select from ${at.from(items, table)} x where x.key = r.key and ${validAt('$1', 'x')}
       and ${stands(day, 'x')} and ${condition})`;
  };
  const found: string[] = [];
  if (filter.responses) found.push(has('addressee', `x.response = any(${parameters.add(filter.responses)})`));
  if (filter.progress) found.push(has('addressee', `x.progress = any(${parameters.add(filter.progress)})`));
  if (filter.nothingReported !== undefined)
    found.push(`${filter.nothingReported ? '' : 'not '}${has('addressee', 'x.progress is null')}`);
  if (filter.assessments) {
    const value = parameters.add(filter.assessments);
    found.push(has('assessment', `x.counted and x.assessment = any(${value})`));
  }
  const computed = (is: boolean, condition: (on: string) => string) => {
    if (computedOn === undefined) throw new TypeError('what is computed has to be asked of a day');
    const on = parameters.add(computedOn);
    const outlook = `exists (select from ${at.from(items, 'outlook')} o where o.key = r.key
       and ${validAt('$1', 'o')} and ${stands(on, 'o')} and ${condition(on)})`;
    found.push(`${is ? '' : 'not '}${outlook}`);
  };
  if (filter.overdue !== undefined)
    computed(filter.overdue, (on) => `not o.ended and o.due_latest < ${on}::date`);
  if (filter.reportedDoneNotVerified !== undefined)
    computed(filter.reportedDoneNotVerified, () => 'o.reported_done_not_verified');
  return found;
}
