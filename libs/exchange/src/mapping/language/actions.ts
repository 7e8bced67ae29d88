import type {
  AdoptionManner,
  Assessment,
  ClosedAs,
  ClosureCause,
  Custody,
  DecisionKind,
  DecisionMethod,
  DecisionMode,
  Horizon,
  LifecycleState,
  PositionKind,
  Priority,
  ProgressLevel,
  Response,
} from '@masar/domain';
import type {
  Choice,
  Condition,
  DateSource,
  Expression,
  ExpressionObject,
  ListSource,
  PeopleSource,
  ReferencesSource,
  TextSource,
} from './values.js';

/* What a row may say happened. */

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
