import type {
  AdoptionManner,
  Assessment,
  Custody,
  Horizon,
  Priority,
  ProgressLevel,
  Response,
  Calendar,
  ClosedAs,
  ClosureCause,
  DecisionKind,
  DecisionMethod,
  DecisionMode,
  LifecycleState,
  PositionKind,
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
  | 'number'
  | 'plainText'
  | 'digest'
  | { readonly replace: string; readonly with: string }
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly dropPrefix: string }
  | { readonly dropSuffix: string }
  | { readonly before: string }
  | { readonly after: string }
  | { readonly split: string; readonly take?: 'first' | 'last' | number }
  | { readonly pad: number; readonly with: string }
  | { readonly shorten: number }
  | { readonly emptyIf: readonly string[] }
  | { readonly default: string }
  | { readonly date: DateFormat | readonly DateFormat[] }
  | LookupStep;

export interface LookupStep {
  readonly lookup: string | Table;
  /** How a text is found in the table: as it is, letter case and spelling of letters aside, or within the text. */
  readonly match?: 'exact' | 'folded' | 'contains' | 'startsWith';
  readonly otherwise?: 'refuse' | 'keep' | 'empty';
}

export type Table = { readonly [text: string]: string };

/** A pattern, or the name of a spelling no pattern says; see date-pattern.ts and named-dates.ts. */
export type DateFormat = string | FiscalYear;
/** A year that begins with this month, and is called after the year it ends in, or begins in. */
export interface FiscalYear {
  readonly fiscalYear: number;
  readonly named?: 'end' | 'start';
}

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
  /** The number of the row in its file. */
  readonly rowNumber?: true;
  /** Empty for rows it does not hold for. */
  readonly when?: Condition;
  readonly then?: readonly Step[];
}

export interface Condition extends Omit<ExpressionObject, 'when' | 'rowNumber'> {
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
  readonly endsWith?: string;
  /** One of these stands in it; letter case and spelling of letters do not matter. */
  readonly contains?: string | readonly string[];
  readonly isSameAs?: Expression;
  /** It is not what the row before with the same reference had. */
  readonly isChanged?: boolean;
  /** No row before, and nothing in the programme, registered the row's item. */
  readonly isNew?: boolean;
}

/** How dates are spelled, for every date of the mapping or for one. */
export interface DateSpelling {
  /** `iso` where none is given. */
  readonly formats?: DateFormat | readonly DateFormat[];
  /** The zone whose day is taken of a time that says its own zone, or of one in `timesIn`. */
  readonly zone?: string;
  /** The zone of times that do not say theirs. */
  readonly timesIn?: string;
  /** What a date is that no format reads: a problem, or unknown, with the text kept. */
  readonly unreadable?: 'refuse' | 'unknown';
}

/** A date: a value, and the spellings it may have. Unknown where empty, unless `empty` says otherwise. */
export type DateSource = FieldPath | DateObject;
export interface DateObject extends ExpressionObject, DateSpelling {
  readonly empty?: 'unknown' | 'refuse';
  /** Another calendar than the Gregorian is kept as written and stays unknown: Masar converts none. */
  readonly calendar?: Calendar;
}

export type TextSource = { readonly [languageTag: string]: Expression };

