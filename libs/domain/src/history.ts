import type { Day, DayWindow } from './edtf.js';
import { firstDay, lastDay, parseEdtf } from './edtf.js';
import { Refusal } from './refusal.js';
import { normaliseReference } from './text.js';

/** What the place of an entry in the order of effect depends on. */
export interface PlacedBy {
  /** EDTF, null for unknown. */
  readonly effective: string | null;
  /** UTC, ISO 8601. */
  readonly recordedAt: string;
  /** Number of the session it was decided in: orders what takes effect on one day. */
  readonly sessionOrder?: number | undefined;
  /** True where the entry was undone: what does not count is no measure of what comes late. */
  readonly undone?: boolean;
}

/** Where an entry stands in the order of effect. */
export interface Place {
  /** The days it may have taken effect on. */
  readonly window: DayWindow;
  readonly session: number;
  /** True where an entry recorded earlier took effect later. */
  readonly late: boolean;
}

/**
 * Gives each entry its place: effective date, then session order, then position. A partial date stands at its first
 * possible day.
 *
 * What is not known goes by the order of recording. Without a session, an entry follows all recorded before it for that
 * day. With an unknown date, it follows all recorded before it, and may mean any day from the last of those to the day
 * it was recorded; the first of a history, from the first day known of it.
 *
 * @param recorded in the order of recording
 * @returns the places, in the same order
 */
export function placesOf(recorded: readonly PlacedBy[]): Place[] {
  const given = recorded.map(({ effective }) => (effective === null ? undefined : parseEdtf(effective)));
  const firstGiven = given.reduce((first, window) => earlier(first, window?.earliest ?? lastDay), lastDay);
  const sessions = new Map<Day, number>();
  let furthest: Pick<Place, 'window' | 'session'> | undefined;
  return recorded.map((entry, index): Place => {
    const window = given[index] ?? unknownWindow(entry, furthest?.window.earliest, firstGiven);
    const lastSession = sessions.get(window.earliest) ?? 0;
    const session = (given[index] && entry.sessionOrder) ?? lastSession;
    sessions.set(window.earliest, Math.max(lastSession, session));
    const here = { window, session };
    const late = furthest !== undefined && inOrder(here, furthest) < 0;
    if (!late && !entry.undone) furthest = here;
    return { ...here, late };
  });
}

function unknownWindow({ recordedAt }: PlacedBy, after: Day | undefined, firstGiven: Day): DayWindow {
  const recordedOn = recordedAt.slice(0, 10);
  const earliest = after ?? earlier(firstGiven, recordedOn);
  return { earliest, latest: earliest > recordedOn ? earliest : recordedOn };
}

/** Compares two places; entries that share one follow in the order of recording. */
export function inOrder(a: Pick<Place, 'window' | 'session'>, b: Pick<Place, 'window' | 'session'>): number {
  if (a.window.earliest !== b.window.earliest) return a.window.earliest < b.window.earliest ? -1 : 1;
  return a.session - b.session;
}

function earlier(a: Day, b: Day): Day {
  return a < b ? a : b;
}

/** What has days it may have begun on and days it may have ended on: the next one's `from`, undefined while it lasts. */
export interface Lasting {
  readonly from: DayWindow;
  readonly to: DayWindow | undefined;
}

/**
 * Gives each stretch its end. Imprecise dates may mean any of their days that keeps the order of effect: a stretch begins
 * no later than the one after it can. So where one state is certain on a day, no other is possible on it.
 *
 * @param stretches in the order of effect
 */
export function withEnds<S extends { readonly from: DayWindow }>(
  stretches: readonly S[],
): (Omit<S, 'to'> & Lasting)[] {
  let following: DayWindow | undefined;
  return stretches
    .toReversed()
    .map((stretch) => {
      const latest = earlier(stretch.from.latest, following?.latest ?? lastDay);
      const ended = { ...stretch, from: { earliest: stretch.from.earliest, latest }, to: following };
      following = ended.from;
      return ended;
    })
    .toReversed();
}

/** An event of a history as it was recorded. */
export interface Recorded<E> {
  readonly position: number;
  readonly event: E;
  /** EDTF, null for unknown. */
  readonly effective: string | null;
  /** UTC, ISO 8601. */
  readonly recordedAt: string;
}

/** A state, with the days it may have held on and the position of the entry that began it. */
export interface Stretch<S> extends Lasting {
  readonly state: S;
  readonly position: number;
}

/**
 * A dated history as stretches of its state, one an entry, in the order of effect, the same order items have. A history
 * whose first entry has no date reaches back without end: nobody knows since when.
 *
 * @param recorded in the order of recording
 * @param evolve the state after an entry; undefined where there is none yet
 */
export function stretchesOf<E, S>(
  recorded: readonly Recorded<E>[],
  evolve: (state: S | undefined, entry: Recorded<E> & { readonly window: DayWindow }) => S | undefined,
): Stretch<S>[] {
  const places = placesOf(recorded);
  const ordered = recorded
    .map((entry, index) => ({ ...entry, ...places[index]! }))
    .sort((a, b) => inOrder(a, b) || a.position - b.position);
  const stretches: (Omit<Stretch<S>, 'to'> & { readonly to?: undefined })[] = [];
  let state: S | undefined;
  for (const entry of ordered) {
    state = evolve(state, entry);
    if (state === undefined) continue;
    const open = stretches.length === 0 && entry.effective === null;
    const from = open ? { earliest: firstDay, latest: entry.window.latest } : entry.window;
    stretches.push({ state, position: entry.position, from });
  }
  return withEnds(stretches);
}

/**
 * The state on a day. A partial date stands at its first possible day; an unknown one comes after everything recorded.
 * Undefined before the first stretch.
 *
 * @param on EDTF, null for unknown
 */
export function stretchOn<S>(stretches: readonly Stretch<S>[], on: string | null): Stretch<S> | undefined {
  const day = on === null ? lastDay : (parseEdtf(on)?.earliest ?? lastDay);
  return stretches.findLast(({ from }) => from.earliest <= day);
}

/** Histories of the things of one kind, by normalised reference. */
export type Histories<E> = ReadonlyMap<string, readonly Recorded<E>[]>;

/** The histories with one more entry for each of these references. */
export function withEntry<E>(
  histories: Histories<E>,
  references: readonly string[],
  entry: Recorded<E>,
): Histories<E> {
  const next = new Map(histories);
  for (const reference of references) {
    const key = normaliseReference(reference);
    next.set(key, [...(next.get(key) ?? []), entry]);
  }
  return next;
}

/** The history of one thing; empty where nothing of that reference was registered, or nothing can be called so. */
export function historyOf<E>(histories: Histories<E>, reference: string): readonly Recorded<E>[] {
  try {
    return histories.get(normaliseReference(reference)) ?? [];
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}
