import type { LangText } from '../text.js';
import type { ItemEvent } from './circumstances.js';

/** What an addressee answers to a recommendation. Never mixed with the item's lifecycle. */
export const responses = [
  'awaited',
  'underConsideration',
  'accepted',
  'acceptedInPart',
  'acceptedInPrinciple',
  'noted',
  'notAccepted',
] as const;
export type Response = (typeof responses)[number];

/** How far an addressee says it has come, from the least advanced on. Self-reported; never an assessment. */
export const progressLevels = ['notStarted', 'started', 'delayed', 'onTrack', 'done'] as const;
export type ProgressLevel = (typeof progressLevels)[number];

/*
 * The storage format of whom an item is addressed to, what they answer and what they report. An addressee is the
 * reference of an organisation; in a history imported, the recipient as its source spells it.
 */
export type AddresseeEvent =
  /** All addressees from now on. What one of before had answered and reported stays in the history. */
  | ItemEvent<'ReformItemAddressed', { readonly addressees: readonly string[] }>
  | ItemEvent<
      'ReformItemResponseRecorded',
      {
        readonly addressee: string;
        readonly response: Response;
        /** Words of the response. */
        readonly text?: LangText;
        /** Labels of the parts it is about; all where left out. */
        readonly parts?: readonly string[];
      }
    >
  | ItemEvent<
      'ReformItemProgressReported',
      {
        readonly addressee: string;
        readonly progress: ProgressLevel;
        /** 0 to 100, with what it is a percentage of. */
        readonly percent?: number;
        readonly percentBasis?: LangText;
        /** What the report is about, EDTF. */
        readonly period?: string;
        readonly text?: LangText;
        /** References of evidence of the item the report points to. */
        readonly evidence?: readonly string[];
      }
    >;

/** One addressee as it stands: what it answered last and what it reported last. */
export interface Addressee {
  readonly organisation: string;
  readonly response: Response;
  readonly responseText: LangText | undefined;
  readonly responseParts: readonly string[];
  /** Undefined until something was reported: not the same as not started. */
  readonly progress: ProgressLevel | undefined;
  readonly percent: number | undefined;
  readonly percentBasis: LangText | undefined;
  readonly reportText: LangText | undefined;
  /** What the last report is about, EDTF. */
  readonly reportPeriod: string | undefined;
  /** Pieces of evidence the last report points to. */
  readonly reportEvidence: readonly string[];
}

function asked(organisation: string): Addressee {
  return {
    organisation,
    response: 'awaited',
    responseText: undefined,
    responseParts: [],
    progress: undefined,
    percent: undefined,
    percentBasis: undefined,
    reportText: undefined,
    reportPeriod: undefined,
    reportEvidence: [],
  };
}

/** Who answers or reports without having been named is an addressee from then on: it was asked by somebody. */
function change(
  addressees: readonly Addressee[],
  organisation: string,
  changed: Partial<Addressee>,
): readonly Addressee[] {
  const known = addressees.some((addressee) => addressee.organisation === organisation);
  const all = known ? addressees : [...addressees, asked(organisation)];
  return all.map((addressee) =>
    addressee.organisation === organisation ? { ...addressee, ...changed } : addressee,
  );
}

export function evolveAddressees(
  addressees: readonly Addressee[],
  event: AddresseeEvent,
): readonly Addressee[] {
  switch (event.type) {
    case 'ReformItemAddressed':
      return event.data.addressees.map(
        (organisation) =>
          addressees.find((known) => known.organisation === organisation) ?? asked(organisation),
      );
    case 'ReformItemResponseRecorded': {
      const { addressee, response, text, parts = [] } = event.data;
      return change(addressees, addressee, { response, responseText: text, responseParts: parts });
    }
    case 'ReformItemProgressReported': {
      const { addressee, progress, percent, percentBasis, text, period, evidence = [] } = event.data;
      return change(addressees, addressee, {
        progress,
        percent,
        percentBasis,
        reportText: text,
        reportPeriod: period,
        reportEvidence: evidence,
      });
    }
  }
}
