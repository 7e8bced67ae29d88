import { referenceForm } from '../text.js';
import type { Assessment } from './assessment.js';
import type { ReformItemEvent } from './events.js';
import type { Irregularity } from './lifecycle.js';
import type { ReformItem } from './reform-item.js';

/**
 * Who counts as one with an organisation at a date: itself, what it is part of and what it was merged into, by their
 * references as {@link referenceForm} has them.
 */
export type KinOf = (organisation: string) => ReadonlySet<string>;

/** Where nothing is known of organisations, each counts for itself. */
export const onlyItself: KinOf = (organisation) => new Set([referenceForm(organisation)]);

/** How an organisation takes part in an item that it may not verify. */
const parts = ['addressee', 'lead', 'supporter', 'funder'] as const;
export interface Involvement {
  readonly organisation: string;
  readonly as: (typeof parts)[number];
}

function involved({ addressees, assignment }: ReformItem): Involvement[] {
  const { leads, supporting, funders } = assignment;
  const organisations = {
    addressee: addressees.map(({ organisation }) => organisation),
    lead: leads,
    supporter: supporting,
    funder: funders,
  };
  return parts.flatMap((as) => organisations[as].map((organisation) => ({ organisation, as })));
}

/** What keeps an organisation from verifying the item as it was: it takes part, or somebody it counts as one with does. */
export function dependence(
  item: ReformItem,
  verifiedBy: string,
  kinOf: KinOf = onlyItself,
): Involvement | undefined {
  const own = referenceForm(verifiedBy);
  return involved(item).find(({ organisation }) => kinOf(organisation).has(own));
}

/** What can be concluded with nothing in hand: that it could not be found out. */
export function needsEvidence(conclusion: Assessment): boolean {
  return conclusion !== 'cannotBeDetermined' && conclusion !== 'notAssessed';
}

/** Those of the pieces of evidence named that stand at that date. */
export function standingAmong({ evidence }: ReformItem, names: readonly string[]): string[] {
  return names.filter((name) =>
    evidence.some((piece) => piece.evidence === name && piece.status === 'standing'),
  );
}

/** What a verification breaks, judged by the item as it was at its place; what the programme knows is the recorder's to flag. */
export function judgeVerification(event: ReformItemEvent, before: ReformItem): Irregularity[] {
  if (event.type === 'ReformItemVerified') {
    const { verifiedBy, conclusion, examined } = event.data;
    const found: Irregularity[] = dependence(before, verifiedBy) ? ['NOT_INDEPENDENT'] : [];
    if (needsEvidence(conclusion) && standingAmong(before, examined).length === 0) found.push('NO_EVIDENCE');
    return found;
  }
  if (event.type !== 'ReformItemImplemented') return [];
  const { verifiedBy, verification, evidence } = event.data;
  const found: Irregularity[] =
    verifiedBy !== undefined && dependence(before, verifiedBy) ? ['NOT_INDEPENDENT'] : [];
  const restsOn = before.verifications.find((one) => one.verification === verification);
  const examined = restsOn ? standingAmong(before, restsOn.examined) : [];
  if (!evidence?.length && examined.length === 0) found.push('NO_EVIDENCE');
  return found;
}
