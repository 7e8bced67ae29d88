import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { renameOrganisation, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsObject, IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RenameOrganisationInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the organisation.' })
  @IsString()
  @Length(1, 200)
  organisation!: string;

  @Field(() => LangTextScalar)
  @IsObject()
  name!: LangText;
}

export class RenameOrganisation extends MasarCommand<RenameOrganisationInput> {}

@CommandHandler(RenameOrganisation)
export class RenameOrganisationHandler implements ICommandHandler<RenameOrganisation> {
  async execute({ context, input }: RenameOrganisation): Promise<CommandDone> {
    return executeOnProgramme(context, input.programme, {
      type: 'renameOrganisation',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => renameOrganisation(state, plain(input)),
    });
  }
}

@Resolver()
export class RenameOrganisationResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, { description: 'An organisation has another name from a day on.' })
  async renameOrganisation(
    @Args('input') input: RenameOrganisationInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', RenameOrganisation, input);
  }
}
