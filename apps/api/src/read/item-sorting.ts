import { standingOf } from '@masar/read-models';
import { ScopeUse } from './item-scope-use.js';
import { Field, ObjectType, ResolveField, Resolver } from '@nestjs/graphql';
import { pageCost } from '../platform/limits/cost.js';
import { HorizonEnum, PriorityEnum } from '../schema/enums.js';
import { EdtfScalar } from '../schema/scalars.js';
import { Stretch } from './axes.types.js';
import { type AxisRow, axisRowsOf } from './axis-rows.js';
import { ItemScope, type ItemScopeParent } from './item-scopes.js';
import { type ItemParent, ReformItem } from './item.types.js';
import type { Request } from './view.js';

@ObjectType({ description: 'A provision of an instrument of the programme.' })
export class Provision {
  @Field({ description: 'Reference of the instrument.' })
  instrument!: string;

  @Field(() => String, { nullable: true })
  article?: string;

  @Field(() => String, { nullable: true })
  version?: string;
}

/** A stretch that a decision may have begun. */
@ObjectType({ isAbstract: true })
abstract class DecidedStretch extends Stretch {
  @Field(() => String, { nullable: true, description: 'Id of the decision that began it.' })
  decision!: string | null;
}

/** Who carries an item. */
@ObjectType({ isAbstract: true })
abstract class Assigned extends DecidedStretch {
  @Field(() => [String])
  leads!: readonly string[];

  @Field(() => [String])
  supporting!: readonly string[];

  @Field(() => [String])
  partners!: readonly string[];

  @Field(() => [String])
  funders!: readonly string[];
}

@ObjectType({ description: 'A stretch in which the same organisations carried an item, each by reference.' })
export class AssignmentStretch extends Assigned {
  @Field({ description: 'Off its register for as long.' })
  removed!: boolean;
}

@ObjectType({ description: 'A stretch in which an item was sorted the same way.' })
export class ClassificationStretch extends DecidedStretch {
  @Field(() => [String])
  themes!: readonly string[];

  @Field(() => HorizonEnum, { nullable: true })
  horizon!: string | null;

  @Field(() => PriorityEnum, { nullable: true })
  priority!: string | null;

  @Field(() => [ScopeUse])
  scopes!: readonly ScopeUse[];

  @Field(() => [Provision], { description: 'Provisions it rests on or speaks of.' })
  provisions!: readonly Provision[];

  @Field(() => [Provision], {
    description: 'Provisions that have to be in force before it can be carried out.',
  })
  requiresEnactmentOf!: readonly Provision[];

  @Field({ description: 'Off its register for as long.' })
  removed!: boolean;
}

@ObjectType({ description: 'A due date of an item, for as long as it held: the original one, or a slip.' })
export class DueDate extends DecidedStretch {
  @Field(() => EdtfScalar)
  dueDate!: string;

  @Field({ description: 'The first it was given.' })
  original!: boolean;

  @Field({ description: 'The one that holds: on the day of effectiveOn, or after everything known.' })
  current!: boolean;
}

/** How many of each a query is reckoned to have of an item. */
const usual = 3;

type OrPromise<T> = T | Promise<T>;

/** What an item is sorted by, who carries it and when it is due: on the day of the view, or after everything known. */
@Resolver(() => ReformItem)
export class SortingResolver {
  @ResolveField('themes', () => [String], { description: 'References of themes.' })
  themes(item: ItemParent, _args: object, request: Request): OrPromise<readonly string[]> {
    return isOfDay(item) ? classified(item, request).then((on) => on?.themes ?? []) : item.themes;
  }

  @ResolveField('horizon', () => HorizonEnum, { nullable: true })
  horizon(item: ItemParent, _args: object, request: Request): OrPromise<string | null> {
    return isOfDay(item) ? classified(item, request).then((on) => on?.horizon ?? null) : item.horizon;
  }

  @ResolveField('priority', () => PriorityEnum, { nullable: true })
  async priority(item: ItemParent, _args: object, request: Request): Promise<string | null> {
    return (await classified(item, request))?.priority ?? null;
  }

