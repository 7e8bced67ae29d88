import { type CommandDone, executeOnMinutes, requireSessions } from '@masar/commands';
import { draftMinutes } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ArrayMaxSize, IsArray, IsOptional, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class DraftMinutesInput extends CommandInput {
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
    description: 'References of the sessions they are of; left out: of the whole workshop.',
  })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(100)
  sessions?: string[];
}

export class DraftMinutes extends MasarCommand<DraftMinutesInput> {}

@CommandHandler(DraftMinutes)
export class DraftMinutesHandler implements ICommandHandler<DraftMinutes> {
  async execute({ context, input }: DraftMinutes): Promise<CommandDone> {
    return executeOnMinutes(context, input.programme, input.workshop, {
      type: 'draftMinutes',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (minutes, workshop) => {
        const { sessions, ...given } = plain(input);
        const held = sessions && requireSessions(workshop, sessions, (index) => `sessions.${index}`);
        return draftMinutes(minutes, { ...given, ...(held && { sessions: held }) });
      },
    });
  }
}

@Resolver()
export class DraftMinutesResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'Minutes of a workshop are begun.' })
  async draftMinutes(
    @Args('input') input: DraftMinutesInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', DraftMinutes, input);
  }
}
