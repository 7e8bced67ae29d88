import { type CommandDone, executeOnWorkshop } from '@masar/commands';
import { scheduleWorkshop, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, IsString, Length, ValidateNested } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { GivenDateInput, MasarCommand, WorkshopCommandInput, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class ScheduleWorkshopInput extends WorkshopCommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop.' })
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field(() => GivenDateInput)
  @Type(() => GivenDateInput)
  @ValidateNested()
  heldOn!: GivenDateInput;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  venue?: LangText;
}

export class ScheduleWorkshop extends MasarCommand<ScheduleWorkshopInput> {}

@CommandHandler(ScheduleWorkshop)
export class ScheduleWorkshopHandler implements ICommandHandler<ScheduleWorkshop> {
  async execute({ context, input }: ScheduleWorkshop): Promise<CommandDone> {
    return executeOnWorkshop(context, input.programme, input.reference, {
      type: 'scheduleWorkshop',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => scheduleWorkshop(state, plain(input)),
    });
  }
}

@Resolver()
export class ScheduleWorkshopResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'A workshop was given a date.' })
  async scheduleWorkshop(
    @Args('input') input: ScheduleWorkshopInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', ScheduleWorkshop, input);
  }
}
