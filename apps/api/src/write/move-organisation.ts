import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { moveOrganisation } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsOptional, IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class MoveOrganisationInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the organisation.' })
  @IsString()
  @Length(1, 200)
  organisation!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Reference of the organisation it is part of from now on; left out: of none.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  parent?: string;
}

export class MoveOrganisation extends MasarCommand<MoveOrganisationInput> {}

@CommandHandler(MoveOrganisation)
export class MoveOrganisationHandler implements ICommandHandler<MoveOrganisation> {
  async execute({ context, input }: MoveOrganisation): Promise<CommandDone> {
    return executeOnProgramme(context, input.programme, {
      type: 'moveOrganisation',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => {
        const { parent = null, ...move } = plain(input);
        return moveOrganisation(state, { ...move, parent });
      },
    });
  }
}

@Resolver()
export class MoveOrganisationResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, { description: 'An organisation became part of another, or of none.' })
  async moveOrganisation(
    @Args('input') input: MoveOrganisationInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', MoveOrganisation, input);
  }
}
