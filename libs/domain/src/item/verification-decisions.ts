import { lastDay, parseEdtf } from '../edtf.js';
import { readDates, withoutUndefined } from '../event.js';
import { Refusal } from '../refusal.js';
import { type LangText, requireText } from '../text.js';
import type { VerificationRecord } from './assessment.js';
import { itemAt, recordOnAxis } from './axis.js';
import { type DatedItemEvent, type ItemInput, recordOnItem } from './decisions.js';
import type { Evidence, ReformItemEvent } from './events.js';
import {
  refuse,
  requireEdtf,
  requireKnownNames,
  requireName,
  requireNewName,
  requireNoneTwice,
} from './field-rules.js';
import { type KinOf, dependence, needsEvidence, onlyItself, standingAmong } from './independence.js';
import type { ReformItem } from './reform-item.js';
import type { Step } from './timeline.js';

export interface VerificationInput extends ItemInput, Omit<VerificationRecord, 'textVersion'> {
  /** The text version current at the date of effect where left out. */
  readonly textVersion?: number;
}

/**
 * What an independent organisation did to find out, and what it concluded of the item or of one of its parts. It moves
 * no item: {@link verifyImplementation} does, and can name it.
 *
 * @param kinOf organisations that count as one at the date of effect
 */
export function recordVerification(
  history: readonly Step[],
  input: VerificationInput,
  kinOf: KinOf = onlyItself,
): DatedItemEvent {
  const { verification, verifiedBy, method, sites, period, examined, accessRefused, conclusion } = input;
  const { part, remarks } = input;
  requireShape(input);
  const item = itemAt(history, input);
  const textVersion = input.textVersion ?? item.textVersion;
  const data = withoutUndefined({
    verification,
    verifiedBy,
    method,
    sites,
    period,
    examined,
    accessRefused,
    conclusion,
    part,
    textVersion,
    remarks,
  });
  const flagged = withDependence(item, input, kinOf);
  return recordOnAxis(history, { type: 'ReformItemVerified', data }, flagged, () => {
    requireNewName(namesOf(item), verification, 'verification');
    requireIndependent(item, verifiedBy, kinOf);
    const labels = partsOf(history, input, textVersion);
    if (part !== undefined) requireKnownNames(labels, [part], () => 'part', 'part');
    const pieces = item.evidence.map((piece) => piece.evidence);
    requireKnownNames(pieces, examined, (index) => `examined.${index}`, 'piece of evidence');
    if (needsEvidence(conclusion) && standingAmong(item, examined).length === 0)
      refuse('NO_EVIDENCE', 'examined', 'names no evidence that stands at that date: name what was examined');
  });
}

function requireShape(input: VerificationInput): void {
  const { verification, method, sites, period, examined, accessRefused, conclusion, remarks } = input;
  requireName(verification, 'verification');
  requireText(method, 'method');
  sites?.forEach((site, index) => requireText(site, `sites.${index}`));
  requireEdtf(period, 'period');
  requireNoneTwice(examined, 'examined');
  if (accessRefused) requireText(accessRefused, 'accessRefused');
  if (remarks) requireText(remarks, 'remarks');
  if (conclusion === 'notAssessed')
    refuse('INVALID_INPUT', 'conclusion', 'is no finding: say cannotBeDetermined where it was tried in vain');
}

/** The labels of the parts of a text version, in force at the date of effect or before it. */
function partsOf(history: readonly Step[], input: ItemInput, number: number): string[] {
  const { effective } = readDates(input);
  const day = effective === null ? lastDay : (parseEdtf(effective)?.earliest ?? lastDay);
  const version = history.find(({ after, window }) => after.textVersion === number && window.earliest <= day);
  if (!version) {
    const message = 'is no version the text has had by that date: leave it out for the one in force';
    refuse('NOT_FOUND', 'textVersion', message);
  }
  return version.after.parts.map(({ label }) => label);
}

export interface ImplementationInput extends ItemInput {
  /** Reference of the organisation; that of the verification named, where left out. */
  readonly verifiedBy?: string;
  readonly method?: LangText;
  readonly evidence?: readonly Evidence[];
  /** The verification of the item this rests on. */
  readonly verification?: string;
}