  @ResolveField('scopes', () => [ItemScope], {
    description: 'The places or lists it is about.',
    complexity: pageCost(usual),
  })
  async scopes(item: ItemParent, _args: object, request: Request): Promise<readonly ItemScopeParent[]> {
    return ((await classified(item, request))?.scopeUses ?? []).map((use) => ({ ...use, item }));
  }

  @ResolveField('provisions', () => [Provision], {
    description: 'Provisions it rests on or speaks of.',
    complexity: pageCost(usual),
  })
  async provisions(item: ItemParent, _args: object, request: Request): Promise<readonly Provision[]> {
    return (await classified(item, request))?.provisions ?? [];
  }

  @ResolveField('requiresEnactmentOf', () => [Provision], {
    description: 'Provisions that have to be in force before it can be carried out.',
    complexity: pageCost(usual),
  })
  async requiresEnactmentOf(
    item: ItemParent,
    _args: object,
    request: Request,
  ): Promise<readonly Provision[]> {
    return (await classified(item, request))?.requiresEnactmentOf ?? [];
  }

  @ResolveField('classifications', () => [ClassificationStretch], {
    description: 'What it was sorted by, stretch by stretch in the order of effect.',
    complexity: pageCost(usual),
  })
  async classifications(item: ItemParent, _args: object, request: Request): Promise<unknown> {
    const rows = await axisRowsOf(item, request, 'classification');
    return rows.map((row) => ({ ...row, scopes: row.scopeUses }));
  }

  @ResolveField('leads', () => [String], { description: 'References of the organisations that lead.' })
  leads(item: ItemParent, _args: object, request: Request): OrPromise<readonly string[]> {
    return isOfDay(item) ? assigned(item, request).then((on) => on?.leads ?? []) : item.leads;
  }

  @ResolveField('supporting', () => [String], { description: 'References of those that support.' })
  async supporting(item: ItemParent, _args: object, request: Request): Promise<readonly string[]> {
    return (await assigned(item, request))?.supporting ?? [];
  }

  @ResolveField('partners', () => [String], { description: 'References of those that take part.' })
  async partners(item: ItemParent, _args: object, request: Request): Promise<readonly string[]> {
    return (await assigned(item, request))?.partners ?? [];
  }

  @ResolveField('funders', () => [String], { description: 'References of those that fund it.' })
  async funders(item: ItemParent, _args: object, request: Request): Promise<readonly string[]> {
    return (await assigned(item, request))?.funders ?? [];
  }

  @ResolveField('assignments', () => [AssignmentStretch], {
    description: 'Who carried it, stretch by stretch in the order of effect.',
    complexity: pageCost(usual),
  })
  assignments(item: ItemParent, _args: object, request: Request): Promise<unknown> {
    return axisRowsOf(item, request, 'assignment');
  }

  @ResolveField('dueDate', () => EdtfScalar, { nullable: true, description: 'The one that holds.' })
  dueDate(item: ItemParent, _args: object, request: Request): OrPromise<string | null> {
    return isOfDay(item)
      ? axisRowsOf(item, request, 'due_date').then((rows) => onDay(rows, item)?.dueDate ?? null)
      : item.dueDate;
  }

  @ResolveField('dueDates', () => [DueDate], {
    description: 'Every due date it was given, the original one first, then each slip.',
    complexity: pageCost(usual),
  })
  async dueDates(item: ItemParent, _args: object, request: Request): Promise<unknown> {
    const rows = await axisRowsOf(item, request, 'due_date');
    const current = onDay(rows, item);
    return rows.map((row, index) => ({ ...row, original: index === 0, current: row === current }));
  }
}

function isOfDay({ view }: ItemParent): boolean {
  return view?.effectiveOn !== undefined;
}

/** The stretch of the day of the view, or the last one. */
function onDay<R extends Parameters<typeof standingOf>[0][number]>(
  rows: readonly R[],
  { view }: ItemParent,
): R | undefined {
  return standingOf(rows, view?.effectiveOn)[0];
}

async function classified(
  item: ItemParent,
  request: Request,
): Promise<AxisRow<'classification'> | undefined> {
  return onDay(await axisRowsOf(item, request, 'classification'), item);
}

async function assigned(item: ItemParent, request: Request): Promise<AxisRow<'assignment'> | undefined> {
  return onDay(await axisRowsOf(item, request, 'assignment'), item);
}
