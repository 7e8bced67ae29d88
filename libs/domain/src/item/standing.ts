import { describeEvent, upcast } from '../catalogue.js';
import type { DayWindow } from '../edtf.js';
import type { ReformItemEvent } from './events.js';
import type { Entry } from './timeline.js';
import type { EntryChange } from './undoing.js';

export const waysToUndo = ['corrected', 'revoked', 'annulled'] as const;
export type WayToUndo = (typeof waysToUndo)[number];

/** That an entry was undone: how, by which entry, and for a revocation from which days on. */
export interface Undone {
  readonly how: WayToUndo;
  /** Position of the entry that undid it. */
  readonly by: number;
  readonly from?: DayWindow;
}

/** An entry as it counts, with what was done to it since. */
export interface StandingEntry {
  readonly entry: Entry;
  readonly undone: Undone | undefined;
  /** Positions of the corrections that changed it, oldest first. */
  readonly correctedBy: readonly number[];
}

/**
 * The entries in the order of recording, as corrected, each with whether it counts. What undoes can itself be undone: the
 * latest word is heard first, so that an annulment that was annulled annuls nothing. Revocations hold from a date on and are
 * left to the fold.
 */
export function standingEntries(entries: readonly Entry[]): StandingEntry[] {
  const recorded = entries.toSorted((a, b) => a.position - b.position);
  const struck = new Map<string, Undone>();
  const annulled = new Map<string, Undone>();
  const changes = new Map<string, { readonly change: EntryChange; readonly by: number }[]>();
  const undoneOf = ({ id, event, position }: Entry): Undone | undefined => {
    // The latest word on who may see an item holds: it is answered by another, never taken back.
    if (event.type === 'ReformItemVisibilitySet') return undefined;
    const { decision } = event.data;
    const annulment = decision === undefined ? undefined : annulled.get(decision);
    // A decision can only annul what was recorded before it.
    return struck.get(id) ?? (annulment && annulment.by > position ? annulment : undefined);
  };
  for (const entry of recorded.toReversed()) {
    const { event, position } = entry;
    if (undoneOf(entry)) continue;
    if (event.type === 'ReformItemDecisionAnnulled') {
      annulled.set(event.data.annuls, { how: 'annulled', by: position });
    } else if (event.type === 'ReformItemEntryCorrected') {
      const { entry: target, change } = event.data;
      if (change.struck) struck.set(target, { how: 'corrected', by: position });
      else changes.set(target, [{ change, by: position }, ...(changes.get(target) ?? [])]);
    }
  }
  return recorded.map((entry) => {
    const made = (changes.get(entry.id) ?? []).filter(({ by }) => by > entry.position);
    return {
      entry: made.reduce((before, { change }) => corrected(before, change), entry),
      undone: undoneOf(entry),
      correctedBy: made.map(({ by }) => by),
    };
  });
}

function corrected(entry: Entry, change: EntryChange): Entry {
  const { decidedOn = entry.decidedOn, effective = entry.effective, sessionOrder } = change;
  const { type } = entry.event;
  // The entry is read in today's shape: so is what was said of an older one.
  const data = upcast(
    { type, schemaVersion: change.schemaVersion ?? 1, data: change.data ?? {} },
    describeEvent(type),
  );
  const changed = { ...entry.event.data, ...data, ...(sessionOrder !== undefined && { sessionOrder }) };
  return { ...entry, decidedOn, effective, event: { ...entry.event, data: changed } as ReformItemEvent };
}
