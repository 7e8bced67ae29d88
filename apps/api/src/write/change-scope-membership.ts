import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { changeScopeMembership, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ArrayMaxSize, IsArray, IsObject, IsOptional, IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class ChangeScopeMembershipInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the list.' })
  @IsString()
  @Length(1, 200)
  scope!: string;

  @Field(() => [String], { nullable: true, description: 'References of scopes that joined.' })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(500)
  added?: string[];

  @Field(() => [String], { nullable: true, description: 'References of scopes that left.' })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(500)
  removed?: string[];

  @Field(() => LangTextScalar, { description: 'Where that is said.' })
  @IsObject()
  source!: LangText;
}

export class ChangeScopeMembership extends MasarCommand<ChangeScopeMembershipInput> {}

@CommandHandler(ChangeScopeMembership)
export class ChangeScopeMembershipHandler implements ICommandHandler<ChangeScopeMembership> {
  async execute({ context, input }: ChangeScopeMembership): Promise<CommandDone> {
    return executeOnProgramme(context, input.programme, {
      type: 'changeScopeMembership',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => changeScopeMembership(state, plain(input)),
    });
  }
}

@Resolver()
export class ChangeScopeMembershipResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, { description: 'Places joined a governed list or left it, by a source.' })
  async changeScopeMembership(
    @Args('input') input: ChangeScopeMembershipInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', ChangeScopeMembership, input);
  }
}
