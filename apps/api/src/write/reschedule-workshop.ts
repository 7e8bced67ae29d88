import { type CommandDone, executeOnWorkshop } from '@masar/commands';
import { rescheduleWorkshop, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, IsString, Length, ValidateNested } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { GivenDateInput, WorkshopCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RescheduleWorkshopInput extends WorkshopCommandInput {
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

export class RescheduleWorkshop extends MasarCommand<RescheduleWorkshopInput> {}

@CommandHandler(RescheduleWorkshop)
export class RescheduleWorkshopHandler implements ICommandHandler<RescheduleWorkshop> {
  async execute({ context, input }: RescheduleWorkshop): Promise<CommandDone> {
    return executeOnWorkshop(context, input.programme, input.reference, {
      type: 'rescheduleWorkshop',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => rescheduleWorkshop(state, plain(input)),
    });
  }
}

@Resolver()
export class RescheduleWorkshopResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'A workshop was given another date; the former one stays visible.',
  })
  async rescheduleWorkshop(
    @Args('input') input: RescheduleWorkshopInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', RescheduleWorkshop, input);
  }
}
