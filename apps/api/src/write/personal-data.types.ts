import { Field, ID, ObjectType, createUnionType } from '@nestjs/graphql';
import { Personal } from '../platform/personal.js';
import { InstantScalar, PositionScalar } from '../schema/scalars.js';
import { CommandRefused } from './command-result.js';
import { CommandWarning } from './free-text.js';

@ObjectType({ description: 'A name behind an opaque id.' })
export class NamedPerson {
  @Field(() => ID)
  subject!: string;

  @Personal()
  @Field(() => String, {
    nullable: true,
    description: 'Null where the person was erased, or the key is lost.',
  })
  name!: string | null;
}

@ObjectType({ description: 'What was asked for; that it was asked for stands in the log.' })
export class PersonalData {
  @Field(() => PositionScalar, { description: 'Of the event that records the reading.' })
  position!: number;

  @Field(() => InstantScalar)
  recordedAt!: string;

  @Personal()
  @Field(() => [NamedPerson], { description: 'In the order asked.' })
  people!: readonly NamedPerson[];

  @Field(() => [CommandWarning], { description: 'Of the purpose, which is free text. The same on a retry.' })
  warnings!: readonly CommandWarning[];
}

@ObjectType({ description: 'Whose name it is; that it was asked for stands in the log.' })
export class FoundPerson {
  @Field(() => PositionScalar, { description: 'Of the event that records the search.' })
  position!: number;

  @Field(() => InstantScalar)
  recordedAt!: string;

  @Personal()
  @Field(() => ID, {
    nullable: true,
    description: 'Null where the programme has nobody by exactly this name.',
  })
  subject!: string | null;

  @Field(() => [CommandWarning], { description: 'Of the purpose, which is free text. The same on a retry.' })
  warnings!: readonly CommandWarning[];
}

export const PersonalDataResult = createUnionType({
  name: 'PersonalDataResult',
  types: () => [PersonalData, CommandRefused] as const,
});

export const FindPersonResult = createUnionType({
  name: 'FindPersonResult',
  types: () => [FoundPerson, CommandRefused] as const,
});
