import type { LangText } from '@masar/domain';
import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IrregularityEnum, RelationKindEnum, RelationReadingEnum } from '../schema/enums.js';
import { DayScalar, EdtfScalar, LangTextScalar, PositionScalar } from '../schema/scalars.js';
import { ReformItem } from './item.types.js';
import { Span } from './lasting.js';

/** Which end of a relation an item stands at. */
export const RelationDirection = { FROM: 'FROM', TO: 'TO' } as const;
registerEnumType(RelationDirection, {
  name: 'RelationDirection',
  description: 'FROM: the relation starts at the item. TO: it leads to it.',
});

@ObjectType({ description: 'How an item stands to another, seen from it.' })
export class ItemRelation extends Span {
  @Field(() => RelationKindEnum)
  kind!: string;

  @Field(() => RelationDirection)
  direction!: string;

  @Field(() => RelationReadingEnum, {
    description: 'The kind as it reads from here: mergedInto, or mergedFrom.',
  })
  reads!: string;

  @Field({ description: 'Id of the other item.' })
  otherKey!: string;

  @Field(() => ReformItem, { nullable: true })
  other!: unknown;

  @Field(() => String, {
    nullable: true,
    description: 'Id of the decision it comes of; null where it was said by itself.',
  })
  decision!: string | null;

  @Field(() => PositionScalar)
  position!: number;

  @Field(() => EdtfScalar, { nullable: true })
  decidedOn!: string | null;

  @Field(() => EdtfScalar, { nullable: true })
  effective!: string | null;

  @Field(() => LangTextScalar, { nullable: true })
  reason!: LangText | null;

  @Field(() => [IrregularityEnum])
  irregularities!: readonly string[];

  @Field()
  asRecorded!: boolean;
}

@ObjectType({ description: 'What an item follows from, and what follows from it, near and far.' })
export class Lineage {
  @Field(() => [ReformItem])
  predecessors!: unknown;

  @Field(() => [ReformItem])
  successors!: unknown;
}

@ObjectType({
  description:
    'Days since the first proposal: the item’s own, or that of one it follows from. Certain and possible differ where dates are imprecise.',
})
export class ItemAge {
  @Field(() => Int, { description: 'At least.' })
  certain!: number;

  @Field(() => Int, { description: 'At most.' })
  possible!: number;

  @Field(() => DayScalar, { description: 'The day it is reckoned to, or to the item’s end before that.' })
  on!: string;
}

@ObjectType({ description: 'How one item stands to another, as a command left it.' })
export class SaidRelation {
  @Field(() => RelationKindEnum)
  kind!: string;

  @Field({ description: 'Id of the item it starts at.' })
  fromKey!: string;

  @Field({ description: 'Id of the item it leads to.' })
  toKey!: string;

  @Field({ description: 'False where it was taken back.' })
  stands!: boolean;

  @Field(() => EdtfScalar, { nullable: true })
  effective!: string | null;

  @Field(() => [IrregularityEnum])
  irregularities!: readonly string[];
}
