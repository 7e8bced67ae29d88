import type { Day, DayWindow } from '../edtf.js';
import { parseEdtf } from '../edtf.js';
import { type Place, inOrder, placesOf, withEnds } from '../history.js';
import type { ReformItemEvent } from './events.js';
import { judgeVerification } from './independence.js';
import { type Irregularity, type LifecycleState, isEnd, judgeMove } from './lifecycle.js';
import { type NumberedEvent, type ReformItem, evolve, noItem } from './reform-item.js';
import { type StandingEntry, type Undone, standingEntries } from './standing.js';
import { withTextVersions } from './text-numbers.js';

/** An item's event where it stands in the log. */
export interface Entry {
  readonly position: number;
  /** Id of the event. */
  readonly id: string;
  readonly event: NumberedEvent;
  /** EDTF, null for unknown. */
  readonly decidedOn: string | null;
  readonly effective: string | null;
  /** UTC, ISO 8601. */
  readonly recordedAt: string;
}

/** One entry in the order of effect, with the item as it was just after it. */
export interface Step {
  /** The entry as it counts: as recorded, or as corrected since. */
  readonly entry: Entry;
  /** Why it counts no more, or only for a while; undefined while it stands. */
  readonly undone: Undone | undefined;
  /** Positions of the corrections that changed it, oldest first. */
  readonly correctedBy: readonly number[];
  /** The days the entry may have taken effect on. */
  readonly window: DayWindow;
  readonly before: ReformItem;
  readonly after: ReformItem;
  /** What the entry breaks, seen from everything known. */
  readonly irregularities: readonly Irregularity[];
}

interface Placed extends Place, StandingEntry {}

/** The entries in the order of effect, each with its place ({@link placesOf}). */
function place(recorded: readonly StandingEntry[]): Placed[] {
  const places = placesOf(
    recorded.map(({ entry: { effective, recordedAt, event }, undone }) => ({
      // Who may see an item holds from where that was recorded, whatever dates were given for it.
      effective: event.type === 'ReformItemVisibilitySet' ? null : effective,
      recordedAt,
      sessionOrder: event.data.sessionOrder,
      undone: undone !== undefined,
    })),
  );
  return recorded
    .map((standing, index): Placed => ({ ...standing, ...places[index]! }))
    .sort((a, b) => inOrder(a, b) || a.entry.position - b.entry.position);
}

/** What begins an item, brings it back, or says that nothing happened to it. */
const mayFindNoItem: ReadonlySet<ReformItemEvent['type']> = new Set<ReformItemEvent['type']>([
  'ReformItemRegistered',
  'ReformItemRestored',
  'DecisionEffectLapsed',
]);

/** Irregularities of one entry at its place. Pure; does not look at what the recorder flagged. */
function judge(placed: Placed, before: ReformItem, after: ReformItem): Irregularity[] {
  const { entry, late } = placed;
  const { event } = entry;
  if (event.type === 'ReformItemVisibilitySet') return [];
  const found = new Set<Irregularity>();
  const moved = movesTo(event, after);
  if (moved) {
    const sanctioned =
      (event.type === 'ReformItemReopened' && before.standing && isEnd(before.standing.state)) ||
      event.type === 'ReformItemReturned' ||
      event.type === 'ReformItemResumed';
    // Another status of the source that maps to the same state is news, and so is a referral to somebody else.
    const news =
      before.standing?.state === moved &&
      (before.sourceStatus !== after.sourceStatus || event.type === 'ReformItemReferred');
    if (!news) judgeMove(before.standing, moved, sanctioned).forEach((code) => found.add(code));
    if (moved === 'Implemented' && event.type !== 'ReformItemImplemented') found.add('NO_EVIDENCE');
  }
  judgeVerification(event, before).forEach((code) => found.add(code));
  if (!mayFindNoItem.has(event.type) && (!before.registered || (before.removed && moved))) {
    found.add('NOT_REGISTERED');
  }
  if (late) found.add('OUT_OF_ORDER');
  if (entry.effective === null) found.add('UNKNOWN_DATE');
  const decided = entry.decidedOn === null ? undefined : parseEdtf(entry.decidedOn);
  if (decided && entry.effective !== null && placed.window.latest < decided.earliest) found.add('BACKDATED');
  return [...found];
}

/** Events that put the item into a state of its lifecycle. All others leave it where it is. */
const moves: ReadonlySet<ReformItemEvent['type']> = new Set<ReformItemEvent['type']>([
  'ReformItemRegistered',
  'ReformItemProposed',
  'ReformItemReviewStarted',
  'ReformItemAdopted',
  'ReformItemApproved',
  'ReformItemPlanned',
  'ReformItemImplementationStarted',
  'ReformItemImplemented',
  'ReformItemDeferred',
  'ReformItemResumed',
  'ReformItemReferred',
  'ReformItemReturned',
  'ReformItemRejected',
  'ReformItemClosed',
  'ReformItemWithdrawn',
  'ReformItemSuperseded',
  'ReformItemMerged',
  'ReformItemSplit',
  'ReformItemReopened',
  'ReformItemStateRecorded',
]);

/** Whether events of this type put the item into a state of its lifecycle, be it the one it is in. */
export function isMove(type: ReformItemEvent['type']): boolean {
  return moves.has(type);
}

/** The state an event moves the item to; undefined for events that are no move. */
export function movesTo(event: ReformItemEvent, after: ReformItem): LifecycleState | undefined {
  return moves.has(event.type) ? after.standing?.state : undefined;
}

/** Flags that only the recorder could know; the fold keeps them and works out all others afresh. */
const recordersOwn: ReadonlySet<Irregularity> = new Set<Irregularity>([
  'LATE',
  'AFTER_MINUTES',
  'DUPLICATE_REFERENCE',
  'NOT_INDEPENDENT',
  'BASIS_ANNULLED',
  'UNKNOWN_STATUS',
  'NO_QUORUM',
  'NOT_A_MEMBER',
  'NOT_COMPETENT',
]);

