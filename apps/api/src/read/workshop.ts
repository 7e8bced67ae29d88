import { normaliseReference, type People } from '@masar/domain';
import {
  type Camel,
  type DelegationRow,
  type ItemRow,
  type Keyed,
  type WorkshopPlace as ListPlace,
  countWorkshops,
  decisionsAtWorkshops,
  findWorkshop,
  itemsByKey,
  listWorkshops,
  workshops,
} from '@masar/read-models';
import { Inject } from '@nestjs/common';
import { Args, ArgsType, Context, Field, Int, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ArrayMaxSize, IsEnum, IsOptional, IsString, Length } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import { FieldArgs } from '../platform/graphql/field-args.js';
import { pageCost } from '../platform/limits/cost.js';
import { WorkshopStateEnum } from '../schema/enums.js';
import { DayScalar } from '../schema/scalars.js';
import { grouped, rowsByKey } from './batch.js';
import { decisionParent } from './decision.types.js';
import { rowsBelow } from './folded.js';
import { PeopleInPart, ReformItem } from './item.types.js';
import { itemParent } from './item.resolver.js';
import { thoseOn } from './lasting.js';
import { Minutes, type MinutesParent, type WorkshopPlace } from './minutes.types.js';
import { type Page, defaultPage, listingName, pageOf } from './page.js';
import { OnDayArgs } from './programme.types.js';
import {
  PagedViewArgs,
  type Request,
  ViewArgs,
  effectiveOnField,
  openPage,
  openView,
  readable,
} from './view.js';
import {
  AgendaPoint,
  type AgendaPointParent,
  Appointment,
  Delegation,
  Session,
  Workshop,
  WorkshopConnection,
  type WorkshopParent,
  WorkshopRecord,
} from './workshop.types.js';

@ArgsType()
export class WorkshopArgs extends ViewArgs {
  @Field()
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field()
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field(() => DayScalar, {
    ...effectiveOnField,
    description: 'Delegations are those of that day, as known.',
  })
  @IsOptional()
  @IsString()
  effectiveOn?: string;
}

@ArgsType()
export class WorkshopsArgs extends PagedViewArgs {
  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  programme?: string;

  @Field(() => [WorkshopStateEnum], { nullable: true })
  @IsOptional()
  @IsEnum(WorkshopStateEnum, { each: true })
  @ArrayMaxSize(10)
  states?: string[];
}

@Resolver(() => Workshop)
export class WorkshopResolver {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  @Query(() => Workshop, { nullable: true })
  async workshop(@Args() args: WorkshopArgs, @Context() request: Request): Promise<WorkshopParent | null> {
    request.requireRead(args.programme);
    const view = await openView(request, this.backend, args);
    const row = await findWorkshop(view.at, args.programme, args.reference);
    return row ? { ...row, view } : null;
  }

  @Query(() => WorkshopConnection, {
    description: 'The workshops of a programme, or of all one may read, as listed in their announcement.',
    complexity: pageCost(defaultPage),
  })
  async workshops(@Args() args: WorkshopsArgs, @Context() request: Request): Promise<Page<WorkshopParent>> {
    const { programme, states, first = defaultPage } = args;
    const listing = { programme, readable: readable(request, programme), states };
    const name = listingName('workshops', programme, states);
    const { view, log, keys } = await openPage(request, this.backend, args, name);
    const rows = await listWorkshops(view.at, listing, first, keys as unknown as ListPlace | undefined);
    return pageOf(
      rows,
      first,
      { listing: name, position: view.at.position, log },
      ({ programmeKey, listed, key }) => [programmeKey, listed ?? 2_147_483_647, key],
      (row) => ({ ...row, view }),
      () => countWorkshops(view.at, listing),
    );
  }

  @ResolveField('sessions', () => [Session], { complexity: pageCost(5) })
  sessions(workshop: WorkshopParent, _args: object, request: Request): unknown {
    return rowsBelow(workshops, 'session', 'session_order', workshop, request);
  }

  @ResolveField('appointments', () => [Appointment], {
    description: 'Every date it was given, in the order they were recorded.',
    complexity: pageCost(2),
  })
  appointments(workshop: WorkshopParent, _args: object, request: Request): unknown {
    return rowsBelow(workshops, 'appointment', 'position', workshop, request);
  }

