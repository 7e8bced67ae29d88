import { type CommandDone, executeOnMinutes } from '@masar/commands';
import { circulateMinutes, mentionsOf } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ArrayMaxSize, IsArray, IsOptional, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class CirculateMinutesInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop they are of.' })
  @IsString()
  @Length(1, 200)
  workshop!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'References of the organisations it went to; left out: not known.',
  })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(200)
  to?: string[];
}

export class CirculateMinutes extends MasarCommand<CirculateMinutesInput> {}

@CommandHandler(CirculateMinutes)
export class CirculateMinutesHandler implements ICommandHandler<CirculateMinutes> {
  async execute({ context, input }: CirculateMinutes): Promise<CommandDone> {
    return executeOnMinutes(context, input.programme, input.workshop, {
      type: 'circulateMinutes',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      mentions: mentionsOf('organisation', input.to, 'to'),
      decide: (minutes) => circulateMinutes(minutes, plain(input)),
    });
  }
}

@Resolver()
export class CirculateMinutesResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'The draft of the minutes was sent round.' })
  async circulateMinutes(
    @Args('input') input: CirculateMinutesInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', CirculateMinutes, input);
  }
}
