/** The path from proposal to implementation, in order. */
export const pathStates = [
  'Draft',
  'Proposed',
  'UnderReview',
  'Adopted',
  'Approved',
  'Planned',
  'InImplementation',
  'Implemented',
] as const;
type PathState = (typeof pathStates)[number];

/** Off the path for a while: the item resumes where it left. */
export const pausedStates = ['Deferred', 'Referred'] as const;

/** Ends. Each can be reopened, by a decision that says why. */
export const endStates = [
  'Rejected',
  'Implemented',
  'ClosedPartial',
  'ClosedNotImplemented',
  'Withdrawn',
  'NoLongerApplicable',
  'Superseded',
  'Merged',
  'Split',
] as const;
type EndState = (typeof endStates)[number];

export type LifecycleState = PathState | (typeof pausedStates)[number] | EndState;
export const lifecycleStates: readonly LifecycleState[] = [
  ...pathStates.slice(0, -1),
  ...pausedStates,
  ...endStates,
];

/** What an entry of a history breaks. A closed list; codes are added, never renamed. */
export const irregularities = [
  /** Reached a state past *Approved* with no approval recorded. */
  'NO_APPROVAL_RECORDED',
  /** Left out one or more states of the path. */
  'SKIPPED_STATES',
  /** Recorded after an entry that took effect later. */
  'OUT_OF_ORDER',
  /** Took effect before it was decided. */
  'BACKDATED',
  /** Went back along the path, or out of an end, with no decision that returned or reopened it. */
  'REVERSED',
  /** The organisation that verified is a lead or the body's own. */
  'NOT_INDEPENDENT',
  /** Recorded as implemented with no verification or no evidence. */
  'NO_EVIDENCE',
  /** Recorded after the programme's recording deadline. */
  'LATE',
  /** Recorded after the minutes were approved. */
  'AFTER_MINUTES',
  /** The reference was another item's before; this item's id carries a suffix. */
  'DUPLICATE_REFERENCE',
  /** The effective date is not known. */
  'UNKNOWN_DATE',
  /** The decision it rests on was annulled. */
  'BASIS_ANNULLED',
  /** Adopted or asked for again when it was in that state already. */
  'ALREADY_MET',
  /** Something happened to the item before it was registered, or while it was removed from its register. */
  'NOT_REGISTERED',
  /** The source gave no status, or one its mapping does not know. */
  'UNKNOWN_STATUS',
  /** Decided with fewer present than the rules ask for. */
  'NO_QUORUM',
  /** A delegation that was no member took part in deciding it. */
  'NOT_A_MEMBER',
  /** Decided by a body that was not competent to. */
  'NOT_COMPETENT',
] as const;
export type Irregularity = (typeof irregularities)[number];

export function isEnd(state: LifecycleState): state is EndState {
  return (endStates as readonly string[]).includes(state);
}

export function isPaused(state: LifecycleState): boolean {
  return (pausedStates as readonly string[]).includes(state);
}

/** Place on the path, 0 for Draft to 7 for Implemented; undefined off the path. */
export function placeOf(state: LifecycleState): number | undefined {
  const place = (pathStates as readonly string[]).indexOf(state);
  return place < 0 ? undefined : place;
}

/**
 * Where an item stands in its lifecycle. `endedFrom` is set while it is ended; `resumesTo` while it is paused, and while
 * it is ended from a pause: reopened into the pause, it still resumes where it left.
 */
export interface Standing {
  readonly state: LifecycleState;
  readonly resumesTo?: LifecycleState;
  readonly endedFrom?: LifecycleState;
}

/** The standing after a move to `to`: remembers where a pause left the path and where an end came from. */
export function moveTo(to: LifecycleState, from: Standing | undefined): Standing {
  if (isPaused(to)) return { state: to, resumesTo: from ? pathStandpoint(from) : 'Draft' };
  if (isEnd(to)) {
    const endedFrom = from && !isEnd(from.state) ? from.state : from?.endedFrom;
    return { state: to, endedFrom, ...(from?.resumesTo && { resumesTo: from.resumesTo }) };
  }
  return { state: to };
}

/** The state on the path an item counts as being in: its own, the one it resumes to, or the one it ended from. */
function pathStandpoint(standing: Standing): LifecycleState {
  if (isPaused(standing.state)) return standing.resumesTo ?? 'Draft';
  if (isEnd(standing.state) && standing.state !== 'Implemented') {
    const from = standing.endedFrom ?? 'Draft';
    return isPaused(from) ? (standing.resumesTo ?? 'Draft') : from;
  }
  return standing.state;
}

/**
 * Whether a reopening can lead to a state: no further along the path than the item had come when it ended, *Proposed*
 * at least. A pause is always open to it.
 */
export function canReopenTo(to: LifecycleState, from: Standing): boolean {
  const target = placeOf(to);
  return target === undefined || target <= furthestSanctioned(from);
}

/** How far along the path a decision that returns or reopens may lead. */
function furthestSanctioned(from: Standing): number {
  return Math.max(placeOf(pathStandpoint(from))!, placeOf('Proposed')!);
}

/**
 * What a move breaks, judged by the states alone. `sanctioned` says that a decision returned, resumed or reopened the
 * item, which makes going back regular, and going on from there a skip.
 */
export function judgeMove(
  from: Standing | undefined,
  to: LifecycleState,
  sanctioned = false,
): Irregularity[] {
  const found: Irregularity[] = [];
  if (from && from.state === to) return ['ALREADY_MET'];
  if (from && isEnd(from.state) && !sanctioned) found.push('REVERSED');
  const start = from ? placeOf(pathStandpoint(from))! : 0;
  const target = placeOf(to);
  if (target === undefined) return found;
  if (target < start && !sanctioned && !found.includes('REVERSED')) found.push('REVERSED');
  // Proposed is a fair first state: what came before the first record is not part of the history.
  const onwards = from ? start + 1 : placeOf('Proposed')!;
  const reachable = from && sanctioned ? furthestSanctioned(from) : onwards;
  if (target > reachable) {
    found.push('SKIPPED_STATES');
    const approved = placeOf('Approved')!;
    if (start < approved && target > approved) found.push('NO_APPROVAL_RECORDED');
  }
  return found;
}
