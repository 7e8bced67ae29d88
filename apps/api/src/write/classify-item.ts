import { type CommandDone, executeOnItem } from '@masar/commands';
import { classify, decideOnItem, mentionedInClassification } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsEnum, IsOptional, IsString, Length, ValidateNested } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { HorizonEnum, PriorityEnum } from '../schema/enums.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { ProvisionInput, ScopeUseInput } from './item-inputs.js';
import { Mutations } from './mutations.js';

@InputType({
  description: 'At least one field. A list is the whole list from now on; what is left out stays.',
})
export class ClassifyItemInput extends ItemCommandInput {
  @Field(() => [String], { nullable: true, description: 'References of themes of the programme.' })
  @IsOptional()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(20)
  themes?: string[];

  @Field(() => HorizonEnum, { nullable: true })
  @IsOptional()
  @IsEnum(HorizonEnum)
  horizon?: keyof typeof HorizonEnum;

  @Field(() => [ScopeUseInput], { nullable: true })
  @IsOptional()
  @Type(() => ScopeUseInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(50)
  scopes?: ScopeUseInput[];

  @Field(() => PriorityEnum, { nullable: true })
  @IsOptional()
  @IsEnum(PriorityEnum)
  priority?: keyof typeof PriorityEnum;

  @Field(() => [ProvisionInput], { nullable: true, description: 'Provisions it rests on or speaks of.' })
  @IsOptional()
  @Type(() => ProvisionInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(50)
  provisions?: ProvisionInput[];

  @Field(() => [ProvisionInput], {
    nullable: true,
    description: 'Provisions that have to be in force before it can be carried out.',
  })
  @IsOptional()
  @Type(() => ProvisionInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(50)
  requiresEnactmentOf?: ProvisionInput[];
}

export class ClassifyItem extends MasarCommand<ClassifyItemInput> {}

@CommandHandler(ClassifyItem)
export class ClassifyItemHandler implements ICommandHandler<ClassifyItem> {
  async execute({ context, input }: ClassifyItem): Promise<CommandDone> {
    const given = plain(input);
    return executeOnItem(context, input, {
      type: 'classifyItem',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      mentions: mentionedInClassification(given),
      decide: (history) => decideOnItem(history, given, (item) => classify(item, given)),
    });
  }
}

@Resolver()
export class ClassifyItemResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'Sorts an item by themes, horizon, scopes, priority and provisions of instruments.',
  })
  async classifyItem(
    @Args('input') input: ClassifyItemInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', ClassifyItem, input);
  }
}
