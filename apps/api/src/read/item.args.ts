import { itemOrders, sortings } from '@masar/read-models';
import { ArgsType, Field, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsBoolean,
  IsEnum,
  IsIn,
  IsOptional,
  IsString,
  Length,
  ValidateNested,
} from 'class-validator';
import {
  AssessmentEnum,
  HorizonEnum,
  IrregularityEnum,
  LifecycleStateEnum,
  PriorityEnum,
  ProgressLevelEnum,
  ResponseEnum,
  words,
} from '../schema/enums.js';
import { DayScalar } from '../schema/scalars.js';
import { ProvisionGiven } from '../schema/provision-given.js';
import { PagedViewArgs, ViewArgs, effectiveOnField } from './view.js';

const names = Object.keys(itemOrders) as (keyof typeof itemOrders)[];
const ItemOrderEnum = Object.fromEntries(names.map((name) => [name, name]));
const SortingEnum = words('Sorting', 'What an item can have none of.', sortings);
registerEnumType(ItemOrderEnum, { name: 'ItemOrder', description: 'What items are listed by.' });

const computedFilter =
  'As the field of the item: on the day of effectiveOn, or else on the day the last event up to the position of the answer was recorded.';

@InputType({ description: 'Items with one of these values of an attribute.' })
export class AttributeFilter {
  @Field()
  @IsString()
  @Length(1, 200)
  name!: string;

  @Field(() => [String])
  @IsString({ each: true })
  @ArrayMaxSize(100)
  values!: string[];
}

@InputType({ description: 'A provision of an instrument. Without an article or a version: any.' })
export class ProvisionFilterInput extends ProvisionGiven {}

@InputType({ description: 'All that is given must hold; of a list, any.' })
export class ItemFilterInput {
  @Field(() => [LifecycleStateEnum], { nullable: true })
  @IsOptional()
  @IsEnum(LifecycleStateEnum, { each: true })
  @ArrayMaxSize(30)
  states?: string[];

  @Field(() => [String], { nullable: true })
  @IsOptional()
  @IsString({ each: true })
  @ArrayMaxSize(100)
  sourceStatuses?: string[];

