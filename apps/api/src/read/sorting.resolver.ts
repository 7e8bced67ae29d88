import { standingOf } from '@masar/read-models';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { pageCost } from '../platform/limits/cost.js';
import { HorizonEnum, PriorityEnum } from '../schema/enums.js';
import { EdtfScalar } from '../schema/scalars.js';
import { type AxisRow, axisRowsOf } from './axis-rows.js';
import { type ItemParent, ReformItem } from './item.types.js';
import { AssignmentStretch, ClassificationStretch, DueDate, Provision, ScopeUse } from './sorting.types.js';
import type { Request } from './view.js';

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

  @ResolveField('scopes', () => [ScopeUse], {
    description: 'The places or lists it is about.',
    complexity: pageCost(usual),
  })
  async scopes(item: ItemParent, _args: object, request: Request): Promise<readonly ScopeUse[]> {
    return (await classified(item, request))?.scopeUses ?? [];
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
