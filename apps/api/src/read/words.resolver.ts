import type { LangText } from '@masar/domain';
import { standingOf, textDiff } from '@masar/read-models';
import { ArgsType, Field, Int, ResolveField, Resolver } from '@nestjs/graphql';
import { FieldArgs } from '../platform/graphql/field-args.js';
import { pageCost } from '../platform/limits/cost.js';
import { LangTextScalar } from '../schema/scalars.js';
import { type AxisRow, axisRowsOf } from './axis-rows.js';
import { type ItemParent, ReformItem } from './item.types.js';
import type { Request } from './view.js';
import { type Days, Discrepancy, Part, TextDiff, TextVersion } from './words.types.js';

/** How many of each a query is reckoned to have of an item. */
const usual = 3;
/** To compare two versions takes the time of this many fields. */
const diffCost = 5_000;

@ArgsType()
class TextDiffArgs {
  @Field(() => Int, { description: 'Number of the former version.' })
  from!: number;

  @Field(() => Int, { description: 'Number of the latter version.' })
  to!: number;

  @Field({ description: 'Language tag: en, ar, ckb.' })
  language!: string;
}

/** The words of an item: those of the day of the view, or after everything known. */
@Resolver(() => ReformItem)
export class WordsResolver {
  @ResolveField('title', () => LangTextScalar, {
    description: 'In force on the day of effectiveOn; before it began, as it was registered.',
  })
  title(item: ItemParent, _args: object, request: Request): LangText | Promise<LangText> {
    return isOfDay(item) ? inForce(item, request).then(({ title }) => title) : item.title;
  }

  @ResolveField('text', () => LangTextScalar, { nullable: true })
  text(item: ItemParent, _args: object, request: Request): LangText | null | Promise<LangText | null> {
    return isOfDay(item) ? inForce(item, request).then(({ text }) => text) : item.text;
  }

  @ResolveField('textVersion', () => Int, { description: 'Number of the version these words are of.' })
  textVersion(item: ItemParent, _args: object, request: Request): number | Promise<number> {
    return isOfDay(item) ? inForce(item, request).then(({ number }) => number) : item.textVersion;
  }

  @ResolveField('parts', () => [Part], { description: 'Its lettered parts.', complexity: pageCost(usual) })
  async parts(item: ItemParent, _args: object, request: Request): Promise<readonly Part[]> {
    return (await inForce(item, request)).parts;
  }

  @ResolveField('prevailingLanguage', () => String, {
    nullable: true,
    description:
      'The language whose words count where they differ; null where none does, or where it is not known.',
  })
  async prevailingLanguage(item: ItemParent, _args: object, request: Request): Promise<string | null> {
    return (await wordingOf(item, request))?.prevailingLanguage ?? null;
  }

  @ResolveField('prevailingLanguageKnown', () => Boolean, {
    description: 'False: nobody said which language prevails, or that none does.',
  })
  async prevailingLanguageKnown(item: ItemParent, _args: object, request: Request): Promise<boolean> {
    return (await wordingOf(item, request))?.prevailingKnown ?? false;
  }

  @ResolveField('versions', () => [TextVersion], {
    description: 'Every version of its words, in the order they were recorded.',
    complexity: pageCost(usual),
  })
  async versions(item: ItemParent, _args: object, request: Request): Promise<VersionParent[]> {
    return (await axisRowsOf(item, request, 'version')).map((row) => ({ ...row, item }));
  }

  @ResolveField('discrepancies', () => [Discrepancy], {
    description: 'Where its languages were noted not to say the same, in the order of effect.',
    complexity: pageCost(usual),
  })
  async discrepancies(item: ItemParent, _args: object, request: Request): Promise<unknown> {
    const day = item.view?.effectiveOn;
    const rows = await axisRowsOf(item, request, 'discrepancy');
    return rows.filter(({ fromEarliest }) => day === undefined || fromEarliest <= day);
  }

  @ResolveField('textDiff', () => TextDiff, {
    nullable: true,
    description: 'What changed between two versions in one language; null where it has no such version.',
    complexity: ({ childComplexity }: { childComplexity: number }) => diffCost + childComplexity,
  })
  @FieldArgs(() => TextDiffArgs)
  async textDiff(
    item: ItemParent,
    { from, to, language }: TextDiffArgs,
    request: Request,
  ): Promise<TextDiff | null> {
    const rows = await axisRowsOf(item, request, 'version');
    const [former, latter] = [from, to].map((number) => rows.find((row) => row.number === number));
    return former && latter ? textDiff(former, latter, language) : null;
  }
}

type VersionParent = AxisRow<'version'> & { readonly item: ItemParent };

@Resolver(() => TextVersion)
export class TextVersionResolver {
  /** Stretches that follow each other are one. */
  @ResolveField('inForce')
  async inForce({ number, item }: VersionParent, _args: object, request: Request): Promise<Days[]> {
    const days: Days[] = [];
    let follows = false;
    for (const row of await axisRowsOf(item, request, 'wording')) {
      const holds = row.present && row.textVersion === number;
      const { fromEarliest, fromLatest, toEarliest, toLatest } = row;
      if (holds && follows) Object.assign(days.at(-1)!, { toEarliest, toLatest });
      else if (holds) days.push({ fromEarliest, fromLatest, toEarliest, toLatest });
      follows = holds;
    }
    return days;
  }
}

function isOfDay({ view }: ItemParent): boolean {
  return view?.effectiveOn !== undefined;
}

/** Which version was in force and which language prevailed; undefined before the item began. */
async function wordingOf(item: ItemParent, request: Request): Promise<AxisRow<'wording'> | undefined> {
  return standingOf(await axisRowsOf(item, request, 'wording'), item.view?.effectiveOn)[0];
}

/** The version in force; before the item began, the first one there is. */
async function inForce(item: ItemParent, request: Request): Promise<AxisRow<'version'>> {
  const [versions, wording] = await Promise.all([
    axisRowsOf(item, request, 'version'),
    wordingOf(item, request),
  ]);
  return versions.find(({ number }) => number === wording?.textVersion) ?? versions[0]!;
}
