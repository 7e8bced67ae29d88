import { type CorrectionTarget as Target } from '@masar/domain';
import {
  type CorrectionListing,
  correctionsByKey,
  countCorrections,
  itemsByKey,
  listCorrections,
} from '@masar/read-models';
import { Inject } from '@nestjs/common';
import { Args, ArgsType, Context, Field, Int, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ArrayMaxSize, IsEnum, IsOptional, IsString, Length } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import { pageCost } from '../platform/limits/cost.js';
import { CorrectionStateEnum } from '../schema/enums.js';
import { rowsByKey } from './batch.js';
import {
  Correction,
  CorrectionConnection,
  type CorrectionParent,
  CorrectionTarget,
} from './correction.types.js';
import { itemParent } from './item.resolver.js';
import { type ItemParent, ReformItem } from './item.types.js';
import { type Page, defaultPage, listingName, pageOf } from './page.js';
import { PagedViewArgs, type Request, ViewArgs, openPage, openView, readable } from './view.js';

@ArgsType()
export class CorrectionArgs extends ViewArgs {
  @Field({ description: 'Id of the correction.' })
  @IsString()
  @Length(1, 100)
  key!: string;
}

@ArgsType()
export class CorrectionsArgs extends PagedViewArgs {
  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  programme?: string;

  @Field(() => [CorrectionStateEnum], {
    nullable: true,
    description: 'proposed: what waits for a second person.',
  })
  @IsOptional()
  @IsEnum(CorrectionStateEnum, { each: true })
  @ArrayMaxSize(10)
  states?: string[];

  @Field({ nullable: true, description: 'Id of an item it reaches.' })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  item?: string;
}

@Resolver(() => Correction)
export class CorrectionResolver {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  @Query(() => Correction, { nullable: true })
  async correction(
    @Args() args: CorrectionArgs,
    @Context() request: Request,
  ): Promise<CorrectionParent | null> {
    const view = await openView(request, this.backend, args);
    const [row] = await correctionsByKey(view.at, [args.key]);
    // One that may not be read is not there: whether it is, is not told either.
    if (!row || !request.visibility.mayRead(row.programme)) return null;
    return { ...row, view };
  }

  @Query(() => CorrectionConnection, {
    description: 'The corrections of a programme, or of all one may read, in the order they were proposed.',
    complexity: pageCost(defaultPage),
  })
  async corrections(
    @Args() args: CorrectionsArgs,
    @Context() request: Request,
  ): Promise<Page<CorrectionParent>> {
    const { programme, states, item, first = defaultPage } = args;
    const listing: CorrectionListing = { programme, readable: readable(request, programme), states, item };
    const name = listingName('corrections', programme, states, item);
    const { view, log, keys } = await openPage(request, this.backend, args, name);
    const rows = await listCorrections(view.at, listing, first, keys?.[0] as number | undefined);
    return pageOf(
      rows,
      first,
      { listing: name, position: view.at.position, log },
      ({ position }) => [position],
      (row) => ({ ...row, view }),
      () => countCorrections(view.at, listing),
    );
  }

  @ResolveField('target', () => CorrectionTarget)
  target({ target }: { target: Target }): CorrectionTarget {
    const change = target.kind === 'text' ? {} : target.change;
    const words = target.kind === 'text' ? target.change : {};
    return {
      kind: target.kind,
      entry: target.kind === 'entry' ? target.entry : null,
      decision: target.kind === 'decision' ? target.decision : null,
      struck: change.struck ?? false,
      decidedOnCorrected: change.decidedOn !== undefined,
      decidedOn: change.decidedOn ?? null,
      effectiveCorrected: change.effective !== undefined,
      effective: change.effective ?? null,
      sessionOrder: change.sessionOrder ?? null,
      data: change.data ?? null,
      title: words.title ?? null,
      text: words.text ?? null,
      parts: words.parts ?? null,
    };
  }

  @ResolveField('items', () => [ReformItem])
  async items({ view, items }: CorrectionParent, _args: object, request: Request): Promise<ItemParent[]> {
    if (!view) return [];
    const rows = await Promise.all(items.map((key) => rowsByKey(request, 'items', view.at, key, itemsByKey)));
    return rows.flat().map((row) => itemParent(row, view));
  }
}

@Resolver(() => CorrectionConnection)
export class CorrectionConnectionResolver {
  @ResolveField('totalCount', () => Int)
  totalCount(page: Page<CorrectionParent>): Promise<number> {
    return page.count();
  }
}
