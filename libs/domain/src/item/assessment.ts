import type { LangText } from '../text.js';
import type { ItemEvent } from './circumstances.js';

/** What an independent organisation finds, from the least advanced on; *cannot be determined* says it tried. */
export const assessments = [
  'notAssessed',
  'reversed',
  'notImplemented',
  'cannotBeDetermined',
  'partlyImplemented',
  'implemented',
] as const;
export type Assessment = (typeof assessments)[number];

/** How a verification was done, who by, and what it found. */
export interface VerificationRecord {
  /** Unique within the item. */
  readonly verification: string;
  /** Reference of the organisation that verified. */
  readonly verifiedBy: string;
  readonly method: LangText;
  readonly sites?: readonly LangText[];
  /** What the verification covers, EDTF. */
  readonly period?: string;
  /** References of the pieces of evidence examined. */
  readonly examined: readonly string[];
  /** What it was refused access to, in words. */
  readonly accessRefused?: LangText;
  readonly conclusion: Assessment;
  /** Label of the part it is about; the whole item where left out. */
  readonly part?: string;
  /** Number of the text version it judged. */
  readonly textVersion: number;
  readonly remarks?: LangText;
}

/*
 * The storage format of independent assessment. It moves no item along its lifecycle: a verification that finds the whole
 * item implemented can be followed by `ReformItemImplemented`, which names it.
 */
export type AssessmentEvent = ItemEvent<'ReformItemVerified', VerificationRecord>;

/** The verification that ends an item goes by this name, where it was recorded with the end itself. */
export const finalVerification = 'final';

/** The assessment of the whole item (`part` undefined) or of a part, by the verification latest in effect. */
export interface PartAssessment {
  readonly part: string | undefined;
  readonly assessment: Assessment;
  readonly textVersion: number;
  readonly verification: string;
  readonly verifiedBy: string;
}

/** One assessment of the whole item and of each of its parts. */
export function ofWholeAndParts(
  labels: readonly string[],
  found: Omit<PartAssessment, 'part'>,
): PartAssessment[] {
  return [undefined, ...labels].map((part) => ({ part, ...found }));
}

/**
 * The standing assessments after a verification. Of a part, it says nothing of the others; of the whole, it says that
 * all parts are implemented where it finds so, and nothing of any part where it does not.
 *
 * @param labels of the parts there are
 */
export function evolveAssessments(
  standing: readonly PartAssessment[],
  event: AssessmentEvent,
  labels: readonly string[],
): readonly PartAssessment[] {
  const { part, conclusion, textVersion, verification, verifiedBy } = event.data;
  const found = { assessment: conclusion, textVersion, verification, verifiedBy };
  const assessed =
    part === undefined && conclusion === 'implemented'
      ? ofWholeAndParts(labels, found)
      : [{ part, ...found }];
  return [...standing.filter((other) => !assessed.some((one) => one.part === other.part)), ...assessed];
}
