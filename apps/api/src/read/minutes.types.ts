import type { LangText } from '@masar/domain';
import type { Camel, MinutesRow, workshops } from '@masar/read-models';
import { Field, Int, ObjectType } from '@nestjs/graphql';
import { HasherEnum, IrregularityEnum, MinutesStateEnum } from '../schema/enums.js';
import { EdtfScalar, InstantScalar, LangTextScalar, PositionScalar } from '../schema/scalars.js';
import type { DocumentPlace } from './folded.js';

/** Where the rows below a workshop are read; its minutes are below it too. */
export type WorkshopPlace = DocumentPlace<(typeof workshops)['tables']>;
export type MinutesParent = Camel<MinutesRow> & { readonly place: WorkshopPlace };

@ObjectType({
  description: 'The minutes in one language: their words, or the digest of the document that has them.',
})
export class MinutesVersion {
  @Field({ description: 'Language tag: en, ar, ckb.' })
  language!: string;

  @Field(() => String, { nullable: true, description: 'Null where only a digest was recorded.' })
  text!: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the document, hexadecimal.' })
  sha256!: string | null;

  @Field(() => HasherEnum, { nullable: true, description: 'Who worked the digest out.' })
  hashedBy!: string | null;

  @Field(() => String, { nullable: true, description: 'Where the document is kept.' })
  uri!: string | null;

  @Field({ description: 'False where a later draft in that language took its place.' })
  current!: boolean;

  @Field(() => EdtfScalar, { nullable: true })
  effective!: string | null;

  @Field(() => PositionScalar)
  position!: number;
}

@ObjectType({ description: 'The draft was sent round.' })
export class MinutesCirculation {
  @Field(() => [String], { nullable: true, description: 'References of organisations; null: not known.' })
  recipients!: readonly string[] | null;

  @Field(() => EdtfScalar, { nullable: true })
  effective!: string | null;

  @Field(() => PositionScalar)
  position!: number;
}

@ObjectType({ description: 'Who approved minutes, and in which session. Null: not known.' })
export class MinutesApproval {
  @Field(() => String, { nullable: true, description: 'Reference of the body.' })
  body!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Reference of the workshop whose session approved them.',
  })
  inWorkshop!: string | null;

  @Field(() => String, { nullable: true, description: 'Reference of that session.' })
  inSession!: string | null;

  @Field(() => EdtfScalar, { nullable: true })
  effective!: string | null;

  @Field(() => PositionScalar)
  position!: number;
}

@ObjectType({ description: 'What was wrong in approved minutes, and what is right.' })
export class MinutesCorrigendum {
  @Field({ description: 'As it is cited.' })
  number!: string;

  @Field(() => LangTextScalar)
  text!: LangText;

  @Field(() => [String], { description: 'Numbers of the points of the agenda it concerns.' })
  points!: readonly string[];

  @Field(() => EdtfScalar, { nullable: true })
  effective!: string | null;

  @Field(() => PositionScalar)
  position!: number;
}

@ObjectType({ description: 'Passages of the minutes that disagree, by language. None is preferred.' })
export class MinutesDiscrepancy {
  @Field(() => LangTextScalar)
  passages!: LangText;

  @Field(() => LangTextScalar, { nullable: true })
  note!: LangText | null;

  @Field(() => EdtfScalar, { nullable: true })
  effective!: string | null;

  @Field(() => PositionScalar)
  position!: number;
}

@ObjectType({
  description: 'The minutes of a workshop: a draft, circulated, approved. Approved ones stay as they are.',
})
export class Minutes {
  @Field()
  programme!: string;

  @Field({ description: 'Reference of the workshop they are of.' })
  workshop!: string;

  @Field(() => MinutesStateEnum)
  state!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'References of the sessions they are of; null: of the whole workshop.',
  })
  sessions!: readonly string[] | null;

  @Field(() => [IrregularityEnum], { description: 'SKIPPED_STATES: approved with no circulation recorded.' })
  irregularities!: readonly string[];

  @Field({ description: 'Made-up data.' })
  illustrative!: boolean;

  @Field(() => Int)
  revision!: number;

  @Field(() => PositionScalar)
  lastPosition!: number;

  @Field(() => InstantScalar)
  lastRecordedAt!: string;
}
