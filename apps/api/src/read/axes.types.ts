import type { DatedValue as DomainValue, LangText } from '@masar/domain';
import { Field, Int, ObjectType } from '@nestjs/graphql';
import {
  ActionStatusEnum,
  AssessmentEnum,
  CustodyEnum,
  EvidenceStatusEnum,
  HasherEnum,
  IrregularityEnum,
  ProgressLevelEnum,
  ResponseEnum,
} from '../schema/enums.js';
import { EdtfScalar, LangTextScalar, PositionScalar } from '../schema/scalars.js';
import { Lasting } from './lasting.js';

/** The entry that began a stretch, and the days it may have begun and ended on. */
@ObjectType({ isAbstract: true })
export abstract class Stretch extends Lasting {
  @Field({ description: 'False from where the item had it no more.' })
  present!: boolean;

  @Field(() => EdtfScalar, { nullable: true, description: 'As given; null where unknown.' })
  effective!: string | null;

  @Field(() => LangTextScalar, { nullable: true, description: 'The reason that was given.' })
  reason!: LangText | null;
}

@ObjectType({
  description: 'A stretch in which an addressee stood so. What it says of itself, nobody else has checked.',
})
export class AddresseeStretch extends Stretch {
  @Field(() => ResponseEnum)
  response!: string;

  @Field(() => LangTextScalar, { nullable: true })
  responseText!: LangText | null;

  @Field(() => [String], { description: 'Labels of the parts the response is about; none: all.' })
  responseParts!: readonly string[];

  @Field(() => ProgressLevelEnum, {
    nullable: true,
    description: 'Null: nothing was reported, which is not the same as not started.',
  })
  progress!: string | null;

  @Field(() => Int, { nullable: true })
  percent!: number | null;

  @Field(() => LangTextScalar, { nullable: true, description: 'What the percentage is of.' })
  percentBasis!: LangText | null;

  @Field(() => LangTextScalar, { nullable: true })
  reportText!: LangText | null;

  @Field(() => EdtfScalar, { nullable: true, description: 'What the report is about.' })
  reportPeriod!: string | null;

  @Field(() => [String], { description: 'Names of the pieces of evidence the report points to.' })
  reportEvidence!: readonly string[];
}

@ObjectType({
  description: 'An organisation the item is addressed to: what it answers, and how far it says it has come.',
})
export class Addressee extends AddresseeStretch {
  @Field({ description: 'Reference of the organisation; of a history imported, as its source spells it.' })
  organisation!: string;

  @Field(() => [AddresseeStretch], { description: 'All it answered and reported, in the order of effect.' })
  history!: readonly AddresseeStretch[];
}

@ObjectType({ description: 'A due date that was moved.' })
export class Slip {
  @Field(() => EdtfScalar)
  from!: string;

  @Field(() => EdtfScalar)
  to!: string;

  @Field(() => LangTextScalar, { nullable: true })
  reason!: LangText | null;

  @Field(() => PositionScalar)
  position!: number;

  @Field(() => EdtfScalar, { nullable: true, description: 'When it was moved; null where unknown.' })
  effective!: string | null;
}

@ObjectType({ description: 'A stretch in which an action stood so.' })
export class ActionStretch extends Stretch {
  @Field(() => LangTextScalar)
  description!: LangText;

  @Field(() => String, { nullable: true, description: 'Reference of the organisation that takes the step.' })
  owner!: string | null;

  @Field(() => ActionStatusEnum)
  status!: string;

  @Field(() => EdtfScalar, { nullable: true, description: 'The first due date it had. Never changes.' })
  originalDue!: string | null;

  @Field(() => EdtfScalar, { nullable: true })
  currentDue!: string | null;
}

@ObjectType({ description: 'A step an item is carried out by.' })
export class Action extends ActionStretch {
  @Field({ description: 'Its name within the item.' })
  action!: string;

  @Field(() => [Slip], { description: 'Every due date it had after the first, oldest first.' })
  slips!: readonly Slip[];

  @Field(() => [ActionStretch])
  history!: readonly ActionStretch[];
}

@ObjectType({ description: 'A value and what day, month or year it is of.' })
export class DatedValue {
  @Field({ description: 'A decimal as text. Nothing is rounded.' })
  value!: string;

  @Field(() => EdtfScalar, { nullable: true })
  on!: string | null;
}

@ObjectType({ description: 'A value of an indicator.' })
export class Measurement {
  @Field({ description: 'A decimal as text, as it was given.' })
  value!: string;

