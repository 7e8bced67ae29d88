import { type Vocabulary, normaliseReference, vocabularies, vocabularyNames } from '@masar/domain';
import { type PartKind, listProgrammes, programmes } from '@masar/read-models';
import { Inject } from '@nestjs/common';
import { Args, ArgsType, Context, Field, Int, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { IsOptional, IsString, Length } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import { FieldArgs } from '../platform/graphql/field-args.js';
import { pageCost } from '../platform/limits/cost.js';
import { DayScalar } from '../schema/scalars.js';
import { rowsBelow } from './folded.js';
import { heldOn, thoseOn } from './lasting.js';
import {
  Body,
  Instrument,
  Named,
  Organisation,
  PartArgs,
  type PartParent,
  Programme,
  type ProgrammeParent,
  type ProgrammePlace,
  RecordingDeadline,
  Scope,
  VocabularyArgs,
  VocabularyTerms,
} from './programme.types.js';
import { type Request, ViewArgs, effectiveOnField, openView, readable } from './view.js';

@ArgsType()
export class ProgrammesArgs extends ViewArgs {
  @Field(() => DayScalar, effectiveOnField)
  @IsOptional()
  @IsString()
  effectiveOn?: string;
}

@ArgsType()
export class ProgrammeArgs extends ProgrammesArgs {
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

  @Query(() => Programme, { nullable: true })
  async programme(@Args() args: ProgrammeArgs, @Context() request: Request): Promise<ProgrammeParent | null> {
    request.requireRead(args.reference);
    const view = await openView(request, this.backend, args);
    const [row] = await listProgrammes(view.at, [args.reference]);
    return row ? { ...row, view } : null;
  }

  @Query(() => [Programme], {
    description: 'The programmes one may read, by reference.',
    complexity: pageCost(20),
  })
  async programmes(@Args() args: ProgrammesArgs, @Context() request: Request): Promise<ProgrammeParent[]> {
    const view = await openView(request, this.backend, args);
    const rows = await listProgrammes(view.at, readable(request, undefined));
    return rows.map((row) => ({ ...row, view }));
  }

  @ResolveField('recordingDeadline', () => Int, {
    nullable: true,
    description: 'Days from a decision to its recording; null where there is no deadline.',
  })
  async recordingDeadline(
    programme: ProgrammeParent,
    _args: object,
    request: Request,
  ): Promise<number | null> {
    const day = programme.view?.effectiveOn;
    if (day === undefined) return programme.recordingDeadline;
    return thoseOn(await deadlines(programme, request), day).at(-1)?.days ?? null;
  }

  @ResolveField('recordingDeadlines', () => [RecordingDeadline], {
    description: 'Every deadline there was, in the order of effect.',
    complexity: pageCost(3),
  })
  recordingDeadlines(programme: ProgrammeParent, _args: object, request: Request): unknown {
    return deadlines(programme, request);
  }

  @ResolveField('vocabularies', () => [VocabularyTerms], {
    description: 'The closed lists answers are made of, with what the programme calls their terms.',
    complexity: usual,
  })
  @FieldArgs(() => VocabularyArgs)
  async vocabularies(
    programme: ProgrammeParent,
    { vocabulary }: VocabularyArgs,
    request: Request,
  ): Promise<VocabularyTerms[]> {
    const named = await rowsBelow(programmes, 'term', 'vocabulary, term', programme, request);
    const wanted: readonly Vocabulary[] = vocabulary ? [vocabulary] : vocabularyNames;
    return wanted.map((of) => ({
      vocabulary: of,
      terms: vocabularies[of].map((term) => ({
        term,
        name: named.find((row) => row.vocabulary === of && row.term === term)?.name ?? null,
      })),
    }));
  }

  @ResolveField('instruments', () => [Instrument], { complexity: usual })
  @FieldArgs(() => PartArgs)
  instruments(programme: ProgrammeParent, args: PartArgs, request: Request): unknown {
    return parts(programme, 'instrument', args, request);
  }

  @ResolveField('organisations', () => [Organisation], { complexity: usual })
  @FieldArgs(() => PartArgs)
  organisations(programme: ProgrammeParent, args: PartArgs, request: Request): unknown {
    return parts(programme, 'organisation', args, request);
  }

  @ResolveField('themes', () => [Named], { complexity: usual })
  @FieldArgs(() => PartArgs)
  themes(programme: ProgrammeParent, args: PartArgs, request: Request): unknown {
    return parts(programme, 'theme', args, request);
  }

  @ResolveField('scopes', () => [Scope], { complexity: usual })
  @FieldArgs(() => PartArgs)
  scopes(programme: ProgrammeParent, args: PartArgs, request: Request): unknown {
    return parts(programme, 'scope', args, request);
  }

  @ResolveField('bodies', () => [Body], { complexity: usual })
  @FieldArgs(() => PartArgs)
  async bodies(programme: ProgrammeParent, { references }: PartArgs, request: Request): Promise<unknown> {
    const place = placeOf(programme);
    const all = await rowsBelow(programmes, 'body', 'position', place, request);
    const rows = all.filter(({ reference }) => isWanted(reference, references));
    const day = place.view?.effectiveOn;
    if (day === undefined) return rows.map((row) => ({ ...row, place }));
    const stretches = await rowsBelow(programmes, 'body_stretch', 'from_earliest, position', place, request);
    return rows.flatMap((row) => {
      const on = stretches.findLast((one) => one.body === row.reference && heldOn(one, day));
      if (!on) return [];
      const { competence, mandate, dissolved } = on;
      return [{ ...row, competence, mandate, dissolved, place }];
    });
  }
}

function placeOf({ key, view, folded }: ProgrammeParent): ProgrammePlace {
  return { key, view, ...(folded && { folded }) };
}

function isWanted(reference: string, references: readonly string[] | null | undefined): boolean {
  if (!references) return true;
  return references.some((wanted) => normaliseReference(wanted) === normaliseReference(reference));
}

function deadlines(programme: ProgrammePlace, request: Request) {
  return rowsBelow(programmes, 'deadline', 'from_earliest, position', programme, request);
}

/** The parts of a kind: as they are after everything known, or as they were on the day of the view. */
async function parts(
  programme: ProgrammeParent,
  kind: PartKind,
  { references }: PartArgs,
  request: Request,
): Promise<PartParent[]> {
  const place = placeOf(programme);
  const all = await rowsBelow(programmes, 'part', 'position', place, request);
  const rows = all.filter((row) => row.kind === kind && isWanted(row.reference, references));
  const day = place.view?.effectiveOn;
  if (day === undefined) return rows.map((row) => ({ ...row, place }));
  const stretches = await rowsBelow(programmes, 'part_stretch', 'from_earliest, position', place, request);
  return rows.flatMap((row) => {
    const on = stretches.findLast(
      (one) => one.kind === kind && one.partKey === row.partKey && heldOn(one, day),
    );
    if (!on) return [];
    const { name, status, parent, dissolved, mergedInto } = on;
    return [{ ...row, name, status, parent, dissolved, mergedInto, place }];
  });
}
