import { type CommandDone, executeOnItem } from '@masar/commands';
import { type LangText, mentionsOf, plan } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ArrayMaxSize, IsEnum, IsObject, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { HorizonEnum } from '../schema/enums.js';
import { EdtfScalar, LangTextScalar } from '../schema/scalars.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class PlanItemInput extends ItemCommandInput {
  @Field(() => [String], {
    description: 'References of the organisations that lead: one, or several co-leads.',
  })
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(20)
  leads!: string[];

  @Field(() => HorizonEnum)
  @IsEnum(HorizonEnum)
  horizon!: keyof typeof HorizonEnum;

  @Field(() => EdtfScalar)
  @IsString()
  dueDate!: string;

  @Field(() => LangTextScalar, { description: 'The first action.' })
  @IsObject()
  action!: LangText;
}

export class PlanItem extends MasarCommand<PlanItemInput> {}

@CommandHandler(PlanItem)
export class PlanItemHandler implements ICommandHandler<PlanItem> {
  async execute({ context, input }: PlanItem): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'planItem',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      mentions: mentionsOf('organisation', input.leads, 'leads'),
      decide: (history) => plan(history, Object.assign(plain(input), { plan: plain(input) })),
    });
  }
}

@Resolver()
export class PlanItemResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'Gives the item a lead, a horizon, a due date and a first action.',
  })
  async planItem(
    @Args('input') input: PlanItemInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', PlanItem, input);
  }
}
