import type { Basis as DomainBasis, LangText } from '@masar/domain';
import type { DecidedItemRow, DecisionRow, Keyed } from '@masar/read-models';
import { Field, Int, ObjectType } from '@nestjs/graphql';
import { DecisionKindEnum, DecisionMethodEnum, DecisionModeEnum, LapseCodeEnum } from '../schema/enums.js';
import { EdtfScalar, InstantScalar, JsonScalar, LangTextScalar, PositionScalar } from '../schema/scalars.js';
import { ReformItem } from './item.types.js';
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

@ObjectType({ description: 'What was decided about one item, and what became of it.' })
export class DecidedItem {
  @Field({ description: 'Id of the item.' })
  itemKey!: string;

  @Field(() => ReformItem, { nullable: true })
  item!: unknown;

  @Field(() => DecisionKindEnum)
  kind!: string;

  @Field(() => JsonScalar, { description: 'The outcome with all it says: manner, texts, successors, …' })
  outcome!: unknown;

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
  readonly folded?: { readonly items: readonly Omit<Keyed<DecidedItemRow>, 'key'>[] };
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
