import type { GivenDate as DomainGivenDate, LangText } from '@masar/domain';
import {
  type Keyed,
  type SessionRow,
  type WorkshopPlace,
  type WorkshopRow,
  countWorkshops,
  findWorkshop,
  listWorkshops,
  sessionsOf,
} from '@masar/read-models';
import { Inject } from '@nestjs/common';
import {
  Args,
  ArgsType,
  Context,
  Field,
  Int,
  ObjectType,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { ArrayMaxSize, IsEnum, IsOptional, IsString, Length } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import { pageCost } from '../platform/limits/cost.js';
import { CalendarEnum, DateBasisEnum, WorkshopStateEnum } from '../schema/enums.js';
import { EdtfScalar, InstantScalar, LangTextScalar, PositionScalar } from '../schema/scalars.js';
import { rowsByKey } from './batch.js';
import { type Page, connectionOf, defaultPage, listingName, pageOf } from './page.js';
import { PagedViewArgs, type Request, type View, ViewArgs, openPage, openView, readable } from './view.js';

@ObjectType({ description: 'A date as somebody gave it.' })
export class GivenDate implements Partial<DomainGivenDate> {
  @Field(() => EdtfScalar, { nullable: true, description: 'Null: unknown.' })
  edtf!: string | null;

  @Field(() => String, { nullable: true, description: "The source's own spelling, where it differs." })
  asWritten?: string;

  @Field(() => CalendarEnum, { nullable: true })
  calendar?: DomainGivenDate['calendar'];

  @Field(() => DateBasisEnum, { nullable: true })
  basis?: DomainGivenDate['basis'];
}

@ObjectType({ description: 'A session of a workshop.' })
export class Session {
  @Field()
  reference!: string;

  @Field(() => Int, { description: 'Number within the workshop, from 1.' })
  sessionOrder!: number;

  @Field(() => LangTextScalar, { nullable: true })
  title!: LangText | null;

  @Field(() => EdtfScalar, { nullable: true })
  heldOn!: string | null;

  @Field(() => PositionScalar)
  position!: number;
}

/** A workshop's row, where it was read, and its sessions where a command left them. */
export type WorkshopParent = Keyed<WorkshopRow> & {
  readonly view: View | undefined;
  readonly folded?: { readonly sessions: readonly Omit<Keyed<SessionRow>, 'key'>[] };
};

@ObjectType({ description: 'A workshop of a programme, and what is known of it.' })
export class Workshop {
  @Field()
  programme!: string;

  @Field()
  reference!: string;

  @Field(() => LangTextScalar)
  topic!: LangText;

  @Field(() => Int, {
    nullable: true,
    description: 'Place in its announcement, from 1; not a number it was given.',
  })
  listed!: number | null;

  @Field(() => WorkshopStateEnum)
  state!: string;

  @Field(() => GivenDate, { description: 'When it was announced or scheduled for.' })
  heldOn!: GivenDate;

  @Field(() => LangTextScalar, { nullable: true })
  venue!: LangText | null;

  @Field(() => LangTextScalar, { nullable: true })
  note!: LangText | null;

  @Field()
  illustrative!: boolean;

  @Field(() => Int)
  revision!: number;

  @Field(() => PositionScalar)
  lastPosition!: number;

  @Field(() => InstantScalar)
  lastRecordedAt!: string;
}

export const WorkshopConnection = connectionOf(Workshop, 'Workshop');

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
    request.require('read', args.programme);
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
    const rows = await listWorkshops(view.at, listing, first, keys as unknown as WorkshopPlace | undefined);
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
  sessions({ key, view, folded }: WorkshopParent, _args: object, request: Request): unknown {
    return view ? rowsByKey(request, 'sessions', view.at, key, sessionsOf) : (folded?.sessions ?? []);
  }
}

@Resolver(() => WorkshopConnection)
export class WorkshopConnectionResolver {
  @ResolveField('totalCount', () => Int)
  totalCount(page: Page<WorkshopParent>): Promise<number> {
    return page.count();
  }
}
