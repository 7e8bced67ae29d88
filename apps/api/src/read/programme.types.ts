import type { Article as DomainArticle, LangText } from '@masar/domain';
import type { Camel, PartRow, ProgrammeRow, programmes } from '@masar/read-models';
import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import {
  BodyKindEnum,
  CompetenceEnum,
  InstrumentKindEnum,
  InstrumentStatusEnum,
  VocabularyEnum,
} from '../schema/enums.js';
import { DayScalar, InstantScalar, LangTextScalar, PositionScalar } from '../schema/scalars.js';
import type { DocumentPlace } from './folded.js';
import { Lasting } from './lasting.js';

/** Where the rows below a programme are read. */
export type ProgrammePlace = DocumentPlace<(typeof programmes)['tables']>;
export type ProgrammeParent = Camel<ProgrammeRow> & ProgrammePlace;
/** A part of a programme with where it was read. */
export type PartParent = Camel<PartRow> & { readonly place: ProgrammePlace };

@ObjectType({ description: 'Something a programme names: a theme.' })
export class Named {
  @Field()
  reference!: string;

  @Field(() => LangTextScalar)
  name!: LangText;

  @Field({ description: 'Made-up data.' })
  illustrative!: boolean;
}

@ObjectType({ description: 'An article of a version of an instrument.' })
export class Article implements DomainArticle {
  @Field({ description: 'As the instrument numbers it.' })
  article!: string;

  @Field(() => LangTextScalar, { nullable: true })
  heading?: LangText;
}

@ObjectType({ description: 'A version of an instrument; another status of its own makes another entry.' })
export class InstrumentVersion extends Lasting {
  @Field()
  version!: string;

  @Field(() => Int, { description: 'Its place among the versions in the order of effect, from 1.' })
  ordinal!: number;

  @Field(() => LangTextScalar, { nullable: true })
  title!: LangText | null;

  @Field(() => String, { nullable: true })
  uri!: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of what was read there.' })
  sha256!: string | null;

  @Field(() => [Article], { description: 'Empty where they were not listed.' })
  articles!: readonly Article[];

  @Field(() => InstrumentStatusEnum, {
    nullable: true,
    description: 'Its own status; null where one was said of the instrument only.',
  })
  status!: string | null;
}

@ObjectType({ description: 'A stretch in which an instrument had one status.' })
export class InstrumentStretch extends Lasting {
  @Field(() => InstrumentStatusEnum)
  status!: string;

  @Field(() => LangTextScalar, { nullable: true })
  reason!: LangText | null;
}

@ObjectType({ description: 'A law, strategy or plan the programme rests on.' })
export class Instrument extends Named {
  @Field(() => InstrumentKindEnum)
  instrumentKind!: string;

  @Field(() => InstrumentStatusEnum, { description: 'On the day of effectiveOn, where one is asked for.' })
  status!: string;
}

@ObjectType({ description: 'A stretch in which an organisation had one name and one place.' })
export class OrganisationStretch extends Lasting {
  @Field(() => LangTextScalar)
  name!: LangText;

  @Field(() => String, { nullable: true })
  parent!: string | null;

  @Field()
  dissolved!: boolean;

  @Field(() => String, { nullable: true })
  mergedInto!: string | null;

  @Field(() => LangTextScalar, { nullable: true })
  reason!: LangText | null;
}

@ObjectType({
  description:
    'An organisation that leads, supports, verifies or is addressed, as it was on the day of effectiveOn.',
})
export class Organisation extends Named {
  @Field(() => String, { nullable: true, description: 'Reference of the organisation it is part of.' })
  parent!: string | null;

  @Field({ description: 'It stands no more: it was dissolved, or merged into another.' })
  dissolved!: boolean;

  @Field(() => String, { nullable: true, description: 'Reference of the organisation it became part of.' })
  mergedInto!: string | null;
}

@ObjectType({ description: 'A stay on a governed list, with where it is said.' })
export class ScopeMember extends Lasting {
  @Field({ description: 'Reference of the scope that is on the list.' })
  scope!: string;

  @Field(() => LangTextScalar, { description: 'Where it is said that it joined.' })
  source!: LangText;

  @Field(() => LangTextScalar, { nullable: true, description: 'Where it is said that it left.' })
  leftSource!: LangText | null;
}

@ObjectType({ description: 'A place, an area below it, or a governed list of places.' })
export class Scope extends Named {
  @Field(() => String, { nullable: true, description: 'ISO 3166-2 code, or that of a country.' })
  code!: string | null;

  @Field(() => String, { nullable: true, description: 'Reference of the scope it lies in.' })
  within!: string | null;

  @Field({ description: 'A list whose members are dated, each with its source.' })
  governed!: boolean;
}

@ObjectType({ description: 'A stretch in which a body might do one thing.' })
export class BodyStretch extends Lasting {
  @Field(() => CompetenceEnum)
  competence!: string;

  @Field(() => LangTextScalar, { nullable: true })
  mandate!: LangText | null;

  @Field()
  dissolved!: boolean;

  @Field(() => LangTextScalar, { nullable: true })
  reason!: LangText | null;
}

@ObjectType({ description: 'A body that decides, and what it may do, on the day of effectiveOn.' })
export class Body extends Named {
  @Field(() => BodyKindEnum)
  kind!: string;

  @Field(() => CompetenceEnum)
  competence!: string;

  @Field(() => LangTextScalar, { nullable: true })
  mandate!: LangText | null;

  @Field()
  dissolved!: boolean;

  @Field(() => Int)
  revision!: number;
}

@ObjectType({ description: 'A recording deadline, and how long it was the rule.' })
export class RecordingDeadline extends Lasting {
  @Field(() => Int, { nullable: true, description: 'Days from a decision to its recording; null: none.' })
  days!: number | null;
}

@ObjectType({ description: 'A term of a closed list, and what the programme calls it.' })
export class VocabularyTerm {
  @Field({ description: 'As answers spell it.' })
  term!: string;

  @Field(() => LangTextScalar, {
    nullable: true,
    description: 'Null where the programme has no name for it.',
  })
  name!: LangText | null;
}

@ObjectType({ description: 'A closed list of words, with what the programme calls them.' })
export class VocabularyTerms {
  @Field(() => VocabularyEnum)
  vocabulary!: string;

  @Field(() => [VocabularyTerm])
  terms!: readonly VocabularyTerm[];
}

@ObjectType({ description: 'A reform programme: what it rests on, who decides, what it is about.' })
export class Programme {
  @Field()
  reference!: string;

  @Field(() => LangTextScalar)
  name!: LangText;

  @Field(() => LangTextScalar, { nullable: true })
  description!: LangText | null;

  @Field()
  illustrative!: boolean;

  @Field(() => Int)
  revision!: number;

  @Field(() => PositionScalar)
  lastPosition!: number;

  @Field(() => InstantScalar)
  lastRecordedAt!: string;
}

@ArgsType()
export class PartArgs {
  @Field(() => [String], { nullable: true, description: 'Only these, by reference.' })
  references?: readonly string[] | null;
}

@ArgsType()
export class OnDayArgs {
  @Field(() => DayScalar, {
    nullable: true,
    description: 'The day asked for; left out: that of effectiveOn, or after everything known.',
  })
  on?: string | null;
}

@ArgsType()
export class VocabularyArgs {
  @Field(() => VocabularyEnum, { nullable: true, description: 'Only this one.' })
  vocabulary?: keyof typeof VocabularyEnum | null;
}
