/*
 * A small model of the lifecycle, written from the rules as people state them and sharing nothing with the code it is held
 * against: a list of what was taken, in the order of effect, and what each does to a place on a path.
 *
 *   Draft → Proposed → UnderReview → Adopted → Approved → Planned → InImplementation → Implemented
 *   before an end: put off or handed on (and taken up again where it left), or sent back to be proposed again
 *   ends: from any live state; opened again no further than it had come
 */

/** One thing that can be done to an item. */
export type Move =
  | { readonly do: 'step'; readonly to: (typeof path)[number] }
  | { readonly do: 'pause'; readonly as: 'Deferred' | 'Referred' }
  | { readonly do: 'resume' }
  | { readonly do: 'return' }
  | { readonly do: 'end'; readonly as: (typeof ends)[number] }
  | { readonly do: 'reopen'; readonly to?: string }
  | { readonly do: 'remove' }
  | { readonly do: 'restore' };

export const path = [
  'Proposed',
  'UnderReview',
  'Adopted',
  'Approved',
  'Planned',
  'InImplementation',
  'Implemented',
] as const;
export const ends = [
  'Rejected',
  'ClosedPartial',
  'ClosedNotImplemented',
  'NoLongerApplicable',
  'Withdrawn',
  'Superseded',
  'Merged',
  'Split',
] as const;

const way: readonly string[] = ['Draft', ...path];
const isEnd = (state: string) => state === 'Implemented' || (ends as readonly string[]).includes(state);
const isPause = (state: string) => state === 'Deferred' || state === 'Referred';

/** Where an item is. `left` is where on the path a pause left it; `endedIn` the state an end found it in. */
interface Place {
  readonly state: string;
  readonly left: string | undefined;
  readonly endedIn: string | undefined;
  readonly removed: boolean;
}

/** Something taken, with the day it took effect; the number says in which order it was recorded. */
interface Taken {
  readonly number: number;
  readonly day: number;
  readonly move: Move | 'register';
}

/** What undoes a thing taken: for ever, or from a day on. */
interface Undoing {
  readonly number: number;
  readonly from: number | undefined;
}

export class LifecycleModel {
  private readonly taken: Taken[];
  private readonly undone: Undoing[] = [];
  private recorded = 1;

  /** An item registered as a draft on a day. */
  constructor(registeredOn: number) {
    this.taken = [{ number: 0, day: registeredOn, move: 'register' }];
  }

  /** The state on a day, undefined before the first; `without` leaves out what was recorded from a number on. */
  on(day: number): Place | undefined {
    let place: Place | undefined;
    const inForce = this.taken
      .filter((one) => one.day <= day)
      .filter((one) => !this.undone.some(({ number, from }) => number === one.number && (from ?? 0) <= day))
      .sort((a, b) => a.day - b.day || a.number - b.number);
    for (const { move } of inForce) {
      place =
        move === 'register'
          ? { state: 'Draft', left: undefined, endedIn: undefined, removed: false }
          : place && after(place, move);
    }
    return place;
  }

  /** Why a move on a day is refused; undefined where it is taken. */
  refusal(move: Move, day: number): string | undefined {
    const place = this.on(day);
    if (!place) return 'NOT_FOUND';
    const { state, left, endedIn, removed } = place;
    if (move.do === 'restore') return removed ? undefined : 'ITEM_NOT_REMOVED';
    if (removed) return 'ITEM_REMOVED';
    if (move.do === 'remove') return undefined;
    if (move.do === 'reopen') {
      if (!isEnd(state)) return 'ITEM_NOT_ENDED';
      if (move.to === undefined || isPause(move.to)) return undefined;
      const had = state === 'Implemented' ? state : isPause(endedIn!) ? (left ?? 'Draft') : endedIn!;
      const furthest = Math.max(way.indexOf(had), way.indexOf('Proposed'));
      return way.indexOf(move.to) <= furthest ? undefined : 'INVALID_TRANSITION';
    }
    if (isEnd(state)) return 'ITEM_ENDED';
    const allowed = {
      step: () => move.do === 'step' && way.indexOf(state) === way.indexOf(move.to) - 1 && !isPause(state),
      pause: () => move.do === 'pause' && !(move.as === 'Deferred' && state === 'Deferred'),
      resume: () => isPause(state),
      return: () => state !== 'Draft' && state !== 'Proposed',
      end: () => true,
    }[move.do];
    return allowed() ? undefined : 'INVALID_TRANSITION';
  }

  /** Takes a move, whether the rules allow it or not. @returns its number */
  take(move: Move, day: number): number {
    const number = this.recorded;
    this.recorded += 1;
    // Where a reopening leads that names no state is settled when it is decided.
    const settled = move.do === 'reopen' ? { ...move, to: move.to ?? this.reopensTo(day) } : move;
    this.taken.push({ number, day, move: settled });
    return number;
  }

  private reopensTo(day: number): string {
    const { state, endedIn } = this.on(day)!;
    return isEnd(state) ? (endedIn ?? 'Proposed') : state;
  }

  /** Numbers of what was taken and still stands in some way. */
  standing(): readonly number[] {
    return this.taken
      .filter(({ number, move }) => move !== 'register' && !this.undone.some((one) => one.number === number))
      .map(({ number }) => number);
  }

  dayOf(number: number): number {
    return this.taken.find((one) => one.number === number)!.day;
  }

  annul(number: number): void {
    this.recorded += 1;
    this.undone.push({ number, from: undefined });
  }

  revoke(number: number, day: number): void {
    this.recorded += 1;
    this.undone.push({ number, from: day });
  }
}

function after(place: Place, move: Move): Place {
  const { state, left, endedIn } = place;
  const onPath = isPause(state)
    ? left!
    : isEnd(state) && state !== 'Implemented'
      ? standpoint(endedIn, left)
      : state;
  switch (move.do) {
    case 'step':
      // The one end on the path remembers where it came from as all ends do.
      return move.to === 'Implemented' ? ended(place, 'Implemented') : at(place, move.to);
    case 'pause':
      return { ...place, state: move.as, left: onPath, endedIn: undefined };
    case 'resume':
      return isPause(state) ? at(place, left!) : place;
    case 'return':
      return at(place, 'Proposed');
    case 'end':
      return ended(place, move.as);
    case 'reopen': {
      const to = move.to!;
      return isPause(to) ? { ...place, state: to, left: onPath, endedIn: undefined } : at(place, to);
    }
    case 'remove':
      return { ...place, removed: true };
    case 'restore':
      return { ...place, removed: false };
  }
}

function standpoint(endedIn: string | undefined, left: string | undefined): string {
  if (endedIn === undefined) return 'Draft';
  return isPause(endedIn) ? (left ?? 'Draft') : endedIn;
}

function at(place: Place, state: string): Place {
  return { ...place, state, left: undefined, endedIn: undefined };
}

function ended(place: Place, state: string): Place {
  return { ...place, state, endedIn: isEnd(place.state) ? place.endedIn : place.state };
}
