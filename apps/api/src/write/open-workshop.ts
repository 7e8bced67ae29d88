import { type CommandDone, executeOnWorkshop } from '@masar/commands';
import { openWorkshop } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { MasarCommand, WorkshopCommandInput, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class OpenWorkshopInput extends WorkshopCommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop.' })
  @IsString()
  @Length(1, 200)
  reference!: string;
}

export class OpenWorkshop extends MasarCommand<OpenWorkshopInput> {}

@CommandHandler(OpenWorkshop)
export class OpenWorkshopHandler implements ICommandHandler<OpenWorkshop> {
  async execute({ context, input }: OpenWorkshop): Promise<CommandDone> {
    return executeOnWorkshop(context, input.programme, input.reference, {
      type: 'openWorkshop',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => openWorkshop(state, plain(input)),
    });
  }
}

@Resolver()
export class OpenWorkshopResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'A workshop began.' })
  async openWorkshop(
    @Args('input') input: OpenWorkshopInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', OpenWorkshop, input);
  }
}
