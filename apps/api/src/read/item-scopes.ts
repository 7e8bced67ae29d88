import { type ScopeUse as DomainScopeUse, normaliseProgramme, normaliseReference } from '@masar/domain';
import { programmes } from '@masar/read-models';
import { Inject } from '@nestjs/common';
import { ObjectType, ResolveField, Resolver } from '@nestjs/graphql';
import { BACKEND, type Backend } from '../backend.js';
import { FieldArgs } from '../platform/graphql/field-args.js';
import { pageCost } from '../platform/limits/cost.js';
import { ComputedArgs } from './axes.resolver.js';
import type { ItemParent } from './item.types.js';
import { ScopeUse } from './item-scope-use.js';
import { rowsBelow } from './folded.js';
import { thoseOn } from './lasting.js';
import { ScopeMember } from './programme.types.js';
import { type Request, computedOn } from './view.js';

@ObjectType({ description: 'A place or a governed list an item is about.' })
export class ItemScope extends ScopeUse {}

/** A scope of an item, and the item. */
export type ItemScopeParent = DomainScopeUse & { readonly item: ItemParent };

@Resolver(() => ItemScope)
export class ItemScopeResolver {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  @ResolveField('members', () => [ScopeMember], {
    description:
      'Who was on the list, each with its source: on the day the item froze it, or, where it follows the list, on the day asked for. Empty for a place.',
    complexity: pageCost(10),
  })
  @FieldArgs(() => ComputedArgs)
  async members(
    { scope, frozenOn, item }: ItemScopeParent,
    { on }: ComputedArgs,
    request: Request,
  ): Promise<unknown> {
    const day = frozenOn ?? on ?? (await computedOn(request, this.backend, item));
    const place = { key: normaliseProgramme(item.programme), view: item.view };
    const all = await rowsBelow(programmes, 'scope_member', 'from_earliest, position, scope', place, request);
    return thoseOn(
      all.filter(({ partKey }) => partKey === normaliseReference(scope)),
      day,
    );
  }
}
