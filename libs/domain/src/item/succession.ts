import type { DayWindow } from '../edtf.js';
import type { StandingRelation } from '../relation-cycles.js';
import type { RelationKind } from '../relation-kinds.js';
import type { ReformItemEvent } from './events.js';
import type { Step } from './timeline.js';

/** A stretch in which an item goes on as another. */
export interface Succession {
  readonly kind: RelationKind;
  /** Id of the item it goes on as. */
  readonly to: string;
  /** Position of the entry that said so, and the decision it is an effect of. */
  readonly position: number;
  readonly decision: string | undefined;
  /** The days it may have begun on. */
  readonly from: DayWindow;
  /** The days it may have ended on: the item was reopened, or what said so was undone. Undefined while it lasts. */
  readonly until: DayWindow | undefined;
}

/**
 * The stretches in which an item goes on as others, in the order of effect. What was annulled, struck or lapsed makes none;
 * what was revoked or reopened ends there.
 */
export function successionsOf(steps: readonly Step[]): Succession[] {
  const stretches: Succession[] = [];
  const open = new Map<string, number>();
  steps.forEach((step, index) => {
    const { successors } = step.after;
    for (const [to, at] of open) {
      const said = successors.includes(to) ? saidBy(steps, index, to) : undefined;
      if (said?.entry.position === stretches[at]!.position) continue;
      stretches[at] = { ...stretches[at]!, until: step.window };
      open.delete(to);
    }
    for (const to of new Set(successors)) {
      const said = open.has(to) ? undefined : saidBy(steps, index, to);
      if (!said) continue;
      const { entry } = said;
      open.set(to, stretches.length);
      stretches.push({
        kind: declared(entry.event)!.kind,
        to,
        position: entry.position,
        decision: entry.event.data.decision,
        from: step.window,
        until: undefined,
      });
    }
  });
  return stretches;
}

/** The relations of an item to those it goes on as, by the days that order its history. */
export function standingSuccessions(item: string, steps: readonly Step[]): StandingRelation[] {
  return successionsOf(steps).map(({ kind, to, from, until }) => ({
    kind,
    from: item,
    to,
    since: from.earliest,
    until: until?.earliest,
  }));
}

/** The last step up to there that said what the item goes on as, and still counts there. */
function saidBy(steps: readonly Step[], upTo: number, to: string): Step | undefined {
  return steps
    .slice(0, upTo + 1)
    .findLast((step) => declared(step.entry.event)?.targets.includes(to) && countsAt(steps, upTo, step));
}

/** Whether a step counts at a later one: it was never undone, or only from further on. */
function countsAt(steps: readonly Step[], index: number, { undone }: Step): boolean {
  if (!undone) return true;
  return undone.how === 'revoked' && steps.findIndex(({ entry }) => entry.position === undone.by) > index;
}

/** What an event says the item goes on as; undefined for events that say nothing of it. */
function declared(
  event: ReformItemEvent,
): { readonly kind: RelationKind; readonly targets: readonly string[] } | undefined {
  if (event.type === 'ReformItemSuperseded') return { kind: 'supersededBy', targets: event.data.by };
  if (event.type === 'ReformItemMerged') return { kind: 'mergedInto', targets: event.data.into };
  if (event.type === 'ReformItemSplit') return { kind: 'splitInto', targets: event.data.into };
  return undefined;
}
