import type { Attributes, People } from '@masar/domain';
import {
  countItems,
  decisionsOn,
  findItem,
  itemsByKey,
  journeysOf,
  listItems,
  statesOn,
  statusIntervalsOf,
  type Camel,
  type ItemListing,
  type ItemOrder,
  type ItemRow,
  type Keyed,
} from '@masar/read-models';
import { Inject } from '@nestjs/common';
import { Args, Context, Int, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { BACKEND, type Backend } from '../backend.js';
import { FieldArgs } from '../platform/graphql/field-args.js';
import { fieldsAsked } from '../platform/graphql/fields-asked.js';
import { pageCost } from '../platform/limits/cost.js';
import { LifecycleStateEnum } from '../schema/enums.js';
import { grouped, rowsByKey } from './batch.js';
import { Decision, decisionParent } from './decision.types.js';
import { DayArgs, ItemArgs, type ItemFilterInput, ItemsArgs, JourneyArgs } from './item.args.js';
import {
  Attribute,
  type ItemParent,
  JourneyEntry,
  PeopleInPart,
  ReformItem,
  ReformItemConnection,
  StateOnDay,
  StatusInterval,
} from './item.types.js';
import { journeyThrough } from './lineage.js';
import { type Page, defaultPage, listingName, pageOf } from './page.js';
import { type Request, type View, computedOn, openPage, openView, readable } from './view.js';

/** How many entries of a journey a query is reckoned to have where it does not say. */
const usualJourney = 10;

/** A row as the parent of its fields. */
export function itemParent(row: Keyed<ItemRow>, view: View): ItemParent {
  return { ...row, view };
}

@Resolver(() => ReformItem)
export class ItemResolver {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  @Query(() => ReformItem, {
    nullable: true,
    description: 'The item that goes by the reference, or else went by it.',
  })
  async reformItem(@Args() args: ItemArgs, @Context() request: Request): Promise<ItemParent | null> {
    request.requireRead(args.programme);
    const view = await openView(request, this.backend, args);
    const row = await findItem(view.at, args.programme, args.reference);
    return row ? itemParent(row, view) : null;
  }

  @Query(() => ReformItemConnection, {
    description: 'The items of a programme, or of all one may read.',
    complexity: pageCost(defaultPage),
  })
  async reformItems(@Args() args: ItemsArgs, @Context() request: Request): Promise<Page<ItemParent>> {
    const { programme, filter, effectiveOn, orderBy, descending, first = defaultPage } = args;
    const order = orderBy as ItemOrder;
    const readableProgrammes = readable(request, programme);
    // The whole listing is part of the cursor: a cursor used with another filter is refused, not misread.
    const name = listingName('items', programme, filter, effectiveOn, order, descending);
    const { view, log, keys } = await openPage(request, this.backend, args, name);
    const listing: ItemListing = {
      programme,
      readable: readableProgrammes,
      filter,
      effectiveOn,
      computedOn: asksWhatIsComputed(filter) ? await computedOn(request, this.backend, { view }) : undefined,
      order,
      descending,
    };
    const rows = await listItems(view.at, listing, first, keys as [string, string] | undefined);
    return pageOf(
      rows,
      first,
      { listing: name, position: view.at.position, log },
      ({ sort, key }) => [sort, key],
      (row) => itemParent(row, view),
      () => countItems(view.at, listing),
    );
  }

  @ResolveField('state', () => LifecycleStateEnum, { nullable: true })
  state(item: ItemParent, _args: object, request: Request): string | null | Promise<string | null> {
    return item.view?.effectiveOn === undefined
      ? item.state
      : onDay(item, request).then((on) => on?.state ?? null);
  }

  @ResolveField('sourceStatus', () => String, { nullable: true })
  sourceStatus(item: ItemParent, _args: object, request: Request): string | null | Promise<string | null> {
    return item.view?.effectiveOn === undefined
      ? item.sourceStatus
      : onDay(item, request).then((on) => on?.sourceStatus ?? null);
  }

  @ResolveField('removed', () => Boolean)
  removed(item: ItemParent, _args: object, request: Request): boolean | Promise<boolean> {
    return item.view?.effectiveOn === undefined
      ? item.removed
      : onDay(item, request).then((on) => on?.removed ?? false);
  }

  @ResolveField('stateOn', () => StateOnDay, {
    nullable: true,
    description: 'Where it stood on a day; null before it began.',
  })
  @FieldArgs(() => DayArgs)
  async stateOn(item: ItemParent, { day }: DayArgs, request: Request): Promise<StateOnDay | null> {
    return (await onDay(item, request, day)) ?? null;
  }

  @ResolveField('attributes', () => [Attribute])
  attributes({ attributes }: { attributes: Attributes }): Attribute[] {
    return Object.entries(attributes).map(([name, value]) => ({ name, value: value! }));
  }

  @ResolveField('people', () => [PeopleInPart])
  people({ people }: { people: People }): PeopleInPart[] {
    return Object.entries(people).map(([part, subjects]) => ({ part, subjects }));
  }

  @ResolveField('successors', () => [ReformItem], {
    description: 'What it became: superseded by, merged or split into.',
  })
  async successors(item: ItemParent, _args: object, request: Request): Promise<ItemParent[]> {
    const { view } = item;
    if (!view || item.successors.length === 0) return [];
    const rows = await Promise.all(
      item.successors.map((key) => rowsByKey<Keyed<ItemRow>>(request, 'items', view.at, key, itemsByKey)),
    );
    return rows.flat().map((row) => itemParent(row, view));
  }

  @ResolveField('journey', () => [JourneyEntry], {
    description: 'Its way from proposal to implementation, in the order of effect.',
    complexity: pageCost(usualJourney),
  })
  @FieldArgs(() => JourneyArgs)
  journey(
    item: ItemParent,
    { first, through }: JourneyArgs,
    request: Request,
    info: GraphQLResolveInfo,
  ): unknown {
    if (!item.view) return item.folded?.journey.slice(0, first ?? undefined);
    if (through) {
      const all = journeyThrough(item.key, item.view, request);
      return first ? all.then((entries) => entries.slice(0, first)) : all;
    }
    const most = first ?? null;
    const { name, fields } = fieldsAsked(info);
    return rowsByKey(request, `journey:${most}:${name}`, item.view.at, item.key, (at, keys) =>
      journeysOf(at, keys, most, fields),
    );
  }

  @ResolveField('statusIntervals', () => [StatusInterval], {
    description: 'Its stretches in each state, in the order of effect.',
    complexity: pageCost(usualJourney),
  })
  statusIntervals(item: ItemParent, _args: object, request: Request): unknown {
    if (!item.view) return item.folded?.statusIntervals;
    return rowsByKey(request, 'statusIntervals', item.view.at, item.key, statusIntervalsOf);
  }

  @ResolveField('decisions', () => [Decision], {
    description: 'The decisions on it, in the order they were recorded.',
    complexity: pageCost(5),
  })
  async decisions(item: ItemParent, _args: object, request: Request): Promise<unknown> {
    const { view } = item;
    if (!view) return [];
    const rows = await grouped(request, 'decisionsOn', view.at, item.key, decisionsOn, (row) => row.item);
    return rows.map((row) => decisionParent(row, view));
  }
}

@Resolver(() => ReformItemConnection)
export class ItemConnectionResolver {
  @ResolveField('totalCount', () => Int)
  totalCount(page: Page<ItemParent>): Promise<number> {
    return page.count();
  }
}

/** Whether a filter depends on a day even where nobody names one. */
function asksWhatIsComputed({ overdue, reportedDoneNotVerified, blocked }: ItemFilterInput = {}): boolean {
  return [overdue, reportedDoneNotVerified, blocked].some((asked) => asked !== undefined);
}

/** Where the item stood on the day of its view, or on another. */
async function onDay(
  item: Camel<ItemRow> & { key: string; view: View | undefined },
  request: Request,
  day = item.view?.effectiveOn,
): Promise<StateOnDay | undefined> {
  if (!item.view || day === undefined) return undefined;
  const [on] = await rowsByKey(request, `stateOn:${day}`, item.view.at, item.key, (at, keys) =>
    statesOn(at, keys, day),
  );
  return on;
}
