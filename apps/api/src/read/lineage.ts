import {
  type JourneyRow,
  type Keyed,
  type Kin,
  type RelationsAt,
  journeysOf,
  lineagesOf,
} from '@masar/read-models';
import { rowsByKey } from './batch.js';
import type { Request, View } from './view.js';

/** The way of an item together with that of all it follows from, before, and of all that follows from it, after. */
export async function journeyThrough(
  key: string,
  view: View,
  request: Request,
): Promise<readonly Keyed<Omit<JourneyRow, 'data'>>[]> {
  const kin = await lineageOf(key, view, request);
  const entries = async (keys: readonly string[]) => {
    const rows = await Promise.all(
      keys.map((one) =>
        rowsByKey(request, 'journey:null', view.at, one, (at, all) => journeysOf(at, all, null)),
      ),
    );
    return rows.flat().sort(inOrderOfEffect);
  };
  const keysOf = (later: boolean) => kin.filter((one) => one.later === later).map(({ item }) => item);
  const parts = await Promise.all([keysOf(false), [key], keysOf(true)].map(entries));
  return parts.flat();
}

function inOrderOfEffect(
  a: Pick<Keyed<JourneyRow>, 'earliest' | 'sessionOrder' | 'position'>,
  b: Pick<Keyed<JourneyRow>, 'earliest' | 'sessionOrder' | 'position'>,
): number {
  if (a.earliest !== b.earliest) return a.earliest < b.earliest ? -1 : 1;
  return a.sessionOrder - b.sessionOrder || a.position - b.position;
}

/** What an item follows from and what follows from it, on the day of the view or after everything known. */
export function lineageOf(key: string, view: View, request: Request): Promise<readonly Kin[]> {
  const when = whenOf(view);
  return rowsByKey<Kin>(request, `lineage:${nameOf(when)}`, view.at, key, (at, keys) =>
    lineagesOf(at, keys, when),
  );
}

/** Which relations a view looks at. */
export function whenOf({ effectiveOn }: View): RelationsAt {
  return effectiveOn === undefined ? 'standing' : { day: effectiveOn };
}

/** A name for them, for what is loaded once. */
export function nameOf(when: RelationsAt): string {
  return typeof when === 'object' ? when.day : when;
}
