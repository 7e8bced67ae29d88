import type { Calendar } from '@masar/domain';

/* Where a mapping takes values from, and what it makes of them. */

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

/** A list of references in one field. */
export type ReferencesSource =
  FieldPath | { readonly field: FieldPath; readonly split?: string | readonly string[] };

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