/** Implemented, by a verification only: by an organisation that takes no part in the item, on evidence. */
export function verifyImplementation(
  history: readonly Step[],
  input: ImplementationInput,
  kinOf: KinOf = onlyItself,
): DatedItemEvent {
  const { method, evidence, verification } = input;
  if (method) requireText(method, 'method');
  const item = itemAt(history, input);
  const rests = item.verifications.find((one) => one.verification === verification);
  const verifiedBy = input.verifiedBy ?? rests?.verifiedBy;
  const data = withoutUndefined({ verifiedBy, method, evidence, verification });
  const event: ReformItemEvent = { type: 'ReformItemImplemented', data };
  const recorded = recordOnItem(history, event, withDependence(item, { ...input, verifiedBy }, kinOf));
  if (input.asRecorded) return recorded;
  if (verification !== undefined) {
    requireKnownNames(namesOf(item), [verification], () => 'verification', 'verification');
    requireFound(rests!, input);
  }
  if (verifiedBy === undefined) refuse('INVALID_INPUT', 'verifiedBy', 'is missing: say who verified');
  requireIndependent(item, verifiedBy, kinOf);
  const examined = rests ? standingAmong(item, rests.examined) : [];
  if (!evidence?.length && examined.length === 0)
    refuse('NO_EVIDENCE', 'evidence', 'is missing: a verification names the evidence it examined');
  requireAllPartsImplemented(item, rests);
  return recorded;
}

/** A verification that is named has to be the organisation's own, and to have found what is recorded of it. */
function requireFound({ conclusion, verifiedBy }: VerificationRecord, input: ImplementationInput): void {
  if (input.verifiedBy !== undefined && input.verifiedBy !== verifiedBy)
    refuse('INVALID_INPUT', 'verifiedBy', `did not make the verification: ${verifiedBy} did; leave it out`);
  if (conclusion !== 'implemented')
    refuse(
      'INVALID_TRANSITION',
      'verification',
      `concluded ${conclusion}: record one that finds it implemented`,
    );
}

/**
 * Refuses an end that a standing assessment of a part contradicts. One that rests on the verification of a part also needs
 * all other parts found implemented: what was never assessed is covered by a verification of the whole only.
 */
function requireAllPartsImplemented(item: ReformItem, rests: VerificationRecord | undefined): void {
  const problems = item.parts.flatMap(({ label }) => {
    const standing = item.assessments.find(({ part }) => part === label);
    if (standing?.assessment === 'implemented' || (!standing && rests?.part === undefined)) return [];
    const found = standing ? `${standing.assessment}, by ${standing.verification}` : 'not assessed';
    return [
      { path: 'verification', message: `part ${label} is ${found}: verify it, or the item as a whole` },
    ];
  });
  if (problems.length > 0) {
    const message = `not all of its parts are found implemented: ${problems.map((one) => one.message).join('; ')}`;
    throw new Refusal('INVALID_TRANSITION', message, problems);
  }
}

function namesOf({ verifications }: ReformItem): string[] {
  return verifications.map(({ verification }) => verification);
}

function requireIndependent(item: ReformItem, verifiedBy: string, kinOf: KinOf): void {
  const depends = dependence(item, verifiedBy, kinOf);
  if (!depends) return;
  const { organisation, as } = depends;
  const why = organisation === verifiedBy ? 'is' : `counts as one with ${organisation}:`;
  refuse('NOT_INDEPENDENT', 'verifiedBy', `${why} ${as} of the item at that date, and cannot verify it`);
}

/** Recorded as it was, a verification by somebody who takes part is flagged. */
function withDependence<I extends ItemInput & { readonly verifiedBy?: string | undefined }>(
  item: ReformItem,
  input: I,
  kinOf: KinOf,
): I {
  if (input.verifiedBy === undefined || !dependence(item, input.verifiedBy, kinOf)) return input;
  return { ...input, flags: [...(input.flags ?? []), 'NOT_INDEPENDENT'] };
}
