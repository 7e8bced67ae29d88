import { type CommandDone, executeOnWorkshop } from '@masar/commands';
import { seatDelegation } from '@masar/domain';
import { Inject } from '@nestjs/common';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsEnum, IsOptional, IsString, Length, ValidateNested } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import type { RequestContext } from '../platform/request-context.js';
import { CapacityEnum } from '../schema/enums.js';
import { WorkshopCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';
import { PersonInput, peopleOf } from './people.js';

@InputType()
export class SeatDelegationInput extends WorkshopCommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop.' })
  @IsString()
  @Length(1, 200)
  workshop!: string;

  @Field({ description: 'Reference of the organisation.' })
  @IsString()
  @Length(1, 200)
  organisation!: string;

  @Field(() => CapacityEnum)
  @IsEnum(CapacityEnum)
  capacity!: keyof typeof CapacityEnum;

  @Field(() => [PersonInput], { nullable: true, description: 'Who is in it.' })
  @IsOptional()
  @Type(() => PersonInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(50)
  people?: PersonInput[];
}

export class SeatDelegation extends MasarCommand<SeatDelegationInput> {}

@CommandHandler(SeatDelegation)
export class SeatDelegationHandler implements ICommandHandler<SeatDelegation> {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  async execute({ context, input }: SeatDelegation): Promise<CommandDone> {
    const { people: given, ...seat } = plain(input);
    const people = given?.length ? await peopleOf(this.backend, input.programme, given) : undefined;
    const seated = { ...seat, ...(people && { people }) };
    return executeOnWorkshop(context, input.programme, input.workshop, {
      type: 'seatDelegation',
      request: requestOf(seated),
      expectedRevision: input.expectedRevision,
      mentions: [{ what: 'organisation', reference: input.organisation, path: 'organisation' }],
      decide: (state) => seatDelegation(state, seated),
    });
  }
}

@Resolver()
export class SeatDelegationResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'A delegation has a seat at a workshop from a day on, or another capacity.',
  })
  async seatDelegation(
    @Args('input') input: SeatDelegationInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', SeatDelegation, input);
  }
}
