import type { Addressee, ProgressLevel, Response } from './addressees.js';
import { type Assessment, assessments } from './assessment.js';
import { progressLevels } from './addressees.js';
import type { ReformItem } from './reform-item.js';

/**
 * Responses from the least advanced on: a refusal first, then no answer, then the more of the recommendation an answer
 * takes on.
 */
export const responsesByAdvance: readonly Response[] = [
  'notAccepted',
  'awaited',
  'underConsideration',
  'noted',
  'acceptedInPrinciple',
  'acceptedInPart',
  'accepted',
];

/** Progress from the least advanced on. Nothing reported, null, comes before what was reported as not started. */
export const progressByAdvance: readonly (ProgressLevel | null)[] = [null, ...progressLevels];

/** Assessments from the least advanced on. */
export const assessmentsByAdvance: readonly Assessment[] = assessments;

/** Where one of several stands: an addressee by its reference, a part by its label, the whole item by null. */
export interface Standpoint<V> {
  readonly of: string | null;
  readonly value: V;
}

/** How several stand, as counts. Never a mean: half done by one is not half done. */
export interface Distribution<V> {
  /** Those that occur, from the least advanced on. */
  readonly counts: readonly { readonly value: V; readonly count: number }[];
  /** The value furthest behind, and whose it is; undefined where there is nobody. */
  readonly leastAdvanced: { readonly value: V; readonly of: readonly (string | null)[] } | undefined;
}

/** @param byAdvance every value there is, from the least advanced on */
export function distributionOf<V>(
  standpoints: readonly Standpoint<V>[],
  byAdvance: readonly V[],
): Distribution<V> {
  const counts = byAdvance
    .map((value) => ({ value, count: standpoints.filter((one) => one.value === value).length }))
    .filter(({ count }) => count > 0);
  const [least] = counts;
  if (!least) return { counts, leastAdvanced: undefined };
  const of = standpoints.filter(({ value }) => value === least.value).map((one) => one.of);
  return { counts, leastAdvanced: { value: least.value, of } };
}

/** How the addressees of an item respond. */
export function responsesOf({ addressees }: ReformItem): Standpoint<Response>[] {
  return addressees.map(({ organisation, response }) => ({ of: organisation, value: response }));
}

/** How far the addressees of an item say they have come. */
export function progressOf({ addressees }: ReformItem): Standpoint<ProgressLevel | null>[] {
  return addressees.map(({ organisation, progress }: Addressee) => ({
    of: organisation,
    value: progress ?? null,
  }));
}

/** How an item is assessed: each of its parts where it has parts, the whole where it has none. */
export function assessmentsOf(item: ReformItem): Standpoint<Assessment>[] {
  const assessed = item.parts.length > 0 ? item.parts.map(({ label }) => label) : [undefined];
  return assessed.map((part) => {
    const standing = item.assessments.find((one) => one.part === part);
    return { of: part ?? null, value: standing?.assessment ?? 'notAssessed' };
  });
}
