import {
  type Basis as DomainBasis,
  type LangText,
  type Quorum as DomainQuorum,
  type Votes as DomainVotes,
  undoneBy,
} from '@masar/domain';
import type { DecidedItemRow, DecisionRow, Keyed, PositionRow } from '@masar/read-models';
import { Field, Int, ObjectType } from '@nestjs/graphql';
import {
  AdoptionMannerEnum,
  ClosedAsEnum,
  ClosureCauseEnum,
  DecisionKindEnum,
  DecisionMethodEnum,
  DecisionModeEnum,
  HorizonEnum,
  IrregularityEnum,
  LapseCodeEnum,
  LifecycleStateEnum,
  PositionKindEnum,
  PriorityEnum,
} from '../schema/enums.js';
import { EdtfScalar, InstantScalar, JsonScalar, LangTextScalar, PositionScalar } from '../schema/scalars.js';
import { JourneyEntry, ReformItem } from './item.types.js';
import { connectionOf } from './page.js';
import type { View } from './view.js';

@ObjectType({ description: 'An article of an instrument, in a version.' })
export class Basis implements DomainBasis {
  @Field()
  instrument!: string;

  @Field(() => String, { nullable: true })
  article?: string;

  @Field(() => String, { nullable: true })
  version?: string;
}

@ObjectType({ description: 'Votes counted. They need not add up to the delegations known.' })
export class Votes implements DomainVotes {
  @Field(() => Int)
  for!: number;

  @Field(() => Int)
  against!: number;

  @Field(() => Int)
  abstained!: number;
}

@ObjectType({ description: 'How many were present, and how many the rules ask for.' })
export class Quorum implements DomainQuorum {
  @Field(() => Int, { nullable: true, description: 'Null: not known.' })
  required?: number;

  @Field(() => Int)
  present!: number;
}

@ObjectType({
  description: 'Where a delegation stood. A reservation or a dissent has its words, in their language.',
})
export class DelegationPosition {
  @Field({ description: 'Reference of its organisation.' })
  delegation!: string;

  @Field(() => PositionKindEnum)
  position!: string;

  @Field(() => LangTextScalar, { nullable: true })
  text!: LangText | null;
}

@ObjectType({
  description: 'What was decided about an item. Which of the fields say something follows from `kind`.',
})
export class DecidedOutcome {
  @Field(() => DecisionKindEnum)
  kind!: string;

  @Field(() => AdoptionMannerEnum, { nullable: true, description: 'adopt.' })
  manner?: string;

  @Field(() => LangTextScalar, { nullable: true, description: 'adopt, amend: the title from then on.' })
  title?: LangText;

  @Field(() => LangTextScalar, { nullable: true, description: 'adopt, amend: the text from then on.' })
  text?: LangText;

  @Field(() => JsonScalar, { nullable: true, description: 'adopt, amend: all lettered parts from then on.' })
  parts?: unknown;

  @Field(() => EdtfScalar, { nullable: true, description: 'defer: until when.' })
  until?: string;

  @Field(() => LangTextScalar, { nullable: true, description: 'refer: to whom, in words.' })
  referTo?: LangText;

  @Field(() => String, {
    nullable: true,
    description: 'refer: reference of the organisation, where it is one.',
  })
  referToOrganisation?: string;

  @Field(() => JsonScalar, {
    description: 'All it says, as recorded: also what has no field of its own here.',
  })
  recorded!: unknown;

  @Field(() => [String], { description: 'merge, split, supersede: ids of the items that go on.' })
  successors!: readonly string[];

  @Field(() => ClosedAsEnum, { nullable: true, description: 'close: as what.' })
  closeAs?: string;

  @Field(() => ClosureCauseEnum, { nullable: true, description: 'close: why.' })
  cause?: string;

  @Field(() => LifecycleStateEnum, {
    nullable: true,
    description: 'reopen: to which state; null: where it ended from.',
  })
  reopenTo?: string;

  @Field(() => [String], { nullable: true, description: 'assign.' })
  leads?: readonly string[];

  @Field(() => [String], { nullable: true, description: 'assign.' })
  supporting?: readonly string[];

  @Field(() => [String], { nullable: true, description: 'assign.' })
  partners?: readonly string[];

  @Field(() => [String], { nullable: true, description: 'assign.' })
  funders?: readonly string[];

  @Field(() => HorizonEnum, { nullable: true, description: 'setHorizon.' })
  horizon?: string;

  @Field(() => JsonScalar, { nullable: true, description: 'setScope.' })
  scopes?: unknown;

  @Field(() => PriorityEnum, { nullable: true, description: 'setPriority.' })
  priority?: string;

  @Field(() => EdtfScalar, { nullable: true, description: 'setDueDate.' })
  dueDate?: string;

