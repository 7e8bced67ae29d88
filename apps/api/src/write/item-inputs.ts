import type { LangText } from '@masar/domain';
import { Field, InputType } from '@nestjs/graphql';
import { ArrayMaxSize, IsObject, IsOptional, IsString, Length } from 'class-validator';
import { DayScalar, LangTextScalar } from '../schema/scalars.js';
import { ProvisionGiven } from '../schema/provision-given.js';

/** Characters of one text in one language, where it is given by itself. */
export const longestText = 100_000;

@InputType({ description: 'A lettered part of a recommendation.' })
export class PartInput {
  @Field({ description: 'a, b, c, …: unique within the text.' })
  @IsString()
  @Length(1, 20)
  label!: string;

  @Field(() => LangTextScalar)
  @IsObject()
  text!: LangText;
}

@InputType({ description: 'Organisations by the part they play, each by reference.' })
export class AssignmentInput {
  @Field(() => [String], { description: 'One lead, or several co-leads.' })
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(20)
  leads!: string[];

  @Field(() => [String], { nullable: true })
  @IsOptional()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(50)
  supporting?: string[];

  @Field(() => [String], { nullable: true })
  @IsOptional()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(50)
  partners?: string[];

  @Field(() => [String], { nullable: true })
  @IsOptional()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(50)
  funders?: string[];
}

@InputType({ description: 'A place, or a governed list of places.' })
export class ScopeUseInput {
  @Field({ description: 'Reference of the scope in its programme.' })
  @IsString()
  @Length(1, 200)
  scope!: string;

  @Field(() => DayScalar, {
    nullable: true,
    description:
      'The day whose membership counts for ever. Left out: the item follows the list as it changes.',
  })
  @IsOptional()
  @IsString()
  frozenOn?: string;
}

@InputType({ description: 'A provision of an instrument of the programme.' })
export class ProvisionInput extends ProvisionGiven {}
