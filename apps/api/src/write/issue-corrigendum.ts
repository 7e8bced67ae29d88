import { type CommandDone, executeOnMinutes, requirePoints } from '@masar/commands';
import { issueCorrigendum, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ArrayMaxSize, IsArray, IsObject, IsOptional, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class IssueCorrigendumInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop they are of.' })
  @IsString()
  @Length(1, 200)
  workshop!: string;

  @Field({ description: 'As it is cited.' })
  @IsString()
  @Length(1, 50)
  number!: string;

  @Field(() => LangTextScalar)
  @IsObject()
  text!: LangText;

  @Field(() => [String], { nullable: true, description: 'Numbers of the points of the agenda it concerns.' })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(200)
  points?: string[];
}

export class IssueCorrigendum extends MasarCommand<IssueCorrigendumInput> {}

@CommandHandler(IssueCorrigendum)
export class IssueCorrigendumHandler implements ICommandHandler<IssueCorrigendum> {
  async execute({ context, input }: IssueCorrigendum): Promise<CommandDone> {
    return executeOnMinutes(context, input.programme, input.workshop, {
      type: 'issueCorrigendum',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (minutes, workshop) => {
        if (input.points) requirePoints(workshop, input.points);
        return issueCorrigendum(minutes, plain(input));
      },
    });
  }
}

@Resolver()
export class IssueCorrigendumResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'An error in approved minutes is put right; the minutes stay as they were approved.',
  })
  async issueCorrigendum(
    @Args('input') input: IssueCorrigendumInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', IssueCorrigendum, input);
  }
}
