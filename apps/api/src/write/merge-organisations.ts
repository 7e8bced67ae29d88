import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { mergeOrganisations } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ArrayMaxSize, IsArray, IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class MergeOrganisationsInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field(() => [String], { description: 'References of those that end.' })
  @IsArray()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(100)
  organisations!: string[];

  @Field({ description: 'Reference of the one they become part of.' })
  @IsString()
  @Length(1, 200)
  into!: string;
}

export class MergeOrganisations extends MasarCommand<MergeOrganisationsInput> {}

@CommandHandler(MergeOrganisations)
export class MergeOrganisationsHandler implements ICommandHandler<MergeOrganisations> {
  async execute({ context, input }: MergeOrganisations): Promise<CommandDone> {
    return executeOnProgramme(context, input.programme, {
      type: 'mergeOrganisations',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => mergeOrganisations(state, plain(input)),
    });
  }
}

@Resolver()
export class MergeOrganisationsResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, { description: 'Organisations became part of another and ended.' })
  async mergeOrganisations(
    @Args('input') input: MergeOrganisationsInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', MergeOrganisations, input);
  }
}
