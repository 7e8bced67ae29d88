import { type CommandDone, executeOnItem } from '@masar/commands';
import { type LangText, recordResponse } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ArrayMaxSize, IsEnum, IsObject, IsOptional, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { ResponseEnum } from '../schema/enums.js';
import { LangTextScalar } from '../schema/scalars.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RecordResponseInput extends ItemCommandInput {
  @Field({ description: 'Reference of the addressee that responds.' })
  @IsString()
  @Length(1, 200)
  addressee!: string;

  @Field(() => ResponseEnum)
  @IsEnum(ResponseEnum)
  response!: keyof typeof ResponseEnum;

  @Field(() => LangTextScalar, { nullable: true, description: 'Words of the response.' })
  @IsOptional()
  @IsObject()
  text?: LangText;

  @Field(() => [String], { nullable: true, description: 'Labels of the parts it is about. Left out: all.' })
  @IsOptional()
  @IsString({ each: true })
  @Length(1, 20, { each: true })
  @ArrayMaxSize(50)
  parts?: string[];
}

export class RecordResponse extends MasarCommand<RecordResponseInput> {}

@CommandHandler(RecordResponse)
export class RecordResponseHandler implements ICommandHandler<RecordResponse> {
  async execute({ context, input }: RecordResponse): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'recordResponse',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => recordResponse(history, plain(input)),
    });
  }
}

@Resolver()
export class RecordResponseResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'What an addressee answers to the item. Only addressees answer.',
  })
  async recordResponse(
    @Args('input') input: RecordResponseInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', RecordResponse, input);
  }
}
