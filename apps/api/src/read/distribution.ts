import {
  type Axis,
  type AxisCount,
  type AxisCounted,
  axisCounts,
  axisCountsIn,
  itemsByKey,
  type ItemRow,
  type Keyed,
  standingOf,
  whoseValue,
} from '@masar/read-models';
import { Inject } from '@nestjs/common';
import {
  Args,
  ArgsType,
  Context,
  Field,
  Int,
  ObjectType,
  Query,
  ResolveField,
  Resolver,
  registerEnumType,
} from '@nestjs/graphql';
import { ArrayMaxSize, IsIn, IsOptional, IsString, Length } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import { FieldArgs } from '../platform/graphql/field-args.js';
import { pageCost } from '../platform/limits/cost.js';
import { DayScalar } from '../schema/scalars.js';
import { axisRowsOf } from './axis-rows.js';
import { rowsByKey } from './batch.js';
import { itemParent } from './item.resolver.js';
import { type ItemParent, ReformItem } from './item.types.js';
import { type Request, type View, ViewArgs, effectiveOnField, openView } from './view.js';

export const AxisEnum = { RESPONSE: 'RESPONSE', PROGRESS: 'PROGRESS', ASSESSMENT: 'ASSESSMENT' } as const;
registerEnumType(AxisEnum, {
  name: 'Axis',
  description:
    'What stands beside the lifecycle of items: how addressees respond and report, how parts are assessed.',
});

/** How many of the least advanced are named where a query does not say. */
const usuallyNamed = 10;

@ObjectType({ description: 'How many addressees, or parts, have a value.' })
export class DistributionCount implements AxisCount {
  @Field(() => String, { nullable: true, description: 'Null: an addressee that has reported nothing.' })
  value!: string | null;

  @Field(() => Int)
  count!: number;

  @Field(() => Int, { description: 'Those that stood so whatever an imprecise date means.' })
  certain!: number;

  @Field(() => Int, { description: 'Those that stood so, or may have.' })
  possible!: number;
}

@ObjectType({ description: 'One that is furthest behind.' })
export class FurthestBehind {
  @Field(() => ReformItem, { nullable: true })
  item!: unknown;

  @Field(() => String, { nullable: true, description: 'The addressee.' })
  organisation!: string | null;

  @Field(() => String, { nullable: true, description: 'Label of the part; null for the whole of an item.' })
  part!: string | null;
}

@ObjectType({ description: 'The value furthest behind, and whose it is.' })
export class LeastAdvanced {
  @Field(() => String, { nullable: true, description: 'Null: nothing was reported.' })
  value!: string | null;

  @Field(() => Int, { description: 'How many have it.' })
  count!: number;

  @Field(() => [FurthestBehind])
  named!: readonly FurthestBehind[];
}

/** A distribution over one item, or over those of a programme. */
export interface DistributionParent {
  readonly axis: Axis;
  readonly counts: readonly AxisCount[];
  /** Those with a value, at most so many. */
  readonly whose: (value: string | null, first: number, request: Request) => Promise<FurthestBehind[]>;
}

@ObjectType({ description: 'How several stand, as counts. Never a mean: half done by one is not half done.' })
export class Distribution {
  @Field(() => [DistributionCount], { description: 'Those that occur, from the least advanced on.' })
  counts!: readonly DistributionCount[];
}

@ArgsType()
class LeastAdvancedArgs {
  @Field(() => Int, { nullable: true, description: 'Name at most so many.' })
  first?: number | null;
}

@ArgsType()
export class DistributionArgs extends ViewArgs {
  @Field()
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field(() => AxisEnum)
  @IsIn(Object.keys(AxisEnum))
  of!: Axis;

  @Field(() => [String], { nullable: true, description: 'Only items of any of these themes.' })
  @IsOptional()
  @IsString({ each: true })
  @ArrayMaxSize(100)
  themes?: string[];

  @Field(() => [String], { nullable: true, description: 'Only items led by any of these organisations.' })
  @IsOptional()
  @IsString({ each: true })
  @ArrayMaxSize(100)
  leads?: string[];

