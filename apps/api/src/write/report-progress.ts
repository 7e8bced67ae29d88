import { type CommandDone, executeOnItem } from '@masar/commands';
import { type LangText, reportProgress } from '@masar/domain';
import { Args, Context, Field, InputType, Int, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  ArrayMaxSize,
  IsEnum,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
} from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { ProgressLevelEnum } from '../schema/enums.js';
import { EdtfScalar, LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

/** What a report says, whoever sends it. */
@InputType({ isAbstract: true })
export abstract class ProgressInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Any reference the item goes by.' })
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field({ description: 'Reference of the addressee whose report it is.' })
  @IsString()
  @Length(1, 200)
  addressee!: string;

  @Field(() => ProgressLevelEnum)
  @IsEnum(ProgressLevelEnum)
  progress!: keyof typeof ProgressLevelEnum;

  @Field(() => Int, { nullable: true, description: 'A whole number from 0 to 100; with percentBasis.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(100)
  percent?: number;

  @Field(() => LangTextScalar, { nullable: true, description: 'What the percentage is of.' })
  @IsOptional()
  @IsObject()
  percentBasis?: LangText;

  @Field(() => EdtfScalar, { nullable: true, description: 'What the report is about.' })
  @IsOptional()
  @IsString()
  period?: string;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  text?: LangText;

  @Field(() => [String], {
    nullable: true,
    description: 'Names of pieces of evidence of the item it points to.',
  })
  @IsOptional()
  @IsString({ each: true })
  @Length(1, 60, { each: true })
  @ArrayMaxSize(50)
  evidence?: string[];
}

@InputType()
export class ReportProgressInput extends ProgressInput {}

export class ReportProgress extends MasarCommand<ReportProgressInput> {}

@CommandHandler(ReportProgress)
export class ReportProgressHandler implements ICommandHandler<ReportProgress> {
  async execute({ context, input }: ReportProgress): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'reportProgress',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => reportProgress(history, plain(input)),
    });
  }
}

@Resolver()
export class ReportProgressResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('report')
  @Mutation(() => CommandResult, {
    description:
      'An addressee says how far it has come: the organisation your token speaks for, and no other. It changes no assessment.',
  })
  async reportProgress(
    @Args('input') input: ReportProgressInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    request.require('report', input.programme);
    request.requireOrganisation(input.addressee);
    return this.mutations.run(request, 'report', ReportProgress, input);
  }
}
