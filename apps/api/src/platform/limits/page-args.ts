import { ArgsType, Field, Int } from '@nestjs/graphql';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';

import { LARGEST_PAGE } from './limits.js';

/** The arguments of a connection: forwards, by keyset. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: `How many at most: 0 to ${LARGEST_PAGE}.` })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LARGEST_PAGE)
  first?: number;

  @Field({ nullable: true, description: 'The cursor to go on after.' })
  @IsOptional()
  @IsString()
  @Length(1, 1_000)
  after?: string;
}
