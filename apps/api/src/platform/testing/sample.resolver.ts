import {
  Args,
  ArgsType,
  Context,
  Field,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsOptional, IsString, Length, ValidateNested } from 'class-validator';

import { Requires } from '../auth/requires.js';
import { ApiError } from '../errors/api-error.js';
import { FieldArgs } from '../graphql/field-args.js';
import { pageCost } from '../limits/cost.js';
import { PageArgs } from '../limits/page-args.js';
import type { RequestContext } from '../request-context.js';

/** A small schema in the shape of the real one, to try the platform's promises on. */
@ObjectType()
export class Thing {
  @Field()
  name!: string;
  @Field(() => Int)
  number!: number;
  @Field(() => Thing, { nullable: true })
  next!: Thing | null;
  @Field(() => [Thing])
  parts!: Thing[];
  @Field({ nullable: true })
  faulty!: string;
  @Field({ nullable: true })
  absent!: string;
}

@ArgsType()
class ThingsArgs extends PageArgs {
  @Field(() => Int, { nullable: true })
  @IsOptional()
  atLeast?: number;
}

@InputType()
class PartInput {
  @Field()
  @IsString()
  @Length(1, 10)
  reference!: string;
}

@InputType()
class RenameInput {
  @Field()
  @IsString()
  @Length(3, 20)
  name!: string;

  @Field(() => [PartInput], { nullable: true })
  @IsOptional()
  @Type(() => PartInput)
  @ValidateNested({ each: true })
  parts?: PartInput[];
}

function thing(number: number): Omit<Thing, 'next' | 'parts' | 'faulty' | 'absent'> {
  return { name: `thing ${number}`, number };
}

/** What a test waits on: the field `slow` answers when it is told to. */
export const gate = { opened: Promise.resolve(), entered: (): void => undefined };

@Resolver(() => Thing)
export class SampleResolver {
  @Query(() => [Thing], { complexity: pageCost(20) })
  async things(@Args() args: ThingsArgs, @Context() request: RequestContext): Promise<object[]> {
    await request.pinned();
    return Array.from({ length: args.first ?? 20 }, (_, index) => thing(index + 1));
  }

  @Query(() => String)
  async slow(): Promise<string> {
    gate.entered();
    await gate.opened;
    return 'done';
  }

  @Mutation(() => String)
  rename(@Args('input') input: RenameInput): string {
    return input.name;
  }

  @Mutation(() => String)
  @Requires('setup')
  found(): string {
    return 'founded';
  }

  @Subscription(() => Thing)
  thing(
    @Args('programme', { type: () => String, nullable: true }) _programme?: string,
    @Args('first', { type: () => Int, nullable: true }) _first?: number,
  ): never {
    throw new Error('subscriptions are followed, not executed here');
  }

  @ResolveField('next', () => Thing, { nullable: true })
  next(parent: Thing): object {
    return thing(parent.number + 1);
  }

  @ResolveField('parts', () => [Thing], { complexity: pageCost(10) })
  @FieldArgs(() => PageArgs)
  parts(parent: Thing, args: { first?: number }): object[] {
    return Array.from({ length: args.first ?? 10 }, (_, index) => thing(parent.number * 100 + index));
  }

  @ResolveField('faulty', () => String, { nullable: true })
  faulty(): string {
    throw new TypeError('secret-in-a-message: select name from people');
  }

  @ResolveField('absent', () => String, { nullable: true })
  absent(): string {
    throw new ApiError('NOT_FOUND', 'there is no such thing', { reference: 'X-1' });
  }
}
