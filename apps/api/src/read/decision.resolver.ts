import {
  type Keyed,
  type PositionRow,
  countDecisions,
  decidedItemsOf,
  decisionsAt,
  decisionsByKey,
  findItem,
  itemsByKey,
  journeyEntries,
  listDecisions,
  positionsOf,
} from '@masar/read-models';
import { Inject } from '@nestjs/common';
import { Args, ArgsType, Context, Field, Int, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ArrayMaxSize, IsBoolean, IsEnum, IsOptional, IsString, Length } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import { pageCost } from '../platform/limits/cost.js';
import { DecisionKindEnum, DecisionMethodEnum, IrregularityEnum } from '../schema/enums.js';
import { grouped, rowsByKey } from './batch.js';
import {
  DecidedItem,
  Decision,
  DecisionConnection,
  type DecisionParent,
  DelegationPosition,
  decisionParent,
  outcomeShown,
} from './decision.types.js';
import { itemParent } from './item.resolver.js';
import type { ItemParent } from './item.types.js';
import { JourneyEntry, ReformItem } from './item.types.js';
import { type Page, defaultPage, listingName, pageOf } from './page.js';
import { DayScalar } from '../schema/scalars.js';
import { badInput } from '../platform/errors/api-error.js';
import { Workshop } from './workshop.types.js';
import { PagedViewArgs, type Request, type View, ViewArgs, openPage, openView, readable } from './view.js';

@ArgsType()
export class DecisionArgs extends ViewArgs {
  @Field({ description: 'Id of the decision.' })
  @IsString()
  @Length(1, 100)
  key!: string;
}

@ArgsType()
export class DecisionsArgs extends PagedViewArgs {
  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  programme?: string;

  @Field(() => [DecisionKindEnum], { nullable: true, description: 'With an outcome of one of these kinds.' })
  @IsOptional()
  @IsEnum(DecisionKindEnum, { each: true })
  @ArrayMaxSize(30)
  kinds?: string[];

  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  body?: string;

  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  workshop?: string;