  @Field(() => String, { nullable: true, description: 'revoke, annul: id of the decision it undoes.' })
  undoes?: string | undefined;
}

/** An outcome under the names of {@link DecidedOutcome}, which keep apart what kinds call by one word. */
export function outcomeShown({
  outcome,
  targets,
}: Pick<Keyed<DecidedItemRow>, 'outcome' | 'targets'>): object {
  return {
    ...outcome,
    recorded: outcome,
    successors: targets,
    undoes: undoneBy(outcome),
    ...(outcome.kind === 'refer' && {
      referTo: outcome.to,
      referToOrganisation: outcome.organisation,
    }),
    ...(outcome.kind === 'reopen' && { reopenTo: outcome.to }),
    ...(outcome.kind === 'close' && { closeAs: outcome.as }),
  };
}

@ObjectType({ description: 'What was decided about one item, and what became of it.' })
export class DecidedItem {
  @Field({ description: 'Id of the item.' })
  itemKey!: string;

  @Field(() => ReformItem, { nullable: true })
  item!: unknown;

  @Field(() => DecisionKindEnum)
  kind!: string;

  @Field(() => DecidedOutcome)
  outcome!: unknown;

  @Field(() => [DelegationPosition], { description: 'Where delegations stood differently on this item.' })
  positions!: unknown;

  @Field(() => [IrregularityEnum], { description: 'What is irregular about deciding on this item alone.' })
  flags!: readonly string[];

  @Field(() => JourneyEntry, {
    nullable: true,
    description: 'What it did to the item, with how that was undone since; null while pending.',
  })
  effect!: unknown;

  @Field(() => LangTextScalar, { nullable: true })
  reason!: LangText | null;

  @Field({ description: 'pending, applied or lapsed.' })
  status!: string;

  @Field(() => LapseCodeEnum, { nullable: true })
  lapse!: string | null;

  @Field(() => PositionScalar, { nullable: true, description: 'The effect on the item.' })
  effectPosition!: number | null;
}

/** A decision's row, where it was read, and its items where a command left them. */
export type DecisionParent = Keyed<DecisionRow> & {
  readonly view: View | undefined;
  readonly folded?: {
    readonly items: readonly Omit<Keyed<DecidedItemRow>, 'key'>[];
    readonly positions: readonly Omit<Keyed<PositionRow>, 'key'>[];
  };
};

/** A row as the parent of its fields. */
export function decisionParent(row: Keyed<DecisionRow>, view: View): DecisionParent {
  return { ...row, view };
}

@ObjectType({ description: 'What a body decided on one or more items.' })
export class Decision {
  @Field({ description: 'Id of the decision.' })
  key!: string;

  @Field()
  programme!: string;

  @Field(() => [DecisionKindEnum])
  kinds!: readonly string[];

  @Field(() => String, { nullable: true })
  body!: string | null;

  @Field(() => String, { nullable: true })
  workshop!: string | null;

  @Field(() => String, { nullable: true })
  session!: string | null;

  @Field(() => DecisionModeEnum)
  mode!: string;

  @Field(() => DecisionMethodEnum)
  method!: string;

  @Field(() => [Basis])
  basis!: readonly Basis[];

  @Field(() => String, { nullable: true })
  minutes!: string | null;

  @Field(() => LangTextScalar, { nullable: true })
  note!: LangText | null;

  @Field(() => Int, { nullable: true, description: 'Orders decisions of one day.' })
  sessionOrder!: number | null;

  @Field(() => Votes, { nullable: true })
  votes!: Votes | null;

  @Field(() => Quorum, { nullable: true })
  quorum!: Quorum | null;

  @Field(() => [DelegationPosition], { description: 'Where delegations stood on the decision as a whole.' })
  positions!: unknown;

  @Field(() => [IrregularityEnum], { description: 'What is irregular about it, or about one of its items.' })
  flags!: readonly string[];

  @Field({ description: 'It was recorded wrongly; shown as corrected since.' })
  corrected!: boolean;

  @Field({ description: 'It never was: recorded by mistake.' })
  struck!: boolean;

  @Field(() => EdtfScalar, { nullable: true })
  decidedOn!: string | null;

  @Field(() => EdtfScalar, { nullable: true })
  effective!: string | null;

  @Field()
  asRecorded!: boolean;

  @Field()
  illustrative!: boolean;

  @Field(() => PositionScalar)
  position!: number;

  @Field(() => InstantScalar)
  recordedAt!: string;

  @Field(() => Int, { description: 'Items whose effect is not recorded yet.' })
  pending!: number;

  @Field(() => Int, { description: 'Items it could not be applied to: a to-do list.' })
  lapsed!: number;
}

export const DecisionConnection = connectionOf(Decision, 'Decision');
