import {
  countDecisions,
  decidedItemsOf,
  decisionsByKey,
  itemsByKey,
  listDecisions,
} from '@masar/read-models';
import { Inject } from '@nestjs/common';
import { Args, ArgsType, Context, Field, Int, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ArrayMaxSize, IsBoolean, IsEnum, IsOptional, IsString, Length } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import { pageCost } from '../platform/limits/cost.js';
import { DecisionKindEnum } from '../schema/enums.js';
import { rowsByKey } from './batch.js';
import {
  DecidedItem,
  Decision,
  DecisionConnection,
  type DecisionParent,
  decisionParent,
} from './decision.types.js';
import { itemParent } from './item.resolver.js';
import type { ItemParent } from './item.types.js';
import { ReformItem } from './item.types.js';
import { type Page, defaultPage, listingName, pageOf } from './page.js';
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
    if (!row || !request.grants.may('read', row.programme)) return null;
    return decisionParent(row, view);
  }

  @Query(() => DecisionConnection, {
    description: 'The decisions of a programme, or of all one may read, in the order they were recorded.',
    complexity: pageCost(defaultPage),
  })
  async decisions(@Args() args: DecisionsArgs, @Context() request: Request): Promise<Page<DecisionParent>> {
    const { programme, kinds, body, workshop, pending, lapsed, first = defaultPage } = args;
    const listing = {
      programme,
      readable: readable(request, programme),
      kinds,
      body,
      workshop,
      pending,
      lapsed,
    };
    const name = listingName('decisions', programme, kinds, body, workshop, pending, lapsed);
    const { view, log, keys } = await openPage(request, this.backend, args, name);
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
    return rows.map((row) => ({ ...row, itemKey: row.item, kind: row.outcome.kind, view }));
  }
}

@Resolver(() => DecidedItem)
export class DecidedItemResolver {
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
