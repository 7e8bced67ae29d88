import { type CommandDone, executeOnWorkshop } from '@masar/commands';
import { cancelWorkshop } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { MasarCommand, WorkshopCommandInput, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class CancelWorkshopInput extends WorkshopCommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop.' })
  @IsString()
  @Length(1, 200)
  reference!: string;
}

export class CancelWorkshop extends MasarCommand<CancelWorkshopInput> {}

@CommandHandler(CancelWorkshop)
export class CancelWorkshopHandler implements ICommandHandler<CancelWorkshop> {
  async execute({ context, input }: CancelWorkshop): Promise<CommandDone> {
    return executeOnWorkshop(context, input.programme, input.reference, {
      type: 'cancelWorkshop',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => cancelWorkshop(state, plain(input)),
    });
  }
}

@Resolver()
export class CancelWorkshopResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'A workshop will not take place.' })
  async cancelWorkshop(
    @Args('input') input: CancelWorkshopInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', CancelWorkshop, input);
  }
}
