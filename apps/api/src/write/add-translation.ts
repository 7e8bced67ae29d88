import { type CommandDone, executeOnItem } from '@masar/commands';
import { addTranslation, decideOnItem } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsOptional, IsString, Length, ValidateNested } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { longestText } from './item-inputs.js';
import { Mutations } from './mutations.js';

@InputType({ description: 'A lettered part in one language.' })
export class TranslatedPartInput {
  @Field({ description: 'Label of a part the text has.' })
  @IsString()
  @Length(1, 20)
  label!: string;

  @Field()
  @IsString()
  @Length(1, longestText)
  text!: string;
}

@InputType()
export class AddTranslationInput extends ItemCommandInput {
  @Field({ description: 'Language tag (BCP 47): en, ar, ckb.' })
  @IsString()
  @Length(2, 35)
  language!: string;

  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, longestText)
  title?: string;

  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, longestText)
  text?: string;

  @Field(() => [TranslatedPartInput], { nullable: true })
  @IsOptional()
  @Type(() => TranslatedPartInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(50)
  parts?: TranslatedPartInput[];
}

export class AddTranslation extends MasarCommand<AddTranslationInput> {}

@CommandHandler(AddTranslation)
export class AddTranslationHandler implements ICommandHandler<AddTranslation> {
  async execute({ context, input }: AddTranslation): Promise<CommandDone> {
    const given = plain(input);
    return executeOnItem(context, input, {
      type: 'addTranslation',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => decideOnItem(history, given, (item) => addTranslation(item, given)),
    });
  }
}

@Resolver()
export class AddTranslationResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'Adds the words of an item in a language they are not in yet. The others stay as they are.',
  })
  async addTranslation(
    @Args('input') input: AddTranslationInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', AddTranslation, input);
  }
}
