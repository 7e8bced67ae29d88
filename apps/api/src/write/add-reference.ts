import { type CommandDone, executeReference } from '@masar/commands';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsBoolean, IsOptional, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { ItemCommandInput, MasarCommand, plain } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class AddReferenceInput extends ItemCommandInput {
  @Field({ description: 'The further reference. It must not be in use.' })
  @IsString()
  @Length(1, 200)
  newReference!: string;

  @Field({ nullable: true, description: 'The item goes by it from now on; the former one stays an alias.' })
  @IsOptional()
  @IsBoolean()
  renumber?: boolean;
}

export class AddReference extends MasarCommand<AddReferenceInput> {}

@CommandHandler(AddReference)
export class AddReferenceHandler implements ICommandHandler<AddReference> {
  async execute({ context, input }: AddReference): Promise<CommandDone> {
    const { commandId: _id, expectedRevision: _revision, renumber, ...rest } = plain(input);
    return executeReference(context, { ...rest, as: renumber ? 'reference' : 'alias' });
  }
}

@Resolver()
export class AddReferenceResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'Gives the item a further reference, or another one to go by.',
  })
  async addReference(
    @Args('input') input: AddReferenceInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', AddReference, input);
  }
}
