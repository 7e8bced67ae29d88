import { normaliseProgramme, type Provision as DomainProvision } from '@masar/domain';
import { instrumentEntriesOf, notInForce, standingOf } from '@masar/read-models';
import { Inject } from '@nestjs/common';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { BACKEND, type Backend } from '../backend.js';
import { FieldArgs } from '../platform/graphql/field-args.js';
import { pageCost } from '../platform/limits/cost.js';
import { ComputedArgs } from './axes.resolver.js';
import { axisRowsOf } from './axis-rows.js';
import { rowsByKey } from './batch.js';
import { type ItemParent, ReformItem } from './item.types.js';
import { Provision } from './item-sorting.js';
import { type Request, computedOn } from './view.js';

/** Whether an item waits for a law: computed from its requirements and the instruments of its programme. */
@Resolver(() => ReformItem)
export class BlockedResolver {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  @ResolveField('blocked', () => Boolean, {
    description: 'Some provision it requires was not in force on that day. Computed, and no state.',
  })
  @FieldArgs(() => ComputedArgs)
  async blocked(item: ItemParent, args: ComputedArgs, request: Request): Promise<boolean> {
    return (await this.blocking(item, args, request)).length > 0;
  }

  @ResolveField('blockedBy', () => [Provision], {
    description: 'The provisions it requires that were not in force on that day.',
    complexity: pageCost(3),
  })
  @FieldArgs(() => ComputedArgs)
  blockedBy(item: ItemParent, args: ComputedArgs, request: Request): Promise<readonly DomainProvision[]> {
    return this.blocking(item, args, request);
  }

  private async blocking(
    item: ItemParent,
    { on }: ComputedArgs,
    request: Request,
  ): Promise<readonly DomainProvision[]> {
    const day = on ?? (await computedOn(request, this.backend, item));
    const [sorted] = standingOf(await axisRowsOf(item, request, 'classification'), day);
    const required = sorted?.requiresEnactmentOf ?? [];
    if (required.length === 0 || !item.view) return [];
    const { at } = item.view;
    const key = normaliseProgramme(item.programme);
    return notInForce(await rowsByKey(request, 'instruments', at, key, instrumentEntriesOf), required, day);
  }
}
