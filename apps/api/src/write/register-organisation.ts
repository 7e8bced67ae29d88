import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { registerOrganisation, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsObject, IsOptional, IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RegisterOrganisationInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field()
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field(() => LangTextScalar)
  @IsObject()
  name!: LangText;

  @Field({ nullable: true, description: 'Reference of the organisation it is part of.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  parent?: string;
}

export class RegisterOrganisation extends MasarCommand<RegisterOrganisationInput> {}

@CommandHandler(RegisterOrganisation)
export class RegisterOrganisationHandler implements ICommandHandler<RegisterOrganisation> {
  async execute({ context, input }: RegisterOrganisation): Promise<CommandDone> {
    return executeOnProgramme(context, input.programme, {
      type: 'registerOrganisation',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => registerOrganisation(state, plain(input)),
    });
  }
}

@Resolver()
export class RegisterOrganisationResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, {
    description: 'An organisation that leads, supports, verifies or is addressed.',
  })
  async registerOrganisation(
    @Args('input') input: RegisterOrganisationInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', RegisterOrganisation, input);
  }
}
