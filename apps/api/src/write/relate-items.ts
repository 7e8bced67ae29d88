import { type CommandDone, executeRelate } from '@masar/commands';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsEnum, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { RelationKindEnum } from '../schema/enums.js';
import { ItemCommandInput, MasarCommand, plain } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RelateItemsInput extends ItemCommandInput {
  @Field(() => RelationKindEnum, {
    description:
      'partlySupersededBy, reissuedAs, consolidatedInto, dependsOn or duplicateOf; the others come of decisions.',
  })
  @IsEnum(RelationKindEnum)
  kind!: keyof typeof RelationKindEnum;

  @Field({ description: 'Any reference of the item it leads to.' })
  @IsString()
  @Length(1, 200)
  to!: string;
}

export class RelateItems extends MasarCommand<RelateItemsInput> {}

@CommandHandler(RelateItems)
export class RelateItemsHandler implements ICommandHandler<RelateItems> {
  async execute({ context, input }: RelateItems): Promise<CommandDone> {
    const { commandId: _id, expectedRevision, ...relation } = plain(input);
    return executeRelate(context, relation, expectedRevision);
  }
}

@Resolver()
export class RelateItemsResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description:
      'Says how one item stands to another. `expectedRevision` is that of the last relation changed.',
  })
  async relateItems(
    @Args('input') input: RelateItemsInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', RelateItems, input);
  }
}
