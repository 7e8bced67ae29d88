import { ageOf, relationReads } from '@masar/domain';
import {
  type ItemRow,
  type Keyed,
  type RelationOf,
  type StatusIntervalRow,
  itemsByKey,
  relationsWith,
  statusIntervalsOf,
} from '@masar/read-models';
import { Inject } from '@nestjs/common';
import { ArgsType, Field, ResolveField, Resolver } from '@nestjs/graphql';
import { BACKEND, type Backend } from '../backend.js';
import { FieldArgs } from '../platform/graphql/field-args.js';
import { pageCost } from '../platform/limits/cost.js';
import { RelationKindEnum } from '../schema/enums.js';
import { DayScalar } from '../schema/scalars.js';
import { grouped, rowsByKey } from './batch.js';
import { itemParent } from './item.resolver.js';
import { type ItemParent, ReformItem } from './item.types.js';
import { lineageOf, nameOf, whenOf } from './lineage.js';
import { ItemAge, ItemRelation, Lineage, RelationDirection } from './relation.types.js';
import type { Request, View } from './view.js';

@ArgsType()
export class RelationsArgs {
  @Field(() => RelationDirection, { nullable: true, description: 'Left out: either.' })
  direction?: string | null;

  @Field(() => [RelationKindEnum], { nullable: true })
  kinds?: readonly string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Also those that stand no more.' })
  ended?: boolean | null;
}

@ArgsType()
export class AgeArgs {
  @Field(() => DayScalar, {
    nullable: true,
    description:
      'The day to reckon to. Left out: that of effectiveOn, or else the day the last event of the answer was recorded, so that an answer at a position stays what it is.',
  })
  on?: string | null;
}

type Seen = RelationOf & { readonly view: View };

@Resolver(() => ReformItem)
export class ItemRelationsResolver {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  @ResolveField('relations', () => [ItemRelation], {
    description:
      'How it stands to other items, from either end: on the day of effectiveOn, or after everything known.',
    complexity: pageCost(5),
  })
  @FieldArgs(() => RelationsArgs)
  async relations(
    { key, view }: ItemParent,
    { direction, kinds, ended }: RelationsArgs,
    request: Request,
  ): Promise<Seen[]> {
    if (!view) return [];
    const when = ended ? 'ever' : whenOf(view);
    const rows = await rowsByKey<RelationOf>(request, `relations:${nameOf(when)}`, view.at, key, (at, keys) =>
      relationsWith(at, keys, when),
    );
    return rows
      .filter(
        ({ end, kind }) => (!direction || direction === directionOf(end)) && (!kinds || kinds.includes(kind)),
      )
      .map((row) => ({ ...row, view }));
  }

  @ResolveField('lineage', () => Lineage, {
    description:
      'What it follows from and what follows from it, by merging, splitting, superseding, reissuing, consolidating.',
    complexity: pageCost(5),
  })
  async lineage(item: ItemParent, _args: object, request: Request): Promise<object> {
    const { view } = item;
    if (!view) return { predecessors: [], successors: [] };
    const kin = await lineageOf(item.key, view, request);
    const shown = async (later: boolean): Promise<ItemParent[]> => {
      const rows = await Promise.all(
        kin
          .filter((one) => one.later === later)
          .map((one) => rowsByKey<Keyed<ItemRow>>(request, 'items', view.at, one.item, itemsByKey)),
      );
      return rows.flat().map((row) => itemParent(row, view));
    };
    return { predecessors: await shown(false), successors: await shown(true) };
  }

  @ResolveField('age', () => ItemAge, {
    nullable: true,
    description:
      'How long ago it was first proposed, itself or what it follows from. Null where it had not been.',
  })
  @FieldArgs(() => AgeArgs)
  async age(item: ItemParent, args: AgeArgs, request: Request): Promise<ItemAge | null> {
    const { view } = item;
    if (!view) return null;
    const on = args.on ?? view.effectiveOn ?? (await this.recordedDay(view, request));
    if (on === undefined) return null;
    const kin = await lineageOf(item.key, view, request);
    const stretches = async (key: string) => {
      const rows = await rowsByKey(request, 'statusIntervals', view.at, key, statusIntervalsOf);
      return rows.map(stretchOf);
    };
    const [own, ...predecessors] = await Promise.all(
      [item.key, ...kin.filter(({ later }) => !later).map((one) => one.item)].map(stretches),
    );
    const age = ageOf(own!, predecessors, on);
    return age ? { ...age, on } : null;
  }

  /** The day the last event of an answer was recorded; undefined of an empty log. */
  private async recordedDay({ at }: View, request: Request): Promise<string | undefined> {
    if (at.position === 0) return undefined;
    const [found] = await grouped(
      request,
      'recordedDay',
      at,
      String(at.position),
      async () => {
        const [event] = await this.backend.log.readAll(at.position - 1, 1);
        return event ? [{ position: String(at.position), day: event.recordedAt.slice(0, 10) }] : [];
      },
      ({ position }) => position,
    );
    return found?.day;
  }
}

@Resolver(() => ItemRelation)
export class RelationResolver {
  @ResolveField('direction', () => RelationDirection)
  direction({ end }: Seen): string {
    return directionOf(end);
  }

  @ResolveField('reads', () => String)
  reads({ kind, end }: Seen): string {
    return relationReads(kind, end);
  }

  @ResolveField('otherKey', () => String)
  otherKey({ other }: Seen): string {
    return other;
  }

  @ResolveField('other', () => ReformItem, { nullable: true })
  async other({ other, view }: Seen, _args: object, request: Request): Promise<ItemParent | null> {
    const [row] = await rowsByKey<Keyed<ItemRow>>(request, 'items', view.at, other, itemsByKey);
    return row ? itemParent(row, view) : null;
  }
}

function directionOf(end: RelationOf['end']): string {
  return end === 'from' ? 'FROM' : 'TO';
}

type Stretch = Parameters<typeof ageOf>[0][number];

function stretchOf({ state, fromEarliest, fromLatest }: Keyed<StatusIntervalRow>): Stretch {
  return { state: state as Stretch['state'], from: { earliest: fromEarliest, latest: fromLatest } };
}
