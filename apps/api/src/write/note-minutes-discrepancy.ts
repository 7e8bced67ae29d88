import { type CommandDone, executeOnMinutes } from '@masar/commands';
import { noteMinutesDiscrepancy, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsObject, IsOptional, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class NoteMinutesDiscrepancyInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop they are of.' })
  @IsString()
  @Length(1, 200)
  workshop!: string;

  @Field(() => LangTextScalar, { description: 'The passages that disagree, by language; at least two.' })
  @IsObject()
  passages!: LangText;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  note?: LangText;
}

export class NoteMinutesDiscrepancy extends MasarCommand<NoteMinutesDiscrepancyInput> {}

@CommandHandler(NoteMinutesDiscrepancy)
export class NoteMinutesDiscrepancyHandler implements ICommandHandler<NoteMinutesDiscrepancy> {
  async execute({ context, input }: NoteMinutesDiscrepancy): Promise<CommandDone> {
    return executeOnMinutes(context, input.programme, input.workshop, {
      type: 'noteMinutesDiscrepancy',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (minutes) => noteMinutesDiscrepancy(minutes, plain(input)),
    });
  }
}

@Resolver()
export class NoteMinutesDiscrepancyResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'Two languages of the minutes say different things; none is preferred.',
  })
  async noteMinutesDiscrepancy(
    @Args('input') input: NoteMinutesDiscrepancyInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', NoteMinutesDiscrepancy, input);
  }
}
