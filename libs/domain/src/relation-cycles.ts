import { type Day, lastDay } from './edtf.js';
import { type RelationKind, familyOf } from './relation-kinds.js';

/** From an item to another. Both are item ids. */
export interface Relation {
  readonly kind: RelationKind;
  readonly from: string;
  readonly to: string;
}

/** A relation with the days it stands on: from `since` on, up to but not on `until`. */
export interface StandingRelation extends Relation {
  readonly since: Day;
  /** Undefined while it lasts. */
  readonly until?: Day | undefined;
}

/** A way from an item back to itself, and a day on which all of it stands. */
export interface Cycle {
  /** Item ids; the last is the first again. */
  readonly path: readonly string[];
  readonly day: Day;
}

/**
 * The circle that relations of one family would close, on any day they stand together. Undefined where there is none.
 *
 * @param standing what stands already, without a circle
 */
export function findCycle(
  standing: readonly StandingRelation[],
  added: readonly StandingRelation[],
): Cycle | undefined {
  for (const family of ['succession', 'dependency'] as const) {
    const own = added.filter(({ kind }) => familyOf(kind) === family);
    if (own.length === 0) continue;
    const all = [...standing.filter(({ kind }) => familyOf(kind) === family), ...own];
    const cycle = cycleAmong(all, own);
    if (cycle) return cycle;
  }
  return undefined;
}

function cycleAmong(all: readonly StandingRelation[], added: readonly StandingRelation[]): Cycle | undefined {
  // Most often nothing leads back on any day: then no day needs to be looked at.
  if (!wayBack(all, added)) return undefined;
  const first = added.reduce((earliest, { since }) => (since < earliest ? since : earliest), lastDay);
  const days = [...new Set(all.map(({ since }) => since))].filter((day) => day >= first).sort();
  for (const day of days) {
    const path = wayBack(
      all.filter((relation) => standsOn(relation, day)),
      added.filter((relation) => standsOn(relation, day)),
    );
    if (path) return { path, day };
  }
  return undefined;
}

/** Whether a relation stands on a day. */
export function standsOn({ since, until }: StandingRelation, day: Day): boolean {
  return since <= day && (until === undefined || day < until);
}

/**
 * A way from an item back to itself that can be found from where one of `from` starts; whatever days they stand on.
 *
 * @returns item ids, the last being the first again
 */
export function wayBack(
  relations: readonly Relation[],
  from: readonly Relation[],
): readonly string[] | undefined {
  const next = new Map<string, string[]>();
  for (const { from: item, to } of relations) {
    const known = next.get(item);
    if (known) known.push(to);
    else next.set(item, [to]);
  }
  // Depth first: an item met again while it is still on the way to itself closes a cycle; a finished one never can.
  const finished = new Set<string>();
  for (const { from: start } of from) {
    if (finished.has(start)) continue;
    const onTheWay = new Set<string>();
    const way: { readonly item: string; readonly left: string[] }[] = [];
    const enter = (item: string) => {
      onTheWay.add(item);
      way.push({ item, left: [...(next.get(item) ?? [])] });
    };
    enter(start);
    while (way.length > 0) {
      const { item, left } = way.at(-1)!;
      const to = left.pop();
      if (to === undefined) {
        finished.add(item);
        onTheWay.delete(item);
        way.pop();
      } else if (onTheWay.has(to)) {
        const path = way.map((step) => step.item);
        return [...path.slice(path.indexOf(to)), to];
      } else if (!finished.has(to)) enter(to);
    }
  }
  return undefined;
}
