import {
  type Axis,
  type CountBy,
  type ItemCount as Count,
  type SortedBy,
  axisCounts,
  countsBy,
  sortedCounts,
  sortedCountsBy,
} from '@masar/read-models';
import { Inject } from '@nestjs/common';
import {
  Args,
  Context,
  ArgsType,
  Field,
  Int,
  ObjectType,
  Query,
  Resolver,
  registerEnumType,
} from '@nestjs/graphql';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import { badInput } from '../platform/errors/api-error.js';
import { pageCost } from '../platform/limits/cost.js';
import { DayScalar } from '../schema/scalars.js';
import { AxisEnum } from './distribution.js';
import { type Request, ViewArgs, effectiveOnField, openView } from './view.js';

const SortedByEnum = Object.fromEntries(sortedCountsBy.map((by) => [by, by])) as { [B in SortedBy]: B };
const CountByEnum = {
  STATE: 'STATE',
  SOURCE_STATUS: 'SOURCE_STATUS',
  ATTRIBUTE: 'ATTRIBUTE',
  ...SortedByEnum,
  ...AxisEnum,
} as const;
registerEnumType(CountByEnum, { name: 'ItemCountBy', description: 'What items are counted by.' });

@ObjectType({
  description:
    'How many items on the register have a value; by RESPONSE, PROGRESS and ASSESSMENT, how many addressees or parts of theirs. By THEME, SCOPE and LEAD, an item counts once for each it has. The same filter lists the items: states, sourceStatuses, attributes, horizons, priorities, themes, scopes, leads (without for null), responses, progress (nothingReported for null) or assessments.',
})
export class ItemCount {
  @Field(() => String, { nullable: true, description: 'Null: items that have none.' })
  value!: string | null;

  @Field(() => Int)
  count!: number;

  @Field(() => Int, { description: 'Those that were so whatever an imprecise date means.' })
  certain!: number;

  @Field(() => Int, { description: 'Those that were, or may have been.' })
  possible!: number;
}

@ArgsType()
export class ItemCountsArgs extends ViewArgs {
  @Field()
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field(() => CountByEnum, { defaultValue: 'STATE' })
  @IsIn(Object.keys(CountByEnum))
  by!: keyof typeof CountByEnum;

  @Field({ nullable: true, description: 'Name of the attribute, with by: ATTRIBUTE.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  attribute?: string;

  @Field(() => DayScalar, effectiveOnField)
  @IsOptional()
  @IsString()
  effectiveOn?: string;
}

@Resolver()
export class ItemCountsResolver {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  @Query(() => [ItemCount], {
    description:
      'How many items of a programme are in each state, or have each source status, attribute, horizon, priority, theme, scope or lead; how many of their addressees respond or report so, or parts are assessed so. The most first.',
    complexity: pageCost(20),
  })
  async itemCounts(@Args() args: ItemCountsArgs, @Context() request: Request): Promise<Count[]> {
    const { programme, effectiveOn } = args;
    request.requireRead(programme);
    const view = await openView(request, this.backend, args);
    const { by } = args;
    if (isAxis(by)) {
      const counts = await axisCounts(view.at, { programme, axis: by, effectiveOn });
      return counts.toSorted((a, b) => b.count - a.count);
    }
    if (isSorted(by)) return sortedCounts(view.at, { programme, by, effectiveOn });
    return countsBy(view.at, { programme, by: countBy(by, args.attribute), effectiveOn });
  }
}

function isAxis(by: string): by is Axis {
  return Object.hasOwn(AxisEnum, by);
}

function isSorted(by: string): by is SortedBy {
  return Object.hasOwn(SortedByEnum, by);
}

function countBy(
  by: Exclude<keyof typeof CountByEnum, Axis | SortedBy>,
  attribute: string | undefined,
): CountBy {
  if (by !== 'ATTRIBUTE') return by;
  if (attribute === undefined)
    throw badInput([{ path: 'attribute', message: 'is needed with by: ATTRIBUTE' }]);
  return { attribute };
}
