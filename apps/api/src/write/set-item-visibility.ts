import { type CommandDone, executeOnItem } from '@masar/commands';
import { setVisibility } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsEnum, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { ItemVisibilityEnum } from '../schema/enums.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType({
  description: 'Takes a reason. Its dates are for the record: it holds from when it is recorded.',
})
export class SetItemVisibilityInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Any reference the item goes by.' })
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field(() => ItemVisibilityEnum)
  @IsEnum(ItemVisibilityEnum)
  visibility!: keyof typeof ItemVisibilityEnum;
}

export class SetItemVisibility extends MasarCommand<SetItemVisibilityInput> {}

@CommandHandler(SetItemVisibility)
export class SetItemVisibilityHandler implements ICommandHandler<SetItemVisibility> {
  async execute({ context, input }: SetItemVisibility): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'setItemVisibility',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => setVisibility(history, plain(input)),
    });
  }
}

@Resolver()
export class SetItemVisibilityResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description:
      'Says who may see an item from now on, its whole history included: whatever asOf is asked, what it is now counts. To all others it is as if it did not exist.',
  })
  async setItemVisibility(
    @Args('input') input: SetItemVisibilityInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', SetItemVisibility, input);
  }
}
