import { type CommandDone, executeOnWorkshop } from '@masar/commands';
import { closeWorkshop } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { MasarCommand, WorkshopCommandInput, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class CloseWorkshopInput extends WorkshopCommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop.' })
  @IsString()
  @Length(1, 200)
  reference!: string;
}

export class CloseWorkshop extends MasarCommand<CloseWorkshopInput> {}

@CommandHandler(CloseWorkshop)
export class CloseWorkshopHandler implements ICommandHandler<CloseWorkshop> {
  async execute({ context, input }: CloseWorkshop): Promise<CommandDone> {
    return executeOnWorkshop(context, input.programme, input.reference, {
      type: 'closeWorkshop',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => closeWorkshop(state, plain(input)),
    });
  }
}

@Resolver()
export class CloseWorkshopResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'A workshop ended.' })
  async closeWorkshop(
    @Args('input') input: CloseWorkshopInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', CloseWorkshop, input);
  }
}
