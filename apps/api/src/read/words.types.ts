import { textChangeKinds, type LangText } from '@masar/domain';
import { diffUnits } from '@masar/read-models';
import { Field, Int, ObjectType } from '@nestjs/graphql';
import { WayToUndoEnum, words } from '../schema/enums.js';
import { EdtfScalar, LangTextScalar, PositionScalar } from '../schema/scalars.js';
import { Span } from './lasting.js';

const TextChangeEnum = words('TextChange', 'How a version of the text came to be.', textChangeKinds);
const WordChangeEnum = words('WordChange', 'What became of a run of words.', ['same', 'removed', 'added']);
const DiffUnitEnum = words(
  'DiffUnit',
  'What two texts were compared by. What is too long or too different for words is compared by sentences, or given whole.',
  diffUnits,
);

@ObjectType({ description: 'A lettered part of a recommendation.' })
export class Part {
  @Field()
  label!: string;

  @Field(() => LangTextScalar)
  text!: LangText;
}

@ObjectType({
  description: 'Days something held on: from fromEarliest, surely from fromLatest, until toEarliest.',
})
export class Days extends Span {}

@ObjectType({
  description: 'A version of title, text and parts: all its words, also where only some changed.',
})
export class TextVersion {
  @Field(() => Int, {
    description: 'In the order of recording: a number means the same version for ever, whatever is undone.',
  })
  number!: number;

  @Field(() => TextChangeEnum)
  change!: string;

  @Field(() => String, { nullable: true, description: 'translated: the language that was added.' })
  language!: string | null;

  @Field(() => LangTextScalar)
  title!: LangText;

  @Field(() => LangTextScalar, { nullable: true })
  text!: LangText | null;

  @Field(() => [Part])
  parts!: readonly Part[];

  @Field({ description: 'Type of the event that brought it.' })
  type!: string;

  @Field(() => PositionScalar)
  position!: number;

  @Field(() => String, { nullable: true, description: 'Id of the decision that amended.' })
  decision!: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the correction that was confirmed.' })
  correction!: string | null;

  @Field(() => EdtfScalar, { nullable: true, description: 'Null where unknown.' })
  decidedOn!: string | null;

  @Field(() => EdtfScalar, { nullable: true, description: 'Null where unknown.' })
  effective!: string | null;

  @Field(() => LangTextScalar, { nullable: true })
  reason!: LangText | null;

  @Field(() => WayToUndoEnum, {
    nullable: true,
    description: 'How what brought it was undone. It keeps its number and its words.',
  })
  undone!: string | null;

  @Field(() => PositionScalar, { nullable: true, description: 'The entry that undid it.' })
  undoneBy!: number | null;

  @Field(() => [Days], {
    description:
      'When it was in force; more than once where what replaced it was revoked, never where it was annulled.',
  })
  inForce!: readonly Days[];
}

@ObjectType({ description: 'Passages in two or more languages that do not say the same. None is preferred.' })
export class Discrepancy {
  @Field(() => PositionScalar)
  position!: number;

  @Field(() => LangTextScalar)
  passages!: LangText;

  @Field(() => String, { nullable: true, description: 'Label of the part they stand in.' })
  part!: string | null;

  @Field(() => LangTextScalar, { nullable: true })
  note!: LangText | null;

  @Field(() => Int, { description: 'Number of the version that was in force then.' })
  textVersion!: number;

  @Field(() => EdtfScalar, { nullable: true })
  decidedOn!: string | null;

  @Field(() => EdtfScalar, { nullable: true })
  effective!: string | null;
}

@ObjectType()
export class DiffRun {
  @Field(() => WordChangeEnum)
  change!: string;

  @Field({ description: 'With the white space between its words.' })
  text!: string;
}

@ObjectType({
  description:
    'How a text became another. Runs that are same or removed make the former, same or added the latter.',
})
export class WordDiff {
  @Field(() => DiffUnitEnum)
  unit!: string;

  @Field(() => [DiffRun])
  runs!: readonly DiffRun[];
}

@ObjectType()
export class PartDiff extends WordDiff {
  @Field()
  label!: string;

  @Field(() => WordChangeEnum, {
    description: 'Whether both versions have the part: same; or one: removed, added.',
  })
  part!: string;
}

@ObjectType({ description: 'What two versions say in one language, word by word.' })
export class TextDiff {
  @Field(() => WordDiff)
  title!: WordDiff;

  @Field(() => WordDiff)
  text!: WordDiff;

  @Field(() => [PartDiff])
  parts!: readonly PartDiff[];
}
