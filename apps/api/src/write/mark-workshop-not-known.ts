import { type CommandDone, executeOnWorkshop } from '@masar/commands';
import { markOutcomeNotKnown } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { MasarCommand, WorkshopCommandInput, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class MarkWorkshopNotKnownInput extends WorkshopCommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop.' })
  @IsString()
  @Length(1, 200)
  reference!: string;
}

export class MarkWorkshopNotKnown extends MasarCommand<MarkWorkshopNotKnownInput> {}

@CommandHandler(MarkWorkshopNotKnown)
export class MarkWorkshopNotKnownHandler implements ICommandHandler<MarkWorkshopNotKnown> {
  async execute({ context, input }: MarkWorkshopNotKnown): Promise<CommandDone> {
    return executeOnWorkshop(context, input.programme, input.reference, {
      type: 'markWorkshopNotKnown',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => markOutcomeNotKnown(state, plain(input)),
    });
  }
}

@Resolver()
export class MarkWorkshopNotKnownResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'Whether the workshop took place is not known.' })
  async markWorkshopNotKnown(
    @Args('input') input: MarkWorkshopNotKnownInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', MarkWorkshopNotKnown, input);
  }
}
