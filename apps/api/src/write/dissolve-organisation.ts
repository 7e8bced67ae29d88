import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { dissolveOrganisation } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class DissolveOrganisationInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the organisation.' })
  @IsString()
  @Length(1, 200)
  organisation!: string;
}

export class DissolveOrganisation extends MasarCommand<DissolveOrganisationInput> {}

@CommandHandler(DissolveOrganisation)
export class DissolveOrganisationHandler implements ICommandHandler<DissolveOrganisation> {
  async execute({ context, input }: DissolveOrganisation): Promise<CommandDone> {
    return executeOnProgramme(context, input.programme, {
      type: 'dissolveOrganisation',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => dissolveOrganisation(state, plain(input)),
    });
  }
}

@Resolver()
export class DissolveOrganisationResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, { description: 'An organisation ended.' })
  async dissolveOrganisation(
    @Args('input') input: DissolveOrganisationInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', DissolveOrganisation, input);
  }
}
