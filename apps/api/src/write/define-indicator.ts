import { type CommandDone, executeOnItem } from '@masar/commands';
import { type LangText, defineIndicator } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, IsString, Length, ValidateNested } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { EdtfScalar, LangTextScalar } from '../schema/scalars.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType({ description: 'A value and what day, month or year it is of.' })
export class DatedValueInput {
  @Field({ description: 'A decimal as text: 12, 0.75, -3.5. Nothing is rounded.' })
  @IsString()
  @Length(1, 40)
  value!: string;

  @Field(() => EdtfScalar, { nullable: true })
  @IsOptional()
  @IsString()
  on?: string;
}

@InputType()
export class DefineIndicatorInput extends ItemCommandInput {
  @Field({ description: 'A name of its own within the item. Used again, the indicator is defined anew.' })
  @IsString()
  @Length(1, 60)
  indicator!: string;

  @Field(() => LangTextScalar)
  @IsObject()
  name!: LangText;

  @Field({ description: '%, officers, days. Stays as it is once measured.' })
  @IsString()
  @Length(1, 60)
  unit!: string;

  @Field(() => DatedValueInput, { nullable: true })
  @IsOptional()
  @Type(() => DatedValueInput)
  @ValidateNested()
  baseline?: DatedValueInput;

  @Field(() => DatedValueInput, { nullable: true })
  @IsOptional()
  @Type(() => DatedValueInput)
  @ValidateNested()
  target?: DatedValueInput;
}

export class DefineIndicator extends MasarCommand<DefineIndicatorInput> {}

@CommandHandler(DefineIndicator)
export class DefineIndicatorHandler implements ICommandHandler<DefineIndicator> {
  async execute({ context, input }: DefineIndicator): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'defineIndicator',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) => defineIndicator(history, plain(input)),
    });
  }
}

@Resolver()
export class DefineIndicatorResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'What the item is measured by.' })
  async defineIndicator(
    @Args('input') input: DefineIndicatorInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', DefineIndicator, input);
  }
}