/** Names of people; they go to the vault and never into an event. */
export type PeopleSource = FieldPath | PeopleObject;
export interface PeopleObject {
  readonly field: FieldPath;
  /** Several names in one field stand apart by this, or by any of these; a JSON list needs none. */
  readonly split?: string | readonly string[];
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

/** Where a state comes from. */
export interface StateSource {
  /** The source's status, read through `statuses`. */
  readonly status?: Expression;
  /** One state, with no status of the source: for every row, or for those the expression has one for. */
  readonly state?: Choice<LifecycleState>;
  /** What is kept as the source's own status, where that is not what the state is read from. */
  readonly sourceStatus?: Expression;
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
export type ReferencesSource =
  FieldPath | { readonly field: FieldPath; readonly split?: string | readonly string[] };

export interface DecisionAction extends Circumstances {
  /** One kind for every row, or one read from the row (with a `lookup` as a rule). */
  readonly kind: DecisionKind | ExpressionObject;
  /** The items decided on; the row's own where not given. */
  readonly items?: ReferencesSource;
  readonly body?: Expression;
  readonly workshop?: Expression;
  readonly session?: Expression;
  readonly minutes?: Expression;
  readonly mode?: Choice<DecisionMode>;
  readonly method?: Choice<DecisionMethod>;
  readonly votes?: { readonly for: Expression; readonly against: Expression; readonly abstained: Expression };
  readonly quorum?: { readonly present: Expression; readonly required?: Expression };
  readonly positions?: readonly {
    readonly is: PositionKind;
    readonly delegations: ListSource;
    readonly text?: TextSource;
  }[];
  readonly basis?: ProvisionSource;
  readonly note?: TextSource;
  readonly title?: TextSource;
  readonly text?: TextSource;
  readonly manner?: Choice<AdoptionManner>;
  readonly until?: DateSource;
  readonly to?: TextSource;
  readonly into?: ReferencesSource;
  readonly by?: ReferencesSource;
  readonly as?: Choice<ClosedAs>;
  readonly cause?: Choice<ClosureCause>;
  readonly reopenTo?: Choice<LifecycleState>;
  readonly leads?: ListSource;
  readonly supporting?: ListSource;
  readonly partners?: ListSource;
  readonly funders?: ListSource;
  readonly horizon?: Choice<Horizon>;
  readonly priority?: Choice<Priority>;
  readonly scopes?: ListSource;
  readonly dueDate?: DateSource;
}

/** Names or references in one field, with the separators between and the changes made to each; or one for every row. */
export type ListSource =
  | FieldPath
  | {
      readonly field: FieldPath;
      readonly split?: string | readonly string[];
      readonly each?: readonly Step[];
    }
  | { readonly text: string };

/** One word of a closed list for every row, or one read from the row (with a `lookup` as a rule). */
export type Choice<T extends string> = T | ExpressionObject;

export interface AddresseesAction extends Circumstances {
  readonly to: ListSource;
  /** Those of before stay. */
  readonly keep?: boolean;
}
export interface RespondAction extends Circumstances {
  readonly addressee: Expression;
  readonly response: Choice<Response>;
  readonly text?: TextSource;
}
export interface ProgressAction extends Circumstances {
  readonly addressee: Expression;
  readonly progress: Choice<ProgressLevel>;
  readonly percent?: Expression;
  readonly percentBasis?: TextSource;
  readonly period?: DateSource;
  readonly text?: TextSource;
}
export interface AssignAction extends Circumstances {
  readonly leads: ListSource;
  readonly supporting?: ListSource;
  readonly partners?: ListSource;
  readonly funders?: ListSource;
}
export interface ProvisionSource {
  readonly instrument: Expression;
  readonly article?: Expression;
  readonly version?: Expression;
}
export interface ClassifyAction extends Circumstances {
  readonly themes?: ListSource;
  readonly horizon?: Choice<Horizon>;
  readonly priority?: Choice<Priority>;
  readonly scopes?: ListSource;
  readonly provision?: ProvisionSource;
  readonly requires?: ProvisionSource;
}
export interface DueDateAction extends Circumstances {
  readonly due: DateSource;
}
export interface ActionAction extends Circumstances {
  readonly action: Expression;
  /** What becomes of it; `added` where not given. */
  readonly is?: Choice<ActionStep>;
  readonly description?: TextSource;
  readonly due?: DateSource;
  readonly owner?: Expression;
}
export const actionSteps = ['added', 'rescheduled', 'completed', 'dropped'] as const;
export type ActionStep = (typeof actionSteps)[number];
export interface ValueSource {
  readonly value: Expression;
  readonly on?: DateSource;
}
export interface IndicatorAction extends Circumstances {
  readonly indicator: Expression;
  readonly name: TextSource;
  readonly unit: Expression;
  readonly baseline?: ValueSource;
  readonly target?: ValueSource;
}
export interface MeasureAction extends Circumstances {
  readonly indicator: Expression;
  readonly value: Expression;
  readonly measuredOn?: DateSource;
  readonly source?: TextSource;
}
export interface EvidenceAction extends Circumstances {
  readonly evidence: Expression;
  readonly description: TextSource;
  readonly custody?: Choice<Custody>;
  readonly custodian?: Expression;
  readonly uri?: Expression;
  readonly sha256?: Expression;
  readonly documentDate?: DateSource;
}
export interface VerifyAction extends Circumstances {
  readonly verification: Expression;
  readonly verifiedBy: Expression;
  readonly conclusion: Choice<Assessment>;
  readonly method: TextSource;
  readonly period?: DateSource;
  readonly examined?: ListSource;
  readonly remarks?: TextSource;
}

/** One thing a row says happened. */
export type Action =
  | { readonly addressees: AddresseesAction }
  | { readonly respond: RespondAction }
  | { readonly progress: ProgressAction }
  | { readonly assign: AssignAction }
  | { readonly classify: ClassifyAction }
  | { readonly dueDate: DueDateAction }
  | { readonly action: ActionAction }
  | { readonly indicator: IndicatorAction }
  | { readonly measure: MeasureAction }
  | { readonly evidence: EvidenceAction }
  | { readonly verify: VerifyAction }
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

export const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1254',
  'windows-1256',
  'iso-8859-1',
  'iso-8859-6',
  'iso-8859-15',
  'macintosh',
] as const;
export type Encoding = (typeof encodings)[number];

export interface CsvFormat {
  readonly kind: 'csv';
  readonly encoding?: Encoding;
  readonly delimiter?: string;
  /** `none` where quotes mean nothing. */
  readonly quote?: string;
  /** What makes a quote within a quoted cell part of it; the quote itself where not given. */
  readonly escape?: string;
  /** A quote in the middle of a cell is part of it. */
  readonly looseQuotes?: boolean;
  /** Cells are escaped for spreadsheets, as `masar export` writes them: one single quote before `= + - @` and the like. */
  readonly escapedCells?: boolean;
  /** The names of the columns, for a file without a header, or instead of the one in `headerRow`. */
  readonly columns?: readonly string[];
  /** The row the header begins in, as a spreadsheet numbers them; the first that is not blank where not given. */
  readonly headerRow?: number;
  /** How many rows the header takes. */
  readonly headerRows?: number;
  /** What rows with fewer cells than columns are: a problem, or filled up with empty cells. */
  readonly shortRows?: 'refuse' | 'fill';
  /** Columns whose empty cells mean the one above, as in cells merged downwards. */
  readonly fillDown?: readonly string[];
  /** A row with its first cell alone is a heading; the rows under it have it in a column of this name. */
  readonly headings?: string;
}

export type Format =
  | CsvFormat
  | { readonly kind: 'jsonl'; readonly encoding?: Encoding }
  | {
      readonly kind: 'json';
      readonly encoding?: Encoding;
      /** The keys that lead to the list of records; the file is the list where not given. */
      readonly at?: string | readonly string[];
    };

/** A list within a row whose entries are rows of their own, after it. */
export type Unnest =
  | {
      readonly list: FieldPath;
      /** What separates entries in one cell; a JSON list needs none. */
      readonly split?: string | readonly string[];
      /** The field an entry is in that is no record; `entry` where not given. */
      readonly as?: string;
      /** The list has its newest entry first. */
      readonly reversed?: boolean;
    }
  | {
      /** Columns side by side that say the same thing of different times: each is an entry, where it is not empty. */
      readonly columns: readonly string[];
      readonly as: string;
      /** The field with the column's name. */
      readonly named?: string;
    };

/** The order rows are taken in: what happened first comes first. */
export type Order =
  | 'file'
  | 'reversed'
  | (DateObject & {
      /** What to compare: dates and times where not given. */
      readonly as?: 'date' | 'number' | 'text';
    });

/** A mapping file as read. */
export interface Mapping {
  readonly masar: 1;
  readonly source: string;
  readonly format: Format;
  readonly order?: Order;
  readonly unnest?: readonly Unnest[];
  /** Words that mean an empty cell, wherever one stands alone; letter case does not matter. */
  readonly empty?: readonly string[];
  /** How dates are spelled that do not say so themselves. */
  readonly dates?: DateSpelling;
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
