import { type CommandDone, executeOnWorkshop } from '@masar/commands';
import { recordAttendance } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ArrayMaxSize, IsArray, IsOptional, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { WorkshopCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RecordAttendanceInput extends WorkshopCommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop.' })
  @IsString()
  @Length(1, 200)
  workshop!: string;

  @Field({ description: 'Reference of the session.' })
  @IsString()
  @Length(1, 200)
  session!: string;

  @Field(() => [String], { description: 'References of the organisations whose delegations were there.' })
  @IsArray()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(100)
  present!: string[];

  @Field(() => [String], { nullable: true, description: 'References of those that were not.' })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(100)
  absent?: string[];
}

export class RecordAttendance extends MasarCommand<RecordAttendanceInput> {}

@CommandHandler(RecordAttendance)
export class RecordAttendanceHandler implements ICommandHandler<RecordAttendance> {
  async execute({ context, input }: RecordAttendance): Promise<CommandDone> {
    return executeOnWorkshop(context, input.programme, input.workshop, {
      type: 'recordAttendance',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => recordAttendance(state, plain(input)),
    });
  }
}

@Resolver()
export class RecordAttendanceResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'Which delegations were at a session. Replaces what was recorded of it before.',
  })
  async recordAttendance(
    @Args('input') input: RecordAttendanceInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', RecordAttendance, input);
  }
}
