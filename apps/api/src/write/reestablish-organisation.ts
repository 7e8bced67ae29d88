import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { reestablishOrganisation } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class ReestablishOrganisationInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the organisation.' })
  @IsString()
  @Length(1, 200)
  organisation!: string;
}

export class ReestablishOrganisation extends MasarCommand<ReestablishOrganisationInput> {}

@CommandHandler(ReestablishOrganisation)
export class ReestablishOrganisationHandler implements ICommandHandler<ReestablishOrganisation> {
  async execute({ context, input }: ReestablishOrganisation): Promise<CommandDone> {
    return executeOnProgramme(context, input.programme, {
      type: 'reestablishOrganisation',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => reestablishOrganisation(state, plain(input)),
    });
  }
}

@Resolver()
export class ReestablishOrganisationResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, {
    description: 'An organisation that was dissolved or merged stands again.',
  })
  async reestablishOrganisation(
    @Args('input') input: ReestablishOrganisationInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', ReestablishOrganisation, input);
  }
}
