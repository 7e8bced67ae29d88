import { type DateNotes, withoutUndefined } from './event.js';
import type { Recorded } from './history.js';
import type { Hasher } from './item/evidence.js';
import type { Irregularity } from './item/lifecycle.js';
import { type LangText, normaliseProgramme, normaliseReference } from './text.js';

export const minutesStates = ['draft', 'circulated', 'approved'] as const;
export type MinutesState = (typeof minutesStates)[number];

interface Common {
  readonly dates?: DateNotes;
  readonly illustrative?: boolean;
  readonly reason?: LangText;
  readonly asRecorded?: boolean;
  /** `SKIPPED_STATES`, where minutes were approved that nobody recorded as circulated. */
  readonly irregularities?: readonly Irregularity[];
}

/** The minutes in one language: their words, or the digest of a document kept elsewhere with a link to it. */
export interface MinutesVersion {
  readonly language: string;
  readonly text?: string;
  /** SHA-256 of the document, hex; with who worked it out. */
  readonly sha256?: string;
  readonly hashedBy?: Hasher;
  readonly uri?: string;
}

/** Who approved minutes, and where. What is left out is not known. */
export interface Approval {
  /** Reference of the body. */
  readonly body?: string;
  /** Reference of the workshop whose session approved them, and of the session. */
  readonly inWorkshop?: string;
  readonly inSession?: string;
}

/** What was wrong in approved minutes, and what is right. The minutes stay as they were approved. */
export interface Corrigendum {
  /** As it is cited: `1`, `2`, `Corr.1`. */
  readonly number: string;
  readonly text: LangText;
  /** The points of the agenda it concerns, by number. */
  readonly points?: readonly string[];
}

/** Passages of the minutes that should say the same and do not, by language. None is preferred. */
export interface MinutesDiscrepancy {
  readonly passages: LangText;
  readonly note?: LangText;
}

/*
 * The storage format of a workshop's minutes, on the stream `minutes-<programme>/<workshop>`. Add fields, never rename.
 */
export type MinutesEvent =
  | {
      readonly type: 'MinutesDrafted';
      readonly data: Common & {
        readonly programme: string;
        readonly workshop: string;
        /** References of the sessions they are of; all of the workshop where left out. */
        readonly sessions?: readonly string[];
      };
    }
  /** The words in a language that was not there, or another draft of them. */
  | { readonly type: 'MinutesVersionAdded'; readonly data: Common & MinutesVersion }
  | {
      readonly type: 'MinutesCirculated';
      /** References of the organisations they went to; left out: not known. */
      readonly data: Common & { readonly to?: readonly string[] };
    }
  | { readonly type: 'MinutesApproved'; readonly data: Common & Approval }
  | { readonly type: 'MinutesCorrigendumIssued'; readonly data: Common & Corrigendum }
  | { readonly type: 'MinutesDiscrepancyNoted'; readonly data: Common & MinutesDiscrepancy };

/** When and where something happened to the minutes. */
export interface Occurrence {
  readonly position: number;
  /** EDTF, null for unknown. */
  readonly on: string | null;
}

/** Minutes as recorded so far. */
export interface Minutes {
  readonly state: MinutesState | undefined;
  readonly programme: string;
  readonly workshop: string;
  readonly sessions: readonly string[] | undefined;
  /** Every version there was, in the order they were added; the last of a language counts. */
  readonly versions: readonly (MinutesVersion & Occurrence)[];
  readonly circulations: readonly (Occurrence & { readonly to: readonly string[] | undefined })[];
  readonly approval:
    (Approval & Occurrence & { readonly irregularities: readonly Irregularity[] }) | undefined;
  readonly corrigenda: readonly (Corrigendum & Occurrence)[];
  readonly discrepancies: readonly (MinutesDiscrepancy & Occurrence)[];
}

export const noMinutes: Minutes = {
  state: undefined,
  programme: '',
  workshop: '',
  sessions: undefined,
  versions: [],
  circulations: [],
  approval: undefined,
  corrigenda: [],
  discrepancies: [],
};

export function minutesStream(programme: string, workshop: string): string {
  return `minutes-${normaliseProgramme(programme)}/${normaliseReference(workshop, 'workshop')}`;
}

/** The minutes after one more entry, in the order of recording. */
export function evolveMinutes(minutes: Minutes, recorded: Recorded<MinutesEvent>): Minutes {
  const { event, position, effective: on } = recorded;
  const when: Occurrence = { position, on };
  switch (event.type) {
    case 'MinutesDrafted': {
      const { programme, workshop, sessions } = event.data;
      return { ...minutes, state: 'draft', programme, workshop, sessions };
    }
    case 'MinutesVersionAdded': {
      const { language, text, sha256, hashedBy, uri } = event.data;
      const version = withoutUndefined({ language, text, sha256, hashedBy, uri });
      return { ...minutes, versions: [...minutes.versions, { ...version, ...when }] };
    }
    case 'MinutesCirculated': {
      const state = minutes.state === 'approved' ? 'approved' : 'circulated';
      const circulations = [...minutes.circulations, { ...when, to: event.data.to }];
      return { ...minutes, state, circulations };
    }
    case 'MinutesApproved': {
      const { body, inWorkshop, inSession, irregularities = [] } = event.data;
      const approval = { ...withoutUndefined({ body, inWorkshop, inSession }), ...when, irregularities };
      return { ...minutes, state: 'approved', approval };
    }
    case 'MinutesCorrigendumIssued': {
      const { number, text, points } = event.data;
      const corrigendum = { ...withoutUndefined({ number, text, points }), ...when };
      return { ...minutes, corrigenda: [...minutes.corrigenda, corrigendum] };
    }
    case 'MinutesDiscrepancyNoted': {
      const { passages, note } = event.data;
      const discrepancy = { ...withoutUndefined({ passages, note }), ...when };
      return { ...minutes, discrepancies: [...minutes.discrepancies, discrepancy] };
    }
  }
}

/** When the minutes were approved; undefined where they are not. */
export function approvedOn(minutes: Pick<Minutes, 'approval'>): Occurrence | undefined {
  const { approval } = minutes;
  return approval && { position: approval.position, on: approval.on };
}
