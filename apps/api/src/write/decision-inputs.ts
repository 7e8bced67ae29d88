import type { LangText } from '@masar/domain';
import { Field, InputType, Int } from '@nestjs/graphql';
import { IsEnum, IsInt, IsObject, IsOptional, IsString, Length, Min } from 'class-validator';
import { PositionKindEnum } from '../schema/enums.js';
import { LangTextScalar } from '../schema/scalars.js';

@InputType({ description: 'Votes counted. They need not add up to the delegations known.' })
export class VotesInput {
  @Field(() => Int)
  @IsInt()
  @Min(0)
  for!: number;

  @Field(() => Int)
  @IsInt()
  @Min(0)
  against!: number;

  @Field(() => Int)
  @IsInt()
  @Min(0)
  abstained!: number;
}

@InputType({ description: 'How many were present, and how many the rules ask for.' })
export class QuorumInput {
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  required?: number;

  @Field(() => Int)
  @IsInt()
  @Min(0)
  present!: number;
}

@InputType({ description: 'Where a delegation stood. A reservation or a dissent is given in its words.' })
export class DelegationPositionInput {
  @Field({ description: 'Reference of its organisation, as registered.' })
  @IsString()
  @Length(1, 200)
  delegation!: string;

  @Field(() => PositionKindEnum)
  @IsEnum(PositionKindEnum)
  position!: keyof typeof PositionKindEnum;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  text?: LangText;
}
