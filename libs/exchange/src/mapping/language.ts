import type { LifecycleState } from '@masar/domain';
import type { Action } from './language/actions.js';
import type { Format, Unnest } from './language/format.js';
import type {
  Condition,
  DateObject,
  DateSource,
  DateSpelling,
  Expression,
  PeopleSource,
  Table,
} from './language/values.js';

export * from './language/actions.js';
export * from './language/format.js';
export * from './language/values.js';

/*
 * What a mapping file may say. `mapping.schema.json` beside this package is the published form of these types; a
 * mapping that passes it, and the checks of read-mapping.ts, has just this shape.
 */

/** Rows a condition holds for, and what they say; the first rule that fits a row is its rule. */
export interface Rule {
  readonly when?: Condition;
  readonly do?: readonly Action[];
  readonly skip?: true;
}

export type StatusPolicy = 'refuse' | { readonly flagAs: LifecycleState };

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
