import { type CommandDone, executeOnItem } from '@masar/commands';
import { Refusal, decideOnItem, setPrevailingLanguage } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsBoolean, IsOptional, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType({ description: 'A language, or that there is none: one of the two.' })
export class SetPrevailingLanguageInput extends ItemCommandInput {
  @Field({ nullable: true, description: 'The language whose words count where they differ.' })
  @IsOptional()
  @IsString()
  @Length(2, 35)
  language?: string;

  @Field({ nullable: true, description: 'True: it is known that no language prevails.' })
  @IsOptional()
  @IsBoolean()
  none?: boolean;
}

export class SetPrevailingLanguage extends MasarCommand<SetPrevailingLanguageInput> {}

@CommandHandler(SetPrevailingLanguage)
export class SetPrevailingLanguageHandler implements ICommandHandler<SetPrevailingLanguage> {
  async execute({ context, input }: SetPrevailingLanguage): Promise<CommandDone> {
    const given = Object.assign(plain(input), { language: languageOf(input) });
    return executeOnItem(context, input, {
      type: 'setPrevailingLanguage',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => decideOnItem(history, given, (item) => setPrevailingLanguage(item, given)),
    });
  }
}

function languageOf({ language, none = false }: SetPrevailingLanguageInput): string | null {
  if (none === (language !== undefined)) {
    const message = 'is needed, or none: true; not both';
    throw new Refusal('INVALID_INPUT', `language ${message}`, [{ path: 'language', message }]);
  }
  return language ?? null;
}

@Resolver()
export class SetPrevailingLanguageResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'Says which language of an item prevails, or that none does. Until then it is not known.',
  })
  async setPrevailingLanguage(
    @Args('input') input: SetPrevailingLanguageInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', SetPrevailingLanguage, input);
  }
}
