import { Refusal } from './refusal.js';
import { normaliseProgramme } from './text.js';

/** How an item stands to the one it became. */
export const relationKinds = ['supersededBy', 'mergedInto', 'splitInto'] as const;
export type RelationKind = (typeof relationKinds)[number];

/** From the item that ended to an item that goes on. Both are item ids. */
export interface Relation {
  readonly kind: RelationKind;
  readonly from: string;
  readonly to: string;
}

/*
 * The storage format of a programme's relations, `relations-<programme>`: one event for each decision that
 * relates items, so that what must hold across items is decided in one place. Add fields, never rename.
 */
export type RelationEvent =
  | {
      readonly type: 'RelationsDeclared';
      readonly data: {
        readonly decision: string;
        readonly added: readonly Relation[];
        /** Items whose relations ended: they were reopened. */
        readonly released: readonly string[];
        readonly illustrative?: boolean;
      };
    }
  /** The relations would have closed a cycle: every effect of the decision that needs them lapses. */
  | {
      readonly type: 'RelationsLapsed';
      readonly data: { readonly decision: string; readonly code: 'RELATION_CYCLE' };
    };

export interface Relations {
  readonly standing: readonly Relation[];
  readonly decisions: { readonly [decision: string]: 'declared' | 'lapsed' };
}

export const noRelations: Relations = { standing: [], decisions: {} };

export function relationsStream(programme: string): string {
  return `relations-${normaliseProgramme(programme)}`;
}

export function evolveRelations(relations: Relations, event: RelationEvent): Relations {
  switch (event.type) {
    case 'RelationsDeclared': {
      const { decision, added, released } = event.data;
      const kept = relations.standing.filter((relation) => !released.includes(relation.from));
      return { standing: [...kept, ...added], decisions: { ...relations.decisions, [decision]: 'declared' } };
    }
    case 'RelationsLapsed':
      return { ...relations, decisions: { ...relations.decisions, [event.data.decision]: 'lapsed' } };
  }
}

/** An item that could be reached from itself if `added` stood too; undefined where there is none. */
export function findCycle(standing: readonly Relation[], added: readonly Relation[]): string | undefined {
  const next = new Map<string, string[]>();
  for (const { from, to } of [...standing, ...added]) {
    const known = next.get(from);
    if (known) known.push(to);
    else next.set(from, [to]);
  }
  // Depth first: an item met again while it is still on the way to itself closes a cycle; a finished one never can.
  const finished = new Set<string>();
  for (const { from } of added) {
    const onTheWay = new Set<string>();
    const way: { readonly item: string; readonly left: string[] }[] = [];
    const enter = (item: string) => {
      onTheWay.add(item);
      way.push({ item, left: [...(next.get(item) ?? [])] });
    };
    if (!finished.has(from)) enter(from);
    while (way.length > 0) {
      const { item, left } = way.at(-1)!;
      const to = left.pop();
      if (to === undefined) {
        finished.add(item);
        onTheWay.delete(item);
        way.pop();
      } else if (onTheWay.has(to)) return to;
      else if (!finished.has(to)) enter(to);
    }
  }
  return undefined;
}

/** Refuses relations that would close a cycle; for the check before a decision is recorded. */
export function requireNoCycle(
  relations: Relations,
  added: readonly Relation[],
  released: readonly string[],
): void {
  const kept = relations.standing.filter((relation) => !released.includes(relation.from));
  const cycle = findCycle(kept, added);
  if (cycle !== undefined) {
    throw new Refusal('RELATION_CYCLE', `${cycle} would become its own successor`, [
      { path: 'items', message: `${cycle} would follow from itself` },
    ]);
  }
}

/** The one event a decision leaves on the relations stream: declared, or lapsed where a cycle came up meanwhile. */
export function declareRelations(
  relations: Relations,
  decision: string,
  added: readonly Relation[],
  released: readonly string[],
  illustrative?: boolean,
): RelationEvent {
  const kept = relations.standing.filter((relation) => !released.includes(relation.from));
  if (findCycle(kept, added) !== undefined) {
    return { type: 'RelationsLapsed', data: { decision, code: 'RELATION_CYCLE' } };
  }
  return {
    type: 'RelationsDeclared',
    data: { decision, added, released, ...(illustrative && { illustrative }) },
  };
}