  @Field(() => DayScalar, effectiveOnField)
  @IsOptional()
  @IsString()
  effectiveOn?: string;
}

@Resolver(() => Distribution)
export class DistributionResolver {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  @Query(() => Distribution, {
    description:
      'How the addressees of the items of a programme, a theme or a lead respond and report, or how their parts are assessed.',
    complexity: pageCost(usuallyNamed),
  })
  async distribution(
    @Args() args: DistributionArgs,
    @Context() request: Request,
  ): Promise<DistributionParent> {
    const { programme, of: axis, themes, leads, effectiveOn } = args;
    request.requireRead(programme);
    const view = await openView(request, this.backend, args);
    const counted: AxisCounted = { programme, axis, themes, leads, effectiveOn };
    return {
      axis,
      counts: await axisCounts(view.at, counted),
      whose: async (value, first) => {
        const found = await whoseValue(view.at, counted, value, first);
        return Promise.all(
          found.map(async ({ key, of }) => named(axis, of, await itemOfKey(key, view, request))),
        );
      },
    };
  }

  @ResolveField('leastAdvanced', () => LeastAdvanced, {
    nullable: true,
    description: 'Who is furthest behind; null where there is nobody.',
    complexity: pageCost(usuallyNamed),
  })
  @FieldArgs(() => LeastAdvancedArgs)
  async leastAdvanced(
    { counts, whose }: DistributionParent,
    { first }: LeastAdvancedArgs,
    request: Request,
  ): Promise<LeastAdvanced | null> {
    const least = counts.find(({ count }) => count > 0);
    if (!least) return null;
    const { value, count } = least;
    return { value, count, named: await whose(value, first ?? usuallyNamed, request) };
  }
}

@Resolver(() => ReformItem)
export class ItemDistributionsResolver {
  @ResolveField('responses', () => Distribution, { description: 'How its addressees respond.' })
  async responses(item: ItemParent, _args: object, request: Request): Promise<DistributionParent> {
    return ofItem('RESPONSE', item, await axisRowsOf(item, request, 'addressee'));
  }

  @ResolveField('progress', () => Distribution, { description: 'How far its addressees say they have come.' })
  async progress(item: ItemParent, _args: object, request: Request): Promise<DistributionParent> {
    return ofItem('PROGRESS', item, await axisRowsOf(item, request, 'addressee'));
  }

  @ResolveField('assessment', () => Distribution, {
    description: 'How its parts are assessed; where it has none, the whole.',
  })
  async assessment(item: ItemParent, _args: object, request: Request): Promise<DistributionParent> {
    return ofItem('ASSESSMENT', item, await axisRowsOf(item, request, 'assessment'));
  }
}

type Rows = Parameters<typeof axisCountsIn>[1][number] & {
  readonly organisation?: string;
  readonly part?: string | null;
};

function ofItem(axis: Axis, item: ItemParent, rows: readonly Rows[]): DistributionParent {
  const day = item.view?.effectiveOn;
  return {
    axis,
    counts: axisCountsIn(axis, rows, day),
    whose: async (value, first) =>
      standingOf(rows, day)
        .filter((row) => row.counted !== false && valueOf(axis, row) === value)
        .slice(0, first)
        .map(({ organisation, part }) => named(axis, organisation ?? part ?? null, item)),
  };
}

function valueOf(axis: Axis, { response, progress, assessment }: Rows): string | null {
  return { RESPONSE: response, PROGRESS: progress, ASSESSMENT: assessment }[axis] ?? null;
}

function named(axis: Axis, of: string | null, item: ItemParent | undefined): FurthestBehind {
  const organisation = axis === 'ASSESSMENT' ? null : of;
  return { item, organisation, part: axis === 'ASSESSMENT' ? of : null };
}

async function itemOfKey(key: string, view: View, request: Request): Promise<ItemParent | undefined> {
  const [row] = await rowsByKey<Keyed<ItemRow>>(request, 'items', view.at, key, itemsByKey);
  return row && itemParent(row, view);
}