  @Field({
    nullable: true,
    description: 'Found in a reference, the title or the text, whatever the letter forms and digits.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  search?: string;

  @Field(() => [AttributeFilter], { nullable: true })
  @IsOptional()
  @Type(() => AttributeFilter)
  @ValidateNested({ each: true })
  @ArrayMaxSize(10)
  attributes?: AttributeFilter[];

  @Field(() => [IrregularityEnum], { nullable: true })
  @IsOptional()
  @IsEnum(IrregularityEnum, { each: true })
  @ArrayMaxSize(30)
  irregularities?: string[];

  @Field(() => [String], { nullable: true, description: 'References of themes.' })
  @IsOptional()
  @IsString({ each: true })
  @ArrayMaxSize(100)
  themes?: string[];

  @Field(() => [HorizonEnum], { nullable: true, description: 'Needed by then.' })
  @IsOptional()
  @IsEnum(HorizonEnum, { each: true })
  @ArrayMaxSize(30)
  horizons?: string[];

  @Field(() => [PriorityEnum], { nullable: true, description: 'Of this priority.' })
  @IsOptional()
  @IsEnum(PriorityEnum, { each: true })
  @ArrayMaxSize(30)
  priorities?: string[];

  @Field(() => [String], { nullable: true, description: 'References of scopes.' })
  @IsOptional()
  @IsString({ each: true })
  @ArrayMaxSize(100)
  scopes?: string[];

  @Field(() => [ProvisionFilterInput], { nullable: true, description: 'Resting on or speaking of it.' })
  @IsOptional()
  @Type(() => ProvisionFilterInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(50)
  provisions?: ProvisionFilterInput[];

  @Field(() => [ProvisionFilterInput], { nullable: true, description: 'Waiting for it to be in force.' })
  @IsOptional()
  @Type(() => ProvisionFilterInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(50)
  requiresEnactmentOf?: ProvisionFilterInput[];

  @Field(() => [String], { nullable: true, description: 'References of organisations that lead.' })
  @IsOptional()
  @IsString({ each: true })
  @ArrayMaxSize(100)
  leads?: string[];

  @Field(() => [String], { nullable: true, description: 'References of organisations that support.' })
  @IsOptional()
  @IsString({ each: true })
  @ArrayMaxSize(100)
  supporting?: string[];

  @Field(() => [String], { nullable: true, description: 'References of organisations that take part.' })
  @IsOptional()
  @IsString({ each: true })
  @ArrayMaxSize(100)
  partners?: string[];

  @Field(() => [String], { nullable: true, description: 'References of organisations that fund.' })
  @IsOptional()
  @IsString({ each: true })
  @ArrayMaxSize(100)
  funders?: string[];

  @Field(() => DayScalar, {
    nullable: true,
    description: 'Every day its due date may mean lies before this one.',
  })
  @IsOptional()
  @IsString()
  dueBefore?: string;

  @Field(() => DayScalar, {
    nullable: true,
    description: 'On that day it had not ended, and every day its due date may mean was over.',
  })
  @IsOptional()
  @IsString()
  overdueOn?: string;

  @Field(() => [SortingEnum], {
    nullable: true,
    description: 'Has none of each of these: the items a count names null.',
  })
  @IsOptional()
  @IsEnum(SortingEnum, { each: true })
  @ArrayMaxSize(30)
  without?: (keyof typeof SortingEnum)[];

  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  workshop?: string;

  @Field(() => [ResponseEnum], { nullable: true, description: 'With an addressee that responds so.' })
  @IsOptional()
  @IsEnum(ResponseEnum, { each: true })
  @ArrayMaxSize(30)
  responses?: string[];

  @Field(() => [ProgressLevelEnum], { nullable: true, description: 'With an addressee that reports so.' })
  @IsOptional()
  @IsEnum(ProgressLevelEnum, { each: true })
  @ArrayMaxSize(30)
  progress?: string[];

  @Field({
    nullable: true,
    description: 'True: with an addressee that has reported nothing. False: without.',
  })
  @IsOptional()
  @IsBoolean()
  nothingReported?: boolean;

  @Field(() => [AssessmentEnum], {
    nullable: true,
    description: 'With a part that is assessed so; without parts, the whole.',
  })
  @IsOptional()
  @IsEnum(AssessmentEnum, { each: true })
  @ArrayMaxSize(30)
  assessments?: string[];

  @Field({ nullable: true, description: computedFilter })
  @IsOptional()
  @IsBoolean()
  overdue?: boolean;

  @Field({ nullable: true, description: computedFilter })
  @IsOptional()
  @IsBoolean()
  reportedDoneNotVerified?: boolean;

  @Field({ nullable: true, description: computedFilter })
  @IsOptional()
  @IsBoolean()
  blocked?: boolean;

  @Field({ nullable: true, description: 'True: what was taken off its register. Left out: what is on it.' })
  @IsOptional()
  @IsBoolean()
  removed?: boolean;
}

@ArgsType()
export class ItemArgs extends ViewArgs {
  @Field()
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Any reference the item goes or went by.' })
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field(() => DayScalar, effectiveOnField)
  @IsOptional()
  @IsString()
  effectiveOn?: string;
}

@ArgsType()
export class ItemsArgs extends PagedViewArgs {
  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  programme?: string;

  @Field(() => ItemFilterInput, { nullable: true })
  @IsOptional()
  @Type(() => ItemFilterInput)
  @ValidateNested()
  filter?: ItemFilterInput;

  @Field(() => DayScalar, {
    ...effectiveOnField,
    description: 'States are those of that day, as known; so are the filters on them.',
  })
  @IsOptional()
  @IsString()
  effectiveOn?: string;

  @Field(() => ItemOrderEnum, { defaultValue: 'REFERENCE' })
  @IsIn(names)
  orderBy!: string;

  @Field({ defaultValue: false })
  @IsBoolean()
  descending!: boolean;
}

@ArgsType()
export class JourneyArgs {
  @Field(() => Int, { nullable: true, description: 'At most this many entries, from the first.' })
  first?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Together with the entries of what it follows from, before its own, and of what follows from it, after. Each says its item.',
  })
  through?: boolean | null;
}

@ArgsType()
export class DayArgs {
  @Field(() => DayScalar)
  day!: string;
}
