import { overdueOn, reportedDoneNotVerifiedOn, standingOf } from '@masar/read-models';
import { isPast } from '@masar/domain';
import { Inject } from '@nestjs/common';
import { ArgsType, Field, ResolveField, Resolver } from '@nestjs/graphql';
import { BACKEND, type Backend } from '../backend.js';
import { FieldArgs } from '../platform/graphql/field-args.js';
import { pageCost } from '../platform/limits/cost.js';
import { DayScalar } from '../schema/scalars.js';
import {
  Action,
  Addressee,
  EvidencePiece,
  Indicator,
  type Slip,
  StandingAssessment,
  Verification,
} from './axes.types.js';
import { type AxisRow, type StretchTable, axisRowsOf } from './axis-rows.js';
import { type ItemParent, ReformItem } from './item.types.js';
import { type Request, computedOn } from './view.js';

/** How many of each axis a query is reckoned to have of an item. */
const usual = 5;

@ArgsType()
export class ComputedArgs {
  @Field(() => DayScalar, {
    nullable: true,
    description:
      'Left out: the day of effectiveOn, or else the day the last event up to the position of the answer was recorded.',
  })
  on?: string | null;
}

/** What stands of an axis, each with all its stretches and with the item it is of. */
type Standing<R> = R & { readonly history: readonly R[]; readonly item: ItemParent };

@Resolver(() => ReformItem)
export class AxesResolver {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  @ResolveField('addressees', () => [Addressee], {
    description: 'Whom it is addressed to.',
    complexity: pageCost(usual),
  })
  addressees(item: ItemParent, _args: object, request: Request): Promise<unknown> {
    return standing(item, request, 'addressee');
  }

  @ResolveField('actions', () => [Action], {
    description: 'The steps it is carried out by, in the order they came up.',
    complexity: pageCost(usual),
  })
  actions(item: ItemParent, _args: object, request: Request): Promise<unknown> {
    return standing(item, request, 'action');
  }

  @ResolveField('indicators', () => [Indicator], {
    description: 'What it is measured by.',
    complexity: pageCost(usual),
  })
  indicators(item: ItemParent, _args: object, request: Request): Promise<unknown> {
    return standing(item, request, 'indicator');
  }

  @ResolveField('evidence', () => [EvidencePiece], {
    description: 'Every piece of evidence, also what is relied on no more.',
    complexity: pageCost(usual),
  })
  evidence(item: ItemParent, _args: object, request: Request): Promise<unknown> {
    return standing(item, request, 'evidence');
  }

  @ResolveField('verifications', () => [Verification], {
    description: 'What independent organisations found, in the order of effect.',
    complexity: pageCost(usual),
  })
  async verifications(item: ItemParent, _args: object, request: Request): Promise<unknown> {
    return untilDay(await axisRowsOf(item, request, 'verification'), item);
  }

  @ResolveField('assessments', () => [StandingAssessment], {
    description: 'How the whole and each part of it is assessed, by the verification latest in effect.',
    complexity: pageCost(usual),
  })
  assessments(item: ItemParent, _args: object, request: Request): Promise<unknown> {
    return standing(item, request, 'assessment');
  }

  @ResolveField('overdue', () => Boolean, {
    description: 'It has not ended although all days its due date may mean are over. Computed, and no state.',
  })
  @FieldArgs(() => ComputedArgs)
  async overdue(item: ItemParent, { on }: ComputedArgs, request: Request): Promise<boolean> {
    const rows = await axisRowsOf(item, request, 'outlook');
    return overdueOn(rows, on ?? (await computedOn(request, this.backend, item)));
  }

  @ResolveField('reportedDoneNotVerified', () => Boolean, {
    description:
      'All addressees say that they are done, and not all of it is found implemented. Computed, and no state.',
  })
  @FieldArgs(() => ComputedArgs)
  async reportedDoneNotVerified(item: ItemParent, { on }: ComputedArgs, request: Request): Promise<boolean> {
    const rows = await axisRowsOf(item, request, 'outlook');
    return reportedDoneNotVerifiedOn(rows, on ?? (await computedOn(request, this.backend, item)));
  }
}

@Resolver(() => Action)
export class ActionResolver {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  @ResolveField('slips')
  slips({ history, item }: Standing<AxisRow<'action'>>): Slip[] {
    return untilDay(history, item)
      .filter(({ slippedFrom }) => slippedFrom !== null)
      .map(({ slippedFrom, currentDue, reason, position, effective }) => ({
        from: slippedFrom!,
        to: currentDue!,
        reason,
        position,
        effective,
      }));
  }

  @ResolveField('overdue', () => Boolean, {
    description: 'On that day it was open although all days its due date may mean were over.',
  })
  @FieldArgs(() => ComputedArgs)
  async overdue(
    { history, item }: Standing<AxisRow<'action'>>,
    { on }: ComputedArgs,
    request: Request,
  ): Promise<boolean> {
    const day = on ?? (await computedOn(request, this.backend, item));
    return standingOf(history, day).some(
      ({ status, currentDue }) => status === 'open' && isPast(currentDue ?? undefined, day),
    );
  }
}

@Resolver(() => Indicator)
export class IndicatorResolver {
  @ResolveField('measurements', undefined, { complexity: pageCost(usual) })
  async measurements(
    { indicator, item }: Standing<AxisRow<'indicator'>>,
    _args: object,
    request: Request,
  ): Promise<AxisRow<'measurement'>[]> {
    const rows = await axisRowsOf(item, request, 'measurement');
    return untilDay(rows, item).filter((row) => row.indicator === indicator);
  }
}

/** What stands of an axis on the day of the view, or after everything known. */
async function standing<T extends StretchTable>(
  item: ItemParent,
  request: Request,
  table: T,
): Promise<Standing<AxisRow<T>>[]> {
  const rows = await axisRowsOf(item, request, table);
  return standingOf(rows, item.view?.effectiveOn).map((row) => ({
    ...row,
    history: rows.filter(({ number }) => number === row.number),
    item,
  }));
}

/** Those that had taken effect by the day of the view. */
function untilDay<R extends { readonly fromEarliest: string }>(
  rows: readonly R[],
  { view }: ItemParent,
): R[] {
  const day = view?.effectiveOn;
  return rows.filter(({ fromEarliest }) => day === undefined || fromEarliest <= day);
}
