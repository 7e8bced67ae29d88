import { type DynamicModule, Module } from '@nestjs/common';
import { BACKEND, type Backend } from '../backend.js';
import { ActionResolver, AxesResolver, IndicatorResolver } from './axes.resolver.js';
import { BlockedResolver } from './blocked.js';
import {
  DecidedItemResolver,
  DecisionConnectionResolver,
  DecisionResolver,
  WorkshopDecisionsResolver,
} from './decision.resolver.js';
import { CorrectionConnectionResolver, CorrectionResolver } from './correction.resolver.js';
import { DistributionResolver, ItemDistributionsResolver } from './distribution.js';
import { EventsResolver } from './events.js';
import { ItemScopeResolver } from './item-scopes.js';
import { ItemCountsResolver } from './item-counts.js';
import { ItemConnectionResolver, ItemResolver } from './item.resolver.js';
import { MinutesResolver } from './minutes.js';
import { BodyResolver, InstrumentResolver, OrganisationResolver, ScopeResolver } from './programme-parts.js';
import { ProgrammeResolver } from './programme.js';
import { ItemRelationsResolver, RelationResolver } from './relation.resolver.js';
import { ReplayResolver } from './replay.js';
import { SortingResolver } from './item-sorting.js';
import { TextVersionResolver, WordsResolver } from './words.resolver.js';
import {
  AgendaPointResolver,
  DelegationResolver,
  WorkshopConnectionResolver,
  WorkshopResolver,
} from './workshop.js';

/** The read side: resolvers over the read models and the log. */
@Module({})
export class ReadModule {
  static for(backend: Backend): DynamicModule {
    return {
      module: ReadModule,
      providers: [
        { provide: BACKEND, useValue: backend },
        ProgrammeResolver,
        OrganisationResolver,
        InstrumentResolver,
        ScopeResolver,
        BodyResolver,
        WorkshopResolver,
        WorkshopConnectionResolver,
        AgendaPointResolver,
        DelegationResolver,
        MinutesResolver,
        DecisionResolver,
        DecidedItemResolver,
        DecisionConnectionResolver,
        WorkshopDecisionsResolver,
        CorrectionResolver,
        CorrectionConnectionResolver,
        ItemScopeResolver,
        ItemResolver,
        ItemConnectionResolver,
        WordsResolver,
        TextVersionResolver,
        SortingResolver,
        BlockedResolver,
        ItemRelationsResolver,
        RelationResolver,
        AxesResolver,
        ActionResolver,
        IndicatorResolver,
        DistributionResolver,
        ItemDistributionsResolver,
        ItemCountsResolver,
        EventsResolver,
        ReplayResolver,
      ],
    };
  }
}
