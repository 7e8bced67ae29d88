import type {
  AdoptionManner,
  Calendar,
  ClosedAs,
  ClosureCause,
  DecisionKind,
  DecisionMethod,
  DecisionMode,
  LifecycleState,
} from '@masar/domain';

/*
 * What a mapping file may say. `mapping.schema.json` beside this package is the published form of these types; a
 * mapping that passes it, and the checks of read-mapping.ts, has just this shape.
 */

/** A column of a CSV row or a key of a JSON row; a list goes into nested JSON: `[changes, status, 1]`. */
export type FieldPath = string | readonly (string | number)[];

/** A change made to a value, in the order written. Every one is total: it takes any text. */
export type Step =
  | 'trim'
  | 'lower'
  | 'upper'
  | 'squeeze'
  | 'asciiDigits'
  | 'year'
  | { readonly replace: string; readonly with: string }
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly dropPrefix: string }
  | { readonly dropSuffix: string }
  | { readonly before: string }
  | { readonly after: string }
  | { readonly split: string; readonly take?: 'first' | 'last' | number }
  | { readonly pad: number; readonly with: string }
  | { readonly emptyIf: readonly string[] }
  | { readonly default: string }
  | { readonly date: string | readonly string[] }
  | { readonly lookup: string | Table; readonly otherwise?: 'refuse' | 'keep' | 'empty' };

export type Table = { readonly [text: string]: string };

/** Where a value comes from: a bare text or list is a field. */
export type Expression = FieldPath | ExpressionObject;
export interface ExpressionObject {
  readonly field?: FieldPath;
  /** The same text for every row. */
  readonly text?: string;
  /** The first that is not empty. */
  readonly first?: readonly Expression[];
  /** All that are not empty, joined. */
  readonly join?: readonly Expression[];
  readonly with?: string;
  readonly then?: readonly Step[];
}

export interface Condition extends ExpressionObject {
  readonly all?: readonly Condition[];
  readonly any?: readonly Condition[];
  readonly not?: Condition;
  readonly is?: string;
  readonly isOneOf?: readonly string[];
  /** Empty: absent, null or no character but white space. */
  readonly isEmpty?: boolean;
  /** Present: the field is there, be it empty. */
  readonly isPresent?: boolean;
  readonly startsWith?: string;
  readonly isSameAs?: Expression;
}

/** A date: a value, and the spellings it may have. Unknown where empty, unless `empty` says otherwise. */
export type DateSource = FieldPath | DateObject;
export interface DateObject extends ExpressionObject {
  /** `iso` where none is given. */
  readonly formats?: string | readonly string[];
  readonly empty?: 'unknown' | 'refuse';
  /** Another calendar than the Gregorian is kept as written and stays unknown: Masar converts none. */
  readonly calendar?: Calendar;
}

export type TextSource = { readonly [languageTag: string]: Expression };

/** Names of people; they go to the vault and never into an event. */
export type PeopleSource = FieldPath | PeopleObject;
export interface PeopleObject {
  readonly field: FieldPath;
  /** Several names in one field stand apart by this; a JSON list needs none. */
  readonly split?: string;
  /** Changes made to each name. */
  readonly each?: readonly Step[];
}

/** What every action may have. */
export interface Circumstances {
  readonly when?: Condition;
  /** The item it happens to; the row's `reference` where not given. */
  readonly reference?: Expression;
  readonly decidedOn?: DateSource;
  readonly effective?: DateSource;
  readonly reason?: TextSource;
}

interface StateSource {
  /** The source's status, read through `statuses`. */
  readonly status?: Expression;
  /** One state for every row, with no status of the source. */
  readonly state?: LifecycleState;
}

interface Contents {
  readonly title?: TextSource;
  readonly text?: TextSource;
  readonly attributes?: { readonly [name: string]: Expression };
  readonly people?: { readonly [part: string]: PeopleSource };
}

export interface RegisterAction extends Circumstances, StateSource, Contents {
  readonly title: TextSource;
  readonly workshop?: Expression;
}
export interface StateAction extends Circumstances, StateSource {}
export interface DetailsAction extends Circumstances, Contents {}
export interface ReferenceAction extends Circumstances {
  readonly to: Expression;
}

/** A list of references in one field. */
export type ReferencesSource = FieldPath | { readonly field: FieldPath; readonly split?: string };

export interface DecisionAction extends Circumstances {
  /** One kind for every row, or one read from the row (with a `lookup` as a rule). */
  readonly kind: DecisionKind | ExpressionObject;
  /** The items decided on; the row's own where not given. */
  readonly items?: ReferencesSource;
  readonly body?: Expression;
  readonly workshop?: Expression;
  readonly session?: Expression;
  readonly minutes?: Expression;
  readonly mode?: DecisionMode;
  readonly method?: DecisionMethod;
  readonly note?: TextSource;
  readonly title?: TextSource;
  readonly text?: TextSource;
  readonly manner?: AdoptionManner;
  readonly until?: DateSource;
  readonly to?: TextSource;
  readonly into?: ReferencesSource;
  readonly by?: ReferencesSource;
  readonly as?: ClosedAs;
  readonly cause?: ClosureCause;
  readonly reopenTo?: LifecycleState;
}

/** One thing a row says happened. */
export type Action =
  | { readonly register: RegisterAction }
  | { readonly state: StateAction }
  | { readonly details: DetailsAction }
  | { readonly renumber: ReferenceAction }
  | { readonly alias: ReferenceAction }
  | { readonly remove: Circumstances }
  | { readonly restore: Circumstances }
  | { readonly decision: DecisionAction };

/** Rows a condition holds for, and what they say; the first rule that fits a row is its rule. */
export interface Rule {
  readonly when?: Condition;
  readonly do?: readonly Action[];
  readonly skip?: true;
}

export type StatusPolicy = 'refuse' | { readonly flagAs: LifecycleState };

export const encodings = ['utf-8', 'utf-16le', 'windows-1252', 'windows-1256', 'iso-8859-1'] as const;
export type Encoding = (typeof encodings)[number];

export type Format =
  | {
      readonly kind: 'csv';
      readonly encoding?: Encoding;
      readonly delimiter?: string;
      readonly quote?: string;
      /** The names of the columns, for a file without a header. */
      readonly columns?: readonly string[];
    }
  | { readonly kind: 'jsonl'; readonly encoding?: Encoding };

/** A mapping file as read. */
export interface Mapping {
  readonly masar: 1;
  readonly source: string;
  readonly format: Format;
  readonly reference: Expression;
  /** What tells rows of the source apart, where a reference and its occurrence do not. */
  readonly identity?: Expression;
  readonly claimedAt?: Expression;
  readonly claimedBy?: PeopleSource;
  readonly decidedOn?: DateSource;
  readonly effective?: DateSource;
  readonly statuses?: {
    readonly from?: Expression;
    readonly states: { readonly [status: string]: LifecycleState };
    readonly empty?: StatusPolicy;
    readonly otherwise?: StatusPolicy;
  };
  readonly duplicates?: 'refuse' | 'flag';
  readonly tables?: { readonly [name: string]: Table };
  readonly illustrative?: boolean;
  readonly rows: readonly Rule[];
}
