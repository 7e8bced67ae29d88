import { type CommandDone, executeOnItem } from '@masar/commands';
import { type LangText, decideOnItem, noteDiscrepancy } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsObject, IsOptional, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class NoteDiscrepancyInput extends ItemCommandInput {
  @Field(() => LangTextScalar, {
    description: 'What it says in each of two or more languages, where that is not the same.',
  })
  @IsObject()
  passages!: LangText;

  @Field({ nullable: true, description: 'Label of the part they stand in.' })
  @IsOptional()
  @IsString()
  @Length(1, 20)
  part?: string;

  @Field(() => LangTextScalar, { nullable: true, description: 'What is different about them.' })
  @IsOptional()
  @IsObject()
  note?: LangText;
}

export class NoteDiscrepancy extends MasarCommand<NoteDiscrepancyInput> {}

@CommandHandler(NoteDiscrepancy)
export class NoteDiscrepancyHandler implements ICommandHandler<NoteDiscrepancy> {
  async execute({ context, input }: NoteDiscrepancy): Promise<CommandDone> {
    const given = plain(input);
    return executeOnItem(context, input, {
      type: 'noteDiscrepancy',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => decideOnItem(history, given, (item) => noteDiscrepancy(item, given)),
    });
  }
}

@Resolver()
export class NoteDiscrepancyResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'Notes that two or more languages of an item do not say the same. No word is changed.',
  })
  async noteDiscrepancy(
    @Args('input') input: NoteDiscrepancyInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', NoteDiscrepancy, input);
  }
}
