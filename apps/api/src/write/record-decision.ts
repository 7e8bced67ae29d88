import { type DecisionDone, executeDecision, resolveItem } from '@masar/commands';
import { type DecidedItem, type LangText, Refusal } from '@masar/domain';
import { Args, Context, Field, InputType, Int, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsBoolean,
  IsEnum,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Min,
  ValidateNested,
} from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { DecisionMethodEnum, DecisionModeEnum } from '../schema/enums.js';
import { LangTextScalar } from '../schema/scalars.js';
import { ProvisionGiven } from '../schema/provision-given.js';
import { CommandInput, MasarCommand, plain } from './command.js';
import { CommandResult } from './command-result.js';
import { DecidedItemInput, inInput, outcomeOf } from './decided-item.js';
import { DelegationPositionInput, QuorumInput, VotesInput } from './decision-inputs.js';
import { Mutations } from './mutations.js';

@InputType()
export class BasisInput extends ProvisionGiven {}

@InputType()
export class RecordDecisionInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field(() => [DecidedItemInput])
  @Type(() => DecidedItemInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(500)
  items!: DecidedItemInput[];

  @Field({ nullable: true, description: 'Reference of the body that decided.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  body?: string;

  @Field({ nullable: true, description: 'Reference of the workshop.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  workshop?: string;

  @Field({ nullable: true, description: 'Reference of the session.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  session?: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Orders decisions of one day. Left out: the number of the session.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  sessionOrder?: number;

  @Field(() => DecisionModeEnum, { nullable: true })
  @IsOptional()
  @IsEnum(DecisionModeEnum)
  mode?: keyof typeof DecisionModeEnum;

  @Field(() => DecisionMethodEnum, { nullable: true })
  @IsOptional()
  @IsEnum(DecisionMethodEnum)
  method?: keyof typeof DecisionMethodEnum;

  @Field(() => [BasisInput], { nullable: true })
  @IsOptional()
  @Type(() => BasisInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(50)
  basis?: BasisInput[];

  @Field(() => VotesInput, { nullable: true })
  @IsOptional()
  @Type(() => VotesInput)
  @ValidateNested()
  votes?: VotesInput;

  @Field(() => QuorumInput, { nullable: true })
  @IsOptional()
  @Type(() => QuorumInput)
  @ValidateNested()
  quorum?: QuorumInput;

  @Field(() => [DelegationPositionInput], {
    nullable: true,
    description:
      'Where delegations stood: with a seat at the workshop, or organisations of the programme where there is none.',
  })
  @IsOptional()
  @Type(() => DelegationPositionInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(200)
  positions?: DelegationPositionInput[];

  @Field({ nullable: true, description: 'Where the minutes say so.' })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  minutes?: string;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  note?: LangText;

  @Field({
    nullable: true,
    description: 'Record it as it was: no rule is applied, and what it breaks is flagged.',
  })
  @IsOptional()
  @IsBoolean()
  asRecorded?: boolean;
}

export class RecordDecision extends MasarCommand<RecordDecisionInput, DecisionDone> {}

@CommandHandler(RecordDecision)
export class RecordDecisionHandler implements ICommandHandler<RecordDecision> {
  async execute({ context, input }: RecordDecision): Promise<DecisionDone> {
    const { commandId: _id, expectedRevision: _revision, items, ...decision } = plain(input);
    const idOf = async (reference: string) => resolveItem(context, { programme: input.programme, reference });
    const decided = await Promise.all(
      items.map(async (item, index): Promise<DecidedItem & { expectedRevision?: number }> => {
        try {
          const successors = await Promise.all((item.successors ?? []).map(idOf));
          return {
            item: await idOf(item.reference),
            outcome: outcomeOf(item, successors),
            ...(item.reason && { reason: item.reason }),
            ...(item.positions && { positions: item.positions }),
            ...(item.expectedRevision !== undefined && { expectedRevision: item.expectedRevision }),
          };
        } catch (error) {
          throw error instanceof Refusal ? at(`items.${index}`, error) : error;
        }
      }),
    );
    try {
      return await executeDecision(context, { ...decision, items: decided });
    } catch (error) {
      throw error instanceof Refusal ? inInput(error, items) : error;
    }
  }
}

function at(path: string, { code, message, fields }: Refusal): Refusal {
  return new Refusal(
    code,
    message,
    fields.map((field) => ({ ...field, path: `${path}.${field.path}` })),
  );
}

@Resolver()
export class RecordDecisionResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'Records what a body decided on one or more items, and its effect on each.',
  })
  async recordDecision(
    @Args('input') input: RecordDecisionInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', RecordDecision, input);
  }
}
