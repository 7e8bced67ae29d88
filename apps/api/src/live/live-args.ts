import { eventCatalogue, lifecycleStates } from '@masar/domain';
import { ArgsType, Field, ID, Int } from '@nestjs/graphql';
import { ArrayMaxSize, ArrayMinSize, IsIn, IsInt, IsOptional, IsString, Length, Min } from 'class-validator';
import { LifecycleStateEnum } from '../schema/enums.js';
import { PositionScalar } from '../schema/scalars.js';

const eventTypes = Object.keys(eventCatalogue);

/** Where a subscription begins. */
@ArgsType()
export class StartArgs {
  @Field(() => PositionScalar, {
    nullable: true,
    description: 'After this position: the `covers.upTo` of the last message. Left out: from now on.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  after?: number;

  @Field(() => ID, { nullable: true, description: 'The log `after` is of; LOG_REWOUND where it is another.' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  logId?: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The epoch `after` is of; LOG_REWOUND where the log was restored since.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  epoch?: number;
}

@ArgsType()
export class LiveArgs extends StartArgs {
  @Field({ nullable: true, description: 'Only of this programme. Left out: of all one may read.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  programme?: string;

  @Field({ nullable: true, description: 'Only about the item that goes by this reference, or went by it.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  item?: string;

  @Field({
    nullable: true,
    description:
      'Only of this workshop, or about items that came up for it. All filters mean: as of the event.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  workshop?: string;

  @Field({ nullable: true, description: 'Only about items of this theme.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  theme?: string;

  @Field({ nullable: true, description: 'Only about items this organisation leads.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  lead?: string;

  @Field(() => [String], { nullable: true, description: 'Only events of these types.' })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(eventTypes.length)
  @IsIn(eventTypes, { each: true, message: 'each value in types must be a type of event of docs/events.md' })
  types?: string[];

  @Field(() => [LifecycleStateEnum], {
    nullable: true,
    description: 'Only events by which an item came to one of these states.',
  })
  @IsOptional()
  @ArrayMinSize(1)
  @IsIn(lifecycleStates, { each: true })
  reaches?: string[];
}

@ArgsType()
export class SummaryArgs extends StartArgs {
  @Field()
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ nullable: true, description: 'Only items of this theme.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  theme?: string;

  @Field({ nullable: true, description: 'Only items this organisation leads.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  lead?: string;

  @Field({ nullable: true, description: 'Only items that came up for this workshop.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  workshop?: string;
}
