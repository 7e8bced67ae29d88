import { itemStream } from '@masar/domain';
import { findItem, foldItem, camelRow } from '@masar/read-models';
import { Inject } from '@nestjs/common';
import { Args, ArgsType, Context, Field, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { IsInt, IsOptional, IsString, Length, Min } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import { ApiError } from '../platform/errors/api-error.js';
import { pageCost } from '../platform/limits/cost.js';
import { InstantScalar, PositionScalar } from '../schema/scalars.js';
import { type ItemParent, ReformItem } from './item.types.js';
import { type Request, ViewArgs, openView } from './view.js';

@ObjectType({
  description: 'One step of a replay: an event, and the item after everything recorded up to it.',
})
export class ReplayStep {
  @Field(() => PositionScalar)
  position!: number;

  @Field(() => InstantScalar)
  recordedAt!: string;

  @Field({ description: 'Type of the event.' })
  type!: string;

  @Field()
  eventId!: string;

  @Field(() => ReformItem)
  item!: unknown;
}

@ArgsType()
export class ReplayArgs extends ViewArgs {
  @Field()
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field()
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field(() => PositionScalar, { nullable: true, description: 'Stop after this position.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  until?: number;
}

/** The longest history that is replayed in one answer; each step is a fold of all before it. */
const longest = 500;

@Resolver()
export class ReplayResolver {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  @Query(() => [ReplayStep], {
    description:
      'Replays the events of an item, from the log and not from a read model, step by step as they were recorded.',
    complexity: pageCost(20),
  })
  async replay(@Args() args: ReplayArgs, @Context() request: Request): Promise<ReplayStep[]> {
    const { programme, reference, until } = args;
    request.requireRead(programme);
    const { at } = await openView(request, this.backend, args);
    const row = await findItem(at, programme, reference);
    if (!row) return [];
    const last = Math.min(until ?? at.position, at.position);
    const events = (await this.backend.log.readStream(itemStream(row.key), { limit: longest + 1 })).filter(
      ({ position }) => position <= last,
    );
    if (events.length > longest) {
      throw new ApiError(
        'COST_TOO_HIGH',
        `the history has more than ${longest} events: replay part of it with until`,
      );
    }
    return events.map(({ position, recordedAt, type, id }, index) => ({
      position,
      recordedAt,
      type,
      eventId: id,
      item: foldedItem(row.key, events.slice(0, index + 1)),
    }));
  }
}

/** An item as these events leave it, without any read model. */
export function foldedItem(key: string, events: Parameters<typeof foldItem>[0]): ItemParent {
  const { item, journey, status_interval, ...axes } = foldItem(events);
  const ordered = journey.toSorted(
    (a, b) => compare(a.earliest, b.earliest) || a.session_order - b.session_order || a.position - b.position,
  );
  return {
    ...camelRow(item[0]!),
    key,
    view: undefined,
    folded: {
      journey: ordered.map((row) => ({ ...camelRow(row), key })),
      statusIntervals: status_interval.map(camelRow),
      axes,
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
