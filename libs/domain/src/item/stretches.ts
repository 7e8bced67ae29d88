import { type Lasting, withEnds } from '../history.js';
import type { ReformItemEvent } from './events.js';
import type { ReformItem } from './reform-item.js';
import type { Step } from './timeline.js';

/** A stretch in which something of an item stood as it did: an addressee, an action, a part's assessment. */
export interface NamedStretch<T> extends Lasting {
  readonly name: string;
  /** Place among the named, by where each came up first in the order of effect. */
  readonly number: number;
  /** Place among the stretches of its name, from 0. */
  readonly ordinal: number;
  /** False where the item had it no more; the value is then the last it had. */
  readonly present: boolean;
  readonly value: T;
  /** The value before, where the item had one. */
  readonly before: T | undefined;
  /** The step that began it. */
  readonly step: Step;
}

/** What is followed through a history, and which entries are about it though they change nothing. */
export interface Followed<T> {
  readonly valuesOf: (item: ReformItem) => readonly T[];
  readonly nameOf: (value: T) => string;
  /** The name an entry is about: an answer given again is an answer. */
  readonly isAbout?: (event: ReformItemEvent) => string | undefined;
}

/**
 * The stretches of each of what is followed, in the order of effect. For a day D: it stood so where
 * `from.earliest ≤ D < to.earliest`, as for the lifecycle. Entries that were undone begin none.
 */
export function namedStretches<T extends object>(
  steps: readonly Step[],
  { valuesOf, nameOf, isAbout }: Followed<T>,
): NamedStretch<T>[] {
  const byName = new Map<string, Open<T>[]>();
  let known: readonly T[] = [];
  for (const step of steps) {
    const values = valuesOf(step.after);
    const about = step.undone ? undefined : isAbout?.(step.entry.event);
    if (values === known && about === undefined) continue;
    known = values;
    const named = new Map(values.map((value) => [nameOf(value), value]));
    for (const name of new Set([...named.keys(), ...byName.keys()])) {
      const stretches = byName.get(name) ?? [];
      const next = nextOf(stretches.at(-1), named.get(name), about === name);
      if (next) byName.set(name, [...stretches, { ...next, step, from: step.window }]);
    }
  }
  return [...byName].flatMap(([name, stretches], number) =>
    withEnds(stretches).map((stretch, ordinal) => ({ ...stretch, name, number, ordinal })),
  );
}

type Open<T> = Pick<NamedStretch<T>, 'present' | 'value' | 'before' | 'step' | 'from'>;

/** What begins with a value; undefined where what was goes on. */
function nextOf<T>(
  last: Open<T> | undefined,
  value: T | undefined,
  isAbout: boolean,
): Pick<Open<T>, 'present' | 'value' | 'before'> | undefined {
  const before = last?.present ? last.value : undefined;
  if (value === undefined) return last?.present ? { present: false, value: last.value, before } : undefined;
  if (before !== undefined && !isAbout && isSame(before, value)) return undefined;
  return { present: true, value, before };
}

function isSame<T>(a: T, b: T): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