/**
 * The history of an item in the order of effect. Entries that were undone keep their place and their words; the item is
 * the fold of the others.
 *
 * @param entries all entries known, in any order
 */
export function timelineOf(entries: readonly Entry[]): Step[] {
  const folding = new Folding(place(withTextVersions(standingEntries(entries))));
  return flagDependants(folding.steps());
}

/** Folds placed entries one after the other, and without a revoked decision from where it is revoked. */
class Folding {
  private readonly done: Step[] = [];
  /** By decision: what revoked it, where the fold has come to. */
  private readonly revoked = new Map<string, Undone>();

  constructor(private readonly placed: readonly Placed[]) {}

  steps(): Step[] {
    let item = noItem;
    for (const placed of this.placed) {
      const before = item;
      const undone = placed.undone ?? this.revocationOf(placed.entry);
      const { event } = placed.entry;
      if (undone) item = passedOver(item, event);
      else if (event.type === 'ReformItemDecisionRevoked') {
        this.revoke(event.data.revokes, placed);
        item = evolve(this.refolded(), event);
      } else item = evolve(item, event);
      this.done.push(stepOf(placed, undone, before, item));
    }
    return this.done;
  }

  private revocationOf({ event }: Entry): Undone | undefined {
    const { decision } = event.data;
    return decision === undefined ? undefined : this.revoked.get(decision);
  }

  /** From here on, what the decision did counts no more; its steps say so. */
  private revoke(decision: string, { entry, window }: Placed): void {
    const by: Undone = { how: 'revoked', by: entry.position, from: window };
    this.revoked.set(decision, by);
    this.done.forEach((step, index) => {
      if (step.entry.event.data.decision === decision && !step.undone)
        this.done[index] = { ...step, undone: by };
    });
  }

  private refolded(): ReformItem {
    return this.done.reduce(
      (item, { entry, undone }) => (undone ? passedOver(item, entry.event) : evolve(item, entry.event)),
      noItem,
    );
  }
}

/** An entry that does not count leaves the item as it is; that its decision came to its event stays known. */
function passedOver(item: ReformItem, event: ReformItemEvent): ReformItem {
  return { ...item, decisions: evolve(item, event).decisions };
}

function stepOf(placed: Placed, undone: Undone | undefined, before: ReformItem, after: ReformItem): Step {
  const { entry, window, correctedBy } = placed;
  const flagged = (entry.event.data.irregularities ?? []).filter((code) => recordersOwn.has(code));
  const judged = undone ? [] : judge(placed, before, after);
  const irregularities = [...new Set([...judged, ...flagged])].sort();
  return { entry, undone, correctedBy, window, before, after, irregularities };
}

/**
 * Flags what rests on an undone decision: each move after its effect, until the item is begun again, sent back or
 * brought to that state by another way. None of it is undone for that.
 */
function flagDependants(steps: readonly Step[]): Step[] {
  const lost = new Set<LifecycleState>();
  return steps.map((step) => {
    const { event } = step.entry;
    if (step.undone) {
      const reached = event.data.decision !== undefined && movesTo(event, evolve(step.before, event));
      if (reached) lost.add(reached);
      return step;
    }
    const moved = movesTo(event, step.after);
    if (!moved || lost.size === 0) return step;
    if (startsAgain.has(event.type) || lost.has(moved)) {
      lost.clear();
      return step;
    }
    const irregularities = [...new Set([...step.irregularities, 'BASIS_ANNULLED' as const])].sort();
    return { ...step, irregularities };
  });
}

/** What needs no basis in the moves before it. */
const startsAgain: ReadonlySet<ReformItemEvent['type']> = new Set<ReformItemEvent['type']>([
  'ReformItemRegistered',
  'ReformItemProposed',
  'ReformItemReturned',
  'ReformItemReopened',
]);

/** The item after everything known. */
export function stateOf(steps: readonly Step[]): ReformItem {
  return steps.at(-1)?.after ?? noItem;
}

/** The item as it was on a day: after the last step that could have taken effect by then. Undefined before the first. */
export function stateOn(steps: readonly Step[], day: Day): ReformItem | undefined {
  return steps.findLast((step) => step.window.earliest <= day)?.after;
}

/**
 * A stretch in one state. It may have begun on any day of `from`; `to` is the days it may have ended on, the next one's
 * `from`; undefined while it lasts.
 */
export interface StatusInterval {
  readonly state: LifecycleState;
  readonly sourceStatus: string | undefined;
  readonly removed: boolean;
  /** Position of the entry that began it. */
  readonly position: number;
  readonly from: DayWindow;
  readonly to: DayWindow | undefined;
}

/**
 * The stretches of an item's history in order. For a day D: the state is the interval's where
 * `from.earliest ≤ D < to.earliest`; certainly so where `from.latest ≤ D < to.earliest`; possibly so where
 * `from.earliest ≤ D < to.latest`. Imprecise dates keep the order of effect ({@link withEnds}).
 */
export function statusIntervals(steps: readonly Step[]): StatusInterval[] {
  const intervals: StatusInterval[] = [];
  for (const { entry, window, after } of steps) {
    if (!after.standing) continue;
    const last = intervals.at(-1);
    const next = { state: after.standing.state, sourceStatus: after.sourceStatus, removed: after.removed };
    if (
      last &&
      last.state === next.state &&
      last.sourceStatus === next.sourceStatus &&
      last.removed === next.removed
    ) {
      continue;
    }
    intervals.push({ ...next, position: entry.position, from: window, to: undefined });
  }
  return withEnds(intervals);
}
