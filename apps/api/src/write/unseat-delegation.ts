import { type CommandDone, executeOnWorkshop } from '@masar/commands';
import { unseatDelegation } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { WorkshopCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class UnseatDelegationInput extends WorkshopCommandInput {
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
}

export class UnseatDelegation extends MasarCommand<UnseatDelegationInput> {}

@CommandHandler(UnseatDelegation)
export class UnseatDelegationHandler implements ICommandHandler<UnseatDelegation> {
  async execute({ context, input }: UnseatDelegation): Promise<CommandDone> {
    return executeOnWorkshop(context, input.programme, input.workshop, {
      type: 'unseatDelegation',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => unseatDelegation(state, plain(input)),
    });
  }
}

@Resolver()
export class UnseatDelegationResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'A delegation gave up its seat.' })
  async unseatDelegation(
    @Args('input') input: UnseatDelegationInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', UnseatDelegation, input);
  }
}
