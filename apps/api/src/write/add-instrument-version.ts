import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { addInstrumentVersion, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsObject, IsOptional, IsString, Length, ValidateNested } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType({ description: 'An article of a version of an instrument.' })
export class ArticleInput {
  @Field({ description: 'As the instrument numbers it.' })
  @IsString()
  @Length(1, 50)
  article!: string;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  heading?: LangText;
}

@InputType()
export class AddInstrumentVersionInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the instrument.' })
  @IsString()
  @Length(1, 200)
  instrument!: string;

  @Field({ description: 'What the version is called: a year, a number.' })
  @IsString()
  @Length(1, 100)
  version!: string;

  @Field(() => [ArticleInput], { nullable: true, description: 'All articles, where they are listed.' })
  @IsOptional()
  @Type(() => ArticleInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(500)
  articles?: ArticleInput[];

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  title?: LangText;

  @Field(() => String, { nullable: true, description: 'Where it can be read.' })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  uri?: string;

  @Field(() => String, { nullable: true, description: 'SHA-256 of what was read there, hexadecimal.' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  sha256?: string;
}

export class AddInstrumentVersion extends MasarCommand<AddInstrumentVersionInput> {}

@CommandHandler(AddInstrumentVersion)
export class AddInstrumentVersionHandler implements ICommandHandler<AddInstrumentVersion> {
  async execute({ context, input }: AddInstrumentVersion): Promise<CommandDone> {
    return executeOnProgramme(context, input.programme, {
      type: 'addInstrumentVersion',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => addInstrumentVersion(state, plain(input)),
    });
  }
}

@Resolver()
export class AddInstrumentVersionResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, {
    description: 'A version of an instrument, with its articles, in effect from a day on.',
  })
  async addInstrumentVersion(
    @Args('input') input: AddInstrumentVersionInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', AddInstrumentVersion, input);
  }
}
