import type { LangText } from '@masar/domain';

/**
 * The histories the made-up items take: each a list of steps, with the days since the item came up. Between them they
 * reach every state and every end, some by ways no rule foresees. `recordedAsItWas` marks those.
 */
export type SampleStep = {
  readonly day: number;
  /** The effective date as given, where it is not simply the day: a month, a year, or unknown. */
  readonly effective?: 'month' | 'year' | 'unknown' | { readonly days: number };
  readonly asRecorded?: boolean;
  readonly reason?: LangText;
} & (
  | {
      readonly do:
        'propose' | 'review' | 'start' | 'verify' | 'withdraw' | 'remove' | 'restore' | 'renumber' | 'alias';
    }
  | { readonly do: 'plan'; readonly dueInDays: number; readonly horizon: 'immediate' | 'mediumLongTerm' }
  | {
      readonly do: 'decide';
      readonly kind: 'approve' | 'reject' | 'resume' | 'return' | 'discuss' | 'reopen';
    }
  | {
      readonly do: 'decide';
      readonly kind: 'adopt';
      readonly manner: 'plain' | 'withAmendment' | 'inPrinciple';
    }
  | { readonly do: 'decide'; readonly kind: 'amend' | 'defer' | 'refer' }
  | {
      readonly do: 'decide';
      readonly kind: 'close';
      readonly as: 'ClosedPartial' | 'ClosedNotImplemented' | 'NoLongerApplicable';
      readonly cause?: 'riskAccepted' | 'lapsed' | 'overtaken';
    }
  /** The item ends in favour of the items that follow it in the list: one, or two for a split. */
  | { readonly do: 'decide'; readonly kind: 'merge' | 'split' | 'supersede' }
);

const because = (en: string, ar: string): LangText => ({ en, ar });

const opened: readonly SampleStep[] = [
  { do: 'propose', day: 3 },
  { do: 'review', day: 10 },
];
const adopted: readonly SampleStep[] = [...opened, { do: 'decide', kind: 'adopt', manner: 'plain', day: 24 }];
const approved: readonly SampleStep[] = [...adopted, { do: 'decide', kind: 'approve', day: 60 }];
const planned: readonly SampleStep[] = [
  ...approved,
  { do: 'plan', day: 95, dueInDays: 300, horizon: 'immediate' },
];
const started: readonly SampleStep[] = [...planned, { do: 'start', day: 130 }];

/** By name, so that a test can ask for each. The order is the order items take them in. */
export const histories: Readonly<Record<string, readonly SampleStep[]>> = {
  implemented: [...started, { do: 'verify', day: 380 }],
  inImplementation: started,
  planned: [...approved, { do: 'plan', day: 120, dueInDays: 900, horizon: 'mediumLongTerm' }],
  approved,
  deferred: [
    ...adopted,
    {
      do: 'decide',
      kind: 'defer',
      day: 70,
      reason: because('No budget line for this year', 'لا توجد تخصيصات لهذه السنة'),
    },
  ],
  rejected: [
    ...opened,
    { do: 'decide', kind: 'discuss', day: 20 },
    {
      do: 'decide',
      kind: 'reject',
      day: 41,
      reason: because('Covered by an existing duty', 'مشمول بواجب قائم'),
    },
  ],
  adopted: [
    ...opened,
    { do: 'decide', kind: 'amend', day: 18 },
    { do: 'decide', kind: 'adopt', manner: 'withAmendment', day: 24 },
  ],
  deferredThenImplemented: [
    ...approved,
    { do: 'decide', kind: 'defer', day: 80 },
    { do: 'decide', kind: 'resume', day: 200 },
    { do: 'plan', day: 215, dueInDays: 400, horizon: 'mediumLongTerm' },
    { do: 'start', day: 260 },
    { do: 'verify', day: 610 },
  ],
  underReview: opened,
  closedPartial: [
    ...started,
    {
      do: 'decide',
      kind: 'close',
      as: 'ClosedPartial',
      day: 420,
      reason: because('Done in the capital only', 'أُنجز في العاصمة فقط'),
    },
  ],
  referred: [...adopted, { do: 'decide', kind: 'refer', day: 52 }],
  skippedApproval: [
    ...adopted,
    { do: 'plan', day: 66, dueInDays: 250, horizon: 'immediate', asRecorded: true },
    { do: 'start', day: 115, effective: 'month', asRecorded: true },
    { do: 'verify', day: 300 },
  ],
  proposed: [{ do: 'propose', day: 5 }],
  superseded: [...adopted, { do: 'decide', kind: 'supersede', day: 88 }],
  withdrawn: [
    { do: 'propose', day: 4 },
    { do: 'withdraw', day: 33, reason: because('Proposed twice by mistake', 'اقتُرح مرتين سهواً') },
  ],
  closedNotImplemented: [
    ...planned,
    {
      do: 'decide',
      kind: 'close',
      as: 'ClosedNotImplemented',
      cause: 'riskAccepted',
      day: 500,
      reason: because('The risk was accepted', 'قُبلت المخاطرة'),
    },
  ],
  merged: [...opened, { do: 'decide', kind: 'merge', day: 47 }],
  lateEntry: [
    ...planned,
    // Found in the files a year later: work had begun before the plan was written.
    { do: 'start', day: 480, effective: { days: 75 }, asRecorded: true },
  ],
  reopened: [
    ...opened,
    { do: 'decide', kind: 'reject', day: 30 },
    { do: 'decide', kind: 'reopen', day: 160, reason: because('New facts came up', 'ظهرت وقائع جديدة') },
    { do: 'decide', kind: 'adopt', manner: 'inPrinciple', day: 190 },
  ],
  draft: [],
  split: [...adopted, { do: 'decide', kind: 'split', day: 75 }],
  returned: [
    ...adopted,
    { do: 'decide', kind: 'return', day: 50, reason: because('The text was not clear', 'النص غير واضح') },
  ],
  noLongerApplicable: [
    ...planned,
    {
      do: 'decide',
      kind: 'close',
      as: 'NoLongerApplicable',
      cause: 'overtaken',
      day: 350,
      reason: because('The unit was dissolved', 'أُلغيت الوحدة'),
    },
  ],
  unknownDates: [
    { do: 'propose', day: 6, effective: 'year' },
    { do: 'review', day: 15, effective: 'unknown', asRecorded: true },
    { do: 'decide', kind: 'adopt', manner: 'plain', day: 45, effective: 'month' },
  ],
  renumbered: [...opened, { do: 'renumber', day: 28 }, { do: 'alias', day: 29 }],
  removedAndRestored: [
    ...opened,
    { do: 'remove', day: 40 },
    { do: 'restore', day: 55 },
    { do: 'decide', kind: 'adopt', manner: 'plain', day: 70 },
  ],
};
