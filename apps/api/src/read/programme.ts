import type { LangText } from '@masar/domain';
import {
  type BodyRow,
  type Keyed,
  type PartKind,
  type PartRow,
  type ProgrammeRow,
  bodiesOf,
  listProgrammes,
  partsOf,
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
import { IsString, Length } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import { Requires } from '../platform/auth/requires.js';
import { pageCost } from '../platform/limits/cost.js';
import { BodyKindEnum, CompetenceEnum, InstrumentKindEnum, InstrumentStatusEnum } from '../schema/enums.js';
import { InstantScalar, LangTextScalar, PositionScalar } from '../schema/scalars.js';
import { rowsByKey } from './batch.js';
import { type Request, type View, ViewArgs, openView, readable } from './view.js';

@ObjectType({ description: 'Something a programme names: a theme or a scope.' })
export class Named {
  @Field()
  reference!: string;

  @Field(() => LangTextScalar)
  name!: LangText;

  @Field({ description: 'Made-up data.' })
  illustrative!: boolean;
}

@ObjectType({ description: 'A law, strategy or plan the programme rests on.' })
export class Instrument extends Named {
  @Field(() => InstrumentKindEnum)
  instrumentKind!: string;

  @Field(() => InstrumentStatusEnum)
  status!: string;
}

@ObjectType({ description: 'An organisation that leads, supports, verifies or is addressed.' })
export class Organisation extends Named {
  @Field(() => String, { nullable: true, description: 'Reference of the organisation it is part of.' })
  parent!: string | null;
}

@ObjectType({ description: 'A body that decides, and what it may do.' })
export class Body extends Named {
  @Field(() => BodyKindEnum)
  kind!: string;

  @Field(() => CompetenceEnum)
  competence!: string;

  @Field(() => LangTextScalar, { nullable: true })
  mandate!: LangText | null;

  @Field()
  dissolved!: boolean;

  @Field(() => Int)
  revision!: number;
}

/** A programme's row, where it was read, and its parts where a command left them. */
export type ProgrammeParent = Keyed<ProgrammeRow> & {
  readonly view: View | undefined;
  readonly folded?: { readonly parts: readonly Omit<Keyed<PartRow>, 'key'>[] };
};

@ObjectType({ description: 'A reform programme: what it rests on, who decides, what it is about.' })
export class Programme {
  @Field()
  reference!: string;

  @Field(() => LangTextScalar)
  name!: LangText;

  @Field(() => LangTextScalar, { nullable: true })
  description!: LangText | null;

  @Field()
  illustrative!: boolean;

  @Field(() => Int)
  revision!: number;

  @Field(() => PositionScalar)
  lastPosition!: number;

  @Field(() => InstantScalar)
  lastRecordedAt!: string;
}

@ArgsType()
export class ProgrammeArgs extends ViewArgs {
  @Field()
  @IsString()
  @Length(1, 200)
  reference!: string;
}

/** How many of a kind a programme is reckoned to have. */
const usual = pageCost(20);

@Resolver(() => Programme)
export class ProgrammeResolver {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  @Requires('read', 'reference')
  @Query(() => Programme, { nullable: true })
  async programme(@Args() args: ProgrammeArgs, @Context() request: Request): Promise<ProgrammeParent | null> {
    request.require('read', args.reference);
    const view = await openView(request, this.backend, args);
    const [row] = await listProgrammes(view.at, [args.reference]);
    return row ? { ...row, view } : null;
  }

  @Query(() => [Programme], {
    description: 'The programmes one may read, by reference.',
    complexity: pageCost(20),
  })
  async programmes(@Args() args: ViewArgs, @Context() request: Request): Promise<ProgrammeParent[]> {
    const view = await openView(request, this.backend, args);
    const rows = await listProgrammes(view.at, readable(request, undefined));
    return rows.map((row) => ({ ...row, view }));
  }

  @ResolveField('instruments', () => [Instrument], { complexity: usual })
  instruments(programme: ProgrammeParent, _args: object, request: Request): unknown {
    return parts(programme, 'instrument', request);
  }

  @ResolveField('organisations', () => [Organisation], { complexity: usual })
  organisations(programme: ProgrammeParent, _args: object, request: Request): unknown {
    return parts(programme, 'organisation', request);
  }

  @ResolveField('themes', () => [Named], { complexity: usual })
  themes(programme: ProgrammeParent, _args: object, request: Request): unknown {
    return parts(programme, 'theme', request);
  }

  @ResolveField('scopes', () => [Named], { complexity: usual })
  scopes(programme: ProgrammeParent, _args: object, request: Request): unknown {
    return parts(programme, 'scope', request);
  }

  @ResolveField('bodies', () => [Body], { complexity: usual })
  bodies(
    { key, view }: ProgrammeParent,
    _args: object,
    request: Request,
  ): Promise<readonly Keyed<BodyRow>[]> | [] {
    return view ? rowsByKey(request, 'bodies', view.at, key, bodiesOf) : [];
  }
}

async function parts(
  { key, view, folded }: ProgrammeParent,
  kind: PartKind,
  request: Request,
): Promise<unknown> {
  const rows = view ? await rowsByKey(request, 'parts', view.at, key, partsOf) : (folded?.parts ?? []);
  return rows.filter((row) => row.kind === kind);
}
