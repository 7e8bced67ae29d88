import { type CommandDone, executeOnBody } from '@masar/commands';
import { dissolveBody } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class DissolveBodyInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field()
  @IsString()
  @Length(1, 200)
  reference!: string;
}

export class DissolveBody extends MasarCommand<DissolveBodyInput> {}

@CommandHandler(DissolveBody)
export class DissolveBodyHandler implements ICommandHandler<DissolveBody> {
  async execute({ context, input }: DissolveBody): Promise<CommandDone> {
    return executeOnBody(context, input.programme, input.reference, {
      type: 'dissolveBody',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => dissolveBody(state, plain(input)),
    });
  }
}

@Resolver()
export class DissolveBodyResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, { description: 'A body decides no more.' })
  async dissolveBody(
    @Args('input') input: DissolveBodyInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', DissolveBody, input);
  }
}
