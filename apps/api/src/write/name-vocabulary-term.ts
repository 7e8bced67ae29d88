import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { nameVocabularyTerm, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsEnum, IsObject, IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { VocabularyEnum } from '../schema/enums.js';
import { LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class NameVocabularyTermInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field(() => VocabularyEnum)
  @IsEnum(VocabularyEnum)
  vocabulary!: keyof typeof VocabularyEnum;

  @Field({ description: 'As the answers spell it.' })
  @IsString()
  @Length(1, 100)
  term!: string;

  @Field(() => LangTextScalar)
  @IsObject()
  name!: LangText;
}

export class NameVocabularyTerm extends MasarCommand<NameVocabularyTermInput> {}

@CommandHandler(NameVocabularyTerm)
export class NameVocabularyTermHandler implements ICommandHandler<NameVocabularyTerm> {
  async execute({ context, input }: NameVocabularyTerm): Promise<CommandDone> {
    return executeOnProgramme(context, input.programme, {
      type: 'nameVocabularyTerm',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => nameVocabularyTerm(state, plain(input)),
    });
  }
}

@Resolver()
export class NameVocabularyTermResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, { description: 'A term of a closed list was named in languages.' })
  async nameVocabularyTerm(
    @Args('input') input: NameVocabularyTermInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', NameVocabularyTerm, input);
  }
}