  @Field({ nullable: true, description: 'Reference of the session.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  session?: string;

  @Field(() => [DecisionMethodEnum], { nullable: true })
  @IsOptional()
  @IsEnum(DecisionMethodEnum, { each: true })
  @ArrayMaxSize(10)
  methods?: string[];

  @Field(() => [IrregularityEnum], { nullable: true, description: 'With one of these irregularities.' })
  @IsOptional()
  @IsEnum(IrregularityEnum, { each: true })
  @ArrayMaxSize(30)
  flags?: string[];

  @Field({
    nullable: true,
    description: 'About this item: any reference it goes or went by, in `programme`.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  item?: string;

  @Field(() => DayScalar, {
    nullable: true,
    description: 'May have been decided on this day or later. Unknown dates are in no range.',
  })
  @IsOptional()
  @IsString()
  decidedFrom?: string;

  @Field(() => DayScalar, { nullable: true, description: 'May have been decided on this day or before.' })
  @IsOptional()
  @IsString()
  decidedTo?: string;

  @Field({ nullable: true, description: 'With an item whose effect is not recorded yet.' })
  @IsOptional()
  @IsBoolean()
  pending?: boolean;

  @Field({ nullable: true, description: 'With an item it could not be applied to.' })
  @IsOptional()
  @IsBoolean()
  lapsed?: boolean;
}

@Resolver(() => Decision)
export class DecisionResolver {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  @Query(() => Decision, { nullable: true })
  async decision(@Args() args: DecisionArgs, @Context() request: Request): Promise<DecisionParent | null> {
    const view = await openView(request, this.backend, args);
    const [row] = await decisionsByKey(view.at, [args.key]);
    // One that may not be read is not there: whether it is, is not told either.
    if (!row || !request.visibility.mayRead(row.programme)) return null;
    return decisionParent(row, view);
  }

  @Query(() => DecisionConnection, {
    description: 'The decisions of a programme, or of all one may read, in the order they were recorded.',
    complexity: pageCost(defaultPage),
  })
  async decisions(@Args() args: DecisionsArgs, @Context() request: Request): Promise<Page<DecisionParent>> {
    const { programme, item, first = defaultPage } = args;
    const { kinds, body, workshop, session, methods, flags, decidedFrom, decidedTo, pending, lapsed } = args;
    const asked = { kinds, body, workshop, session, methods, flags, decidedFrom, decidedTo, pending, lapsed };
    if (item !== undefined && programme === undefined) {
      throw badInput([{ path: 'programme', message: 'is needed to know which item is meant' }]);
    }
    const may = readable(request, programme);
    const name = listingName('decisions', programme, item, asked);
    const { view, log, keys } = await openPage(request, this.backend, args, name);
    // What no item goes by, no decision is about.
    const about = item === undefined ? undefined : ((await findItem(view.at, programme!, item))?.key ?? '');
    const listing = { programme, readable: may, ...asked, ...(about !== undefined && { item: about }) };
    const rows = await listDecisions(view.at, listing, first, keys?.[0] as number | undefined);
    return pageOf(
      rows,
      first,
      { listing: name, position: view.at.position, log },
      ({ position }) => [position],
      (row) => decisionParent(row, view),
      () => countDecisions(view.at, listing),
    );
  }

  @ResolveField('items', () => [DecidedItem], { complexity: pageCost(5) })
  async items({ key, view, folded }: DecisionParent, _args: object, request: Request): Promise<unknown> {
    const rows = view
      ? await rowsByKey(request, 'decidedItems', view.at, key, decidedItemsOf)
      : (folded?.items ?? []);
    const positions = await stoodAt({ key, view, folded }, request);
    return rows.map((row) => ({
      ...row,
      itemKey: row.item,
      kind: row.outcome.kind,
      outcome: outcomeShown(row),
      positions: positions.filter(({ item }) => item === row.item),
      view,
    }));
  }

  @ResolveField('positions', () => [DelegationPosition], { complexity: pageCost(5) })
  async positions(parent: DecisionParent, _args: object, request: Request): Promise<unknown> {
    return (await stoodAt(parent, request)).filter(({ item }) => item === '');
  }
}

/** Where delegations stood to a decision and to its items. */
async function stoodAt(
  { key, view, folded }: Pick<DecisionParent, 'key' | 'view' | 'folded'>,
  request: Request,
): Promise<readonly Omit<Keyed<PositionRow>, 'key'>[]> {
  return view ? rowsByKey(request, 'positions', view.at, key, positionsOf) : (folded?.positions ?? []);
}

/** Tells an entry from those of other items in one key. */
const entryKey = (item: string, position: number): string => `${position} ${item}`;

@Resolver(() => Workshop)
export class WorkshopDecisionsResolver {
  @ResolveField('decisions', () => [Decision], {
    description: 'What was decided at it, by session, then as recorded.',
    complexity: pageCost(10),
  })
  async decisions(
    { key, view }: { readonly key: string; readonly view: View | undefined },
    _args: object,
    request: Request,
  ): Promise<unknown> {
    if (!view) return [];
    const rows = await grouped(request, 'decisionsAt', view.at, key, decisionsAt, (row) => row.workshopOf);
    return rows.map((row) => decisionParent(row, view));
  }
}

@Resolver(() => DecidedItem)
export class DecidedItemResolver {
  @ResolveField('effect', () => JourneyEntry, { nullable: true })
  async effect(
    {
      itemKey,
      effectPosition,
      view,
    }: { itemKey: string; effectPosition: number | null; view: View | undefined },
    _args: object,
    request: Request,
  ): Promise<unknown> {
    if (!view || effectPosition === null) return null;
    const [entry] = await grouped(
      request,
      'effects',
      view.at,
      entryKey(itemKey, effectPosition),
      (at, keys) =>
        journeyEntries(
          at,
          keys.map((key) => ({
            position: Number(key.split(' ', 1)[0]),
            key: key.slice(key.indexOf(' ') + 1),
          })),
        ),
      ({ key, position }) => entryKey(key, position),
    );
    return entry ?? null;
  }

  @ResolveField('item', () => ReformItem, { nullable: true })
  async item(
    { itemKey, view }: { itemKey: string; view: View | undefined },
    _args: object,
    request: Request,
  ): Promise<ItemParent | null> {
    if (!view) return null;
    const [row] = await rowsByKey(request, 'items', view.at, itemKey, itemsByKey);
    return row ? itemParent(row, view) : null;
  }
}

@Resolver(() => DecisionConnection)
export class DecisionConnectionResolver {
  @ResolveField('totalCount', () => Int)
  totalCount(page: Page<DecisionParent>): Promise<number> {
    return page.count();
  }
}