  @ResolveField('agenda', () => [AgendaPoint], {
    description: 'The agenda as set last; empty where none was recorded.',
    complexity: pageCost(10),
  })
  async agenda(workshop: WorkshopParent, _args: object, request: Request): Promise<AgendaPointParent[]> {
    const place = placeOf(workshop);
    const rows = await rowsBelow(workshops, 'agenda_point', 'ordinal', place, request);
    return rows.map((row) => ({ ...row, place }));
  }

  @ResolveField('delegations', () => [Delegation], {
    description: 'The delegations that have a seat.',
    complexity: pageCost(10),
  })
  @FieldArgs(() => OnDayArgs)
  async delegations(workshop: WorkshopParent, { on }: OnDayArgs, request: Request): Promise<unknown> {
    const all = await seats(workshop, request);
    return thoseOn(all, on ?? workshop.view?.effectiveOn);
  }

  @ResolveField('delegationHistory', () => [Delegation], {
    description: 'Every seat there was, also those given up.',
    complexity: pageCost(10),
  })
  delegationHistory(workshop: WorkshopParent, _args: object, request: Request): unknown {
    return seats(workshop, request);
  }

  @ResolveField('minutes', () => Minutes, {
    nullable: true,
    description: 'Null where nobody recorded any.',
  })
  async minutes(workshop: WorkshopParent, _args: object, request: Request): Promise<MinutesParent | null> {
    const place = placeOf(workshop);
    const [row] = await rowsBelow(workshops, 'minutes', 'programme', place, request);
    return row ? { ...row, place } : null;
  }

  @ResolveField('record', () => WorkshopRecord, {
    description: 'What was decided, session by session, each decision with its outcome per item.',
    complexity: pageCost(10),
  })
  async record(workshop: WorkshopParent, _args: object, request: Request): Promise<WorkshopRecord> {
    const { view, key } = workshop;
    const sessions = await rowsBelow(workshops, 'session', 'session_order', workshop, request);
    const rows = view
      ? await grouped(request, 'decisionsAt', view.at, key, decisionsAtWorkshops, (row) => row.workshopKey)
      : [];
    const decisions = rows.map((row) => ({ session: row.session, decision: decisionParent(row, view!) }));
    const isOf = (session: string | null, { reference }: { readonly reference: string }) =>
      session !== null && normaliseReference(session) === normaliseReference(reference);
    return {
      sessions: sessions.map((session) => ({
        session,
        decisions: decisions.filter((one) => isOf(one.session, session)).map(({ decision }) => decision),
      })),
      outsideSessions: decisions
        .filter((one) => !sessions.some((session) => isOf(one.session, session)))
        .map(({ decision }) => decision),
    };
  }
}

@Resolver(() => Delegation)
export class DelegationResolver {
  @ResolveField('people', () => [PeopleInPart], {
    description: 'Who was in it. Opaque ids: no name stands in any event.',
  })
  people({ people }: { readonly people: People }): PeopleInPart[] {
    return Object.entries(people).map(([part, subjects]) => ({ part, subjects }));
  }
}

@Resolver(() => AgendaPoint)
export class AgendaPointResolver {
  @ResolveField('items', () => [ReformItem], {
    description: 'The items it is about.',
    complexity: pageCost(5),
  })
  async items(
    { items, place: { view } }: AgendaPointParent,
    _args: object,
    request: Request,
  ): Promise<unknown> {
    if (!view) return [];
    const rows = await Promise.all(
      items.map((key) => rowsByKey<Keyed<ItemRow>>(request, 'items', view.at, key, itemsByKey)),
    );
    return rows.flat().map((row) => itemParent(row, view));
  }
}

function placeOf({ key, view, folded }: WorkshopParent): WorkshopPlace {
  return { key, view, ...(folded && { folded }) };
}

function seats(workshop: WorkshopParent, request: Request): Promise<readonly Camel<DelegationRow>[]> {
  return rowsBelow(workshops, 'delegation', 'from_earliest, position', workshop, request);
}

@Resolver(() => WorkshopConnection)
export class WorkshopConnectionResolver {
  @ResolveField('totalCount', () => Int)
  totalCount(page: Page<WorkshopParent>): Promise<number> {
    return page.count();
  }
}
