/** Where an event stands in the server's `$all`. Ordered by commit, then by prepare. */
export interface Place {
  readonly commit: bigint;
  readonly prepare: bigint;
}

export function isBefore(one: Place, other: Place): boolean {
  return one.commit < other.commit || (one.commit === other.commit && one.prepare < other.prepare);
}

export function isSame(one: Place | undefined, other: Place): boolean {
  return one?.commit === other.commit && one.prepare === other.prepare;
}

/** A place as the database gives it, as text; null where it has none. */
export function placeOf(commit: string | null | undefined, prepare: string | null | undefined): Place | null {
  return commit && prepare ? { commit: BigInt(commit), prepare: BigInt(prepare) } : null;
}
