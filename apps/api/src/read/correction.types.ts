import type { LangText, Part } from '@masar/domain';
import type { CorrectionRow, Keyed } from '@masar/read-models';
import { Field, Int, ObjectType } from '@nestjs/graphql';
import { CorrectionStateEnum } from '../schema/enums.js';
import { EdtfScalar, InstantScalar, JsonScalar, LangTextScalar, PositionScalar } from '../schema/scalars.js';
import { ReformItem } from './item.types.js';
import { connectionOf } from './page.js';
import type { View } from './view.js';

@ObjectType({ description: 'What was recorded wrongly, and what is right. Null: left as it was.' })
export class CorrectionTarget {
  @Field({ description: 'entry, decision or text.' })
  kind!: string;

  @Field(() => String, { nullable: true, description: 'entry: id of the event.' })
  entry!: string | null;

  @Field(() => String, { nullable: true, description: 'decision: its id.' })
  decision!: string | null;

  @Field({ description: 'It never happened.' })
  struck!: boolean;

  @Field({ description: 'Whether decidedOn is corrected: to unknown where it is null.' })
  decidedOnCorrected!: boolean;

  @Field(() => EdtfScalar, { nullable: true })
  decidedOn!: string | null;

  @Field({ description: 'Whether effective is corrected: to unknown where it is null.' })
  effectiveCorrected!: boolean;

  @Field(() => EdtfScalar, { nullable: true })
  effective!: string | null;

  @Field(() => Int, { nullable: true })
  sessionOrder!: number | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Other fields, by name.' })
  data!: unknown;

  @Field(() => LangTextScalar, { nullable: true, description: 'text.' })
  title!: LangText | null;

  @Field(() => LangTextScalar, { nullable: true, description: 'text.' })
  text!: LangText | null;

  @Field(() => JsonScalar, { nullable: true, description: 'text: the lettered parts.' })
  parts!: readonly Part[] | null;
}

@ObjectType({ description: 'A correction: proposed by one person, confirmed by another.' })
export class Correction {
  @Field({ description: 'Its id.' })
  key!: string;

  @Field()
  programme!: string;

  @Field(() => CorrectionStateEnum)
  state!: string;

  @Field(() => CorrectionTarget)
  target!: unknown;

  @Field(() => [ReformItem], { description: 'The items it reaches.' })
  items!: unknown;

  @Field(() => LangTextScalar, { nullable: true, description: 'What was wrong.' })
  reason!: LangText | null;

  @Field({ description: 'Opaque id of who proposed it.' })
  proposedBy!: string;

  @Field(() => String, { nullable: true, description: 'Opaque id of who answered.' })
  answeredBy!: string | null;

  @Field(() => LangTextScalar, { nullable: true })
  answerReason!: LangText | null;

  @Field({ description: 'Made-up data.' })
  illustrative!: boolean;

  @Field(() => PositionScalar)
  position!: number;

  @Field(() => InstantScalar)
  recordedAt!: string;

  @Field(() => PositionScalar, { nullable: true })
  answeredPosition!: number | null;

  @Field(() => InstantScalar, { nullable: true })
  answeredAt!: string | null;
}

/** A correction's row, and where it was read; nowhere, for one a command left. */
export type CorrectionParent = Keyed<CorrectionRow> & { readonly view: View | undefined };

export const CorrectionConnection = connectionOf(Correction, 'Correction');