  @Field(() => EdtfScalar, { nullable: true, description: 'What it is of; null where unknown.' })
  measuredOn!: string | null;

  @Field(() => LangTextScalar, { nullable: true, description: 'Where it comes from.' })
  source!: LangText | null;

  @Field(() => PositionScalar)
  position!: number;

  @Field(() => EdtfScalar, { nullable: true })
  effective!: string | null;
}

@ObjectType({ description: 'A stretch in which an indicator was defined so.' })
export class IndicatorStretch extends Stretch {
  @Field(() => LangTextScalar)
  name!: LangText;

  @Field({ description: 'Stays as it is once the indicator was measured.' })
  unit!: string;

  @Field(() => DatedValue, { nullable: true })
  baseline!: DomainValue | null;

  @Field(() => DatedValue, { nullable: true })
  target!: DomainValue | null;
}

@ObjectType({ description: 'What an item is measured by.' })
export class Indicator extends IndicatorStretch {
  @Field({ description: 'Its name within the item.' })
  indicator!: string;

  @Field(() => [Measurement], { description: 'In the order of effect.' })
  measurements!: readonly Measurement[];

  @Field(() => [IndicatorStretch])
  history!: readonly IndicatorStretch[];
}

@ObjectType({ description: 'A stretch in which a piece of evidence was relied on, or not.' })
export class EvidenceStretch extends Stretch {
  @Field(() => EvidenceStatusEnum)
  status!: string;

  @Field(() => String, { nullable: true, description: 'Name of the piece that took its place.' })
  supersededBy!: string | null;
}

@ObjectType({ description: 'What shows that something was done. Never edited: withdrawn, or superseded.' })
export class EvidencePiece extends EvidenceStretch {
  @Field({ description: 'Its name within the item.' })
  evidence!: string;

  @Field(() => LangTextScalar)
  description!: LangText;

  @Field(() => CustodyEnum)
  custody!: string;

  @Field(() => String, { nullable: true, description: 'Who holds it, where it is not held here.' })
  custodian!: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the document, in hexadecimal.' })
  sha256!: string | null;

  @Field(() => HasherEnum, { nullable: true })
  hashedBy!: string | null;

  @Field(() => String, { nullable: true })
  uri!: string | null;

  @Field(() => EdtfScalar, { nullable: true, description: 'Date on the document.' })
  documentDate!: string | null;

  @Field(() => [EvidenceStretch])
  history!: readonly EvidenceStretch[];
}

@ObjectType({ description: 'What an organisation did to find out, and what it concluded.' })
export class Verification {
  @Field({ description: 'Its name within the item.' })
  verification!: string;

  @Field({ description: 'Reference of the organisation.' })
  verifiedBy!: string;

  @Field(() => LangTextScalar)
  method!: LangText;

  @Field(() => [LangTextScalar])
  sites!: readonly LangText[];

  @Field(() => EdtfScalar, { nullable: true })
  period!: string | null;

  @Field(() => [String], { description: 'Names of the pieces of evidence examined.' })
  examined!: readonly string[];

  @Field(() => LangTextScalar, { nullable: true })
  accessRefused!: LangText | null;

  @Field(() => AssessmentEnum)
  conclusion!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Label of the part it is about; null: the whole item.',
  })
  part!: string | null;

  @Field(() => Int, { description: 'Number of the text version it judged.' })
  textVersion!: number;

  @Field(() => LangTextScalar, { nullable: true })
  remarks!: LangText | null;

  @Field(() => PositionScalar)
  position!: number;

  @Field(() => EdtfScalar, { nullable: true })
  effective!: string | null;

  @Field(() => [IrregularityEnum], { description: 'What it breaks, seen from everything known.' })
  irregularities!: readonly string[];
}

@ObjectType({ description: 'A stretch in which the item, or a part of it, was assessed so.' })
export class AssessmentStretch extends Stretch {
  @Field(() => AssessmentEnum)
  assessment!: string;

  @Field(() => String, { nullable: true, description: 'Name of the verification that found so.' })
  verification!: string | null;

  @Field(() => String, { nullable: true })
  verifiedBy!: string | null;

  @Field(() => Int, { nullable: true, description: 'Number of the text version that was judged.' })
  textVersion!: number | null;
}

@ObjectType({
  description: 'How the item as a whole, or a part of it, is assessed by independent organisations.',
})
export class StandingAssessment extends AssessmentStretch {
  @Field(() => String, { nullable: true, description: 'Label of the part; null: the whole item.' })
  part!: string | null;

  @Field(() => [AssessmentStretch])
  history!: readonly AssessmentStretch[];
}
