import { type Day, type DayWindow, daysBetween } from '../edtf.js';
import { isEnd } from './lifecycle.js';
import type { StatusInterval } from './timeline.js';

/** How long ago, in whole days: at least, and at most. They differ where dates are imprecise. */
export interface Age {
  readonly certain: number;
  readonly possible: number;
}

type Stretch = Pick<StatusInterval, 'state' | 'from'>;

/**
 * The days from the first proposal, the item's own or that of one it follows from, to a day, or to the item's end where that
 * came before. Undefined where nothing had been proposed by then.
 *
 * @param own the item's stretches, in the order of effect
 * @param predecessors those of each item it follows from
 */
export function ageOf(
  own: readonly Stretch[],
  predecessors: readonly (readonly Stretch[])[],
  on: Day,
): Age | undefined {
  const starts = [own, ...predecessors]
    .map((stretches) => firstProposed(stretches))
    .filter((start) => start !== undefined && start.earliest <= on)
    .map((start) => start!);
  if (starts.length === 0) return undefined;
  const earliest = starts.map((start) => start.earliest).reduce(first);
  const latest = starts.map((start) => start.latest).reduce(first);
  const end = endedBy(own, on) ?? { earliest: on, latest: on };
  return {
    certain: Math.max(0, daysBetween(latest, end.earliest)),
    possible: Math.max(0, daysBetween(earliest, end.latest)),
  };
}

function first(one: Day, other: Day): Day {
  return one < other ? one : other;
}

/** When it was proposed, or first known to be further. */
function firstProposed(stretches: readonly Stretch[]): DayWindow | undefined {
  return stretches.find(({ state }) => state !== 'Draft')?.from;
}

/** When it ended, if it had by that day and was not reopened until then; no later than that day. */
function endedBy(stretches: readonly Stretch[], on: Day): DayWindow | undefined {
  const known = stretches.filter(({ from }) => from.earliest <= on);
  const lastLive = known.findLastIndex(({ state }) => !isEnd(state));
  const end = known[lastLive + 1]?.from;
  return end && { earliest: end.earliest, latest: first(end.latest, on) };
}
