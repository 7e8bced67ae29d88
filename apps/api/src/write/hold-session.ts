import { type CommandDone, executeOnWorkshop } from '@masar/commands';
import { holdSession, type LangText } from '@masar/domain';
import { Args, Context, Field, Int, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsInt, IsObject, IsOptional, IsString, Length, Min } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { MasarCommand, WorkshopCommandInput, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class HoldSessionInput extends WorkshopCommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop.' })
  @IsString()
  @Length(1, 200)
  workshop!: string;

  @Field()
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field(() => Int, { description: 'Number of the session within the workshop, from 1.' })
  @IsInt()
  @Min(1)
  order!: number;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  title?: LangText;
}

export class HoldSession extends MasarCommand<HoldSessionInput> {}

@CommandHandler(HoldSession)
export class HoldSessionHandler implements ICommandHandler<HoldSession> {
  async execute({ context, input }: HoldSession): Promise<CommandDone> {
    return executeOnWorkshop(context, input.programme, input.workshop, {
      type: 'holdSession',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => holdSession(state, plain(input)),
    });
  }
}

@Resolver()
export class HoldSessionResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'A session of a workshop was held.' })
  async holdSession(
    @Args('input') input: HoldSessionInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', HoldSession, input);
  }
}
