import { type DecisionDone, executeDecision, resolveItem } from '@masar/commands';
import { type DecidedItem, type LangText, type Outcome, Refusal } from '@masar/domain';
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
import {
  AdoptionMannerEnum,
  ClosedAsEnum,
  ClosureCauseEnum,
  DecisionKindEnum,
  DecisionMethodEnum,
  DecisionModeEnum,
  LifecycleStateEnum,
} from '../schema/enums.js';
import { EdtfScalar, LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType({ description: 'What was decided about one item. Which of the fields apply follows from `kind`.' })
export class DecidedItemInput {
  @Field({ description: 'Any reference the item goes by.' })
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field(() => Int, { nullable: true, description: 'The revision of the item you saw.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  expectedRevision?: number;

  @Field(() => DecisionKindEnum)
  @IsEnum(DecisionKindEnum)
  kind!: keyof typeof DecisionKindEnum;

  @Field(() => AdoptionMannerEnum, { nullable: true, description: 'adopt: plain where left out.' })
  @IsOptional()
  @IsEnum(AdoptionMannerEnum)
  manner?: keyof typeof AdoptionMannerEnum;

  @Field(() => LangTextScalar, { nullable: true, description: 'adopt withAmendment, amend.' })
  @IsOptional()
  @IsObject()
  title?: LangText;

  @Field(() => LangTextScalar, { nullable: true, description: 'adopt withAmendment, amend.' })
  @IsOptional()
  @IsObject()
  text?: LangText;

  @Field(() => EdtfScalar, { nullable: true, description: 'defer: until when.' })
  @IsOptional()
  @IsString()
  until?: string;

  @Field(() => LangTextScalar, { nullable: true, description: 'refer: to whom.' })
  @IsOptional()
  @IsObject()
  referTo?: LangText;

  @Field(() => [String], {
    nullable: true,
    description: 'merge (one), split (two or more), supersede: references of the items that go on.',
  })
  @IsOptional()
  @IsString({ each: true })
  @ArrayMaxSize(50)
  successors?: string[];

  @Field(() => ClosedAsEnum, { nullable: true, description: 'close: as what.' })
  @IsOptional()
  @IsEnum(ClosedAsEnum)
  closeAs?: keyof typeof ClosedAsEnum;

  @Field(() => ClosureCauseEnum, { nullable: true, description: 'close: why.' })
  @IsOptional()
  @IsEnum(ClosureCauseEnum)
  cause?: keyof typeof ClosureCauseEnum;

  @Field(() => LifecycleStateEnum, {
    nullable: true,
    description: 'reopen: to which state; the one it ended from where left out.',
  })
  @IsOptional()
  @IsEnum(LifecycleStateEnum)
  reopenTo?: keyof typeof LifecycleStateEnum;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  reason?: LangText;
}

@InputType()
export class BasisInput {
  @Field({ description: 'Reference of the instrument.' })
  @IsString()
  @Length(1, 200)
  instrument!: string;

  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  article?: string;

  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  version?: string;
}

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

  @Field(() => Int, { nullable: true, description: 'Orders decisions of one day.' })
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
            ...(item.expectedRevision !== undefined && { expectedRevision: item.expectedRevision }),
          };
        } catch (error) {
          throw error instanceof Refusal ? at(`items.${index}`, error) : error;
        }
      }),
    );
    return executeDecision(context, { ...decision, items: decided });
  }
}

function at(path: string, { code, message, fields }: Refusal): Refusal {
  return new Refusal(
    code,
    message,
    fields.map((field) => ({ ...field, path: `${path}.${field.path}` })),
  );
}

/** The outcome a flat input stands for; refuses one whose kind lacks what it needs. */
function outcomeOf(input: DecidedItemInput, successors: readonly string[]): Outcome {
  const missing = (path: string): never => {
    const message = `is needed to ${input.kind}`;
    throw new Refusal('INVALID_INPUT', `${path} ${message}`, [{ path, message }]);
  };
  const { kind, title, text } = input;
  switch (kind) {
    case 'adopt':
      return { kind, manner: input.manner ?? 'plain', title, text };
    case 'amend':
      return { kind, title, text };
    case 'defer':
      return { kind, until: input.until };
    case 'refer':
      return { kind, to: input.referTo ?? missing('referTo') };
    case 'merge':
      return { kind, into: successors.length === 1 ? successors[0]! : missing('successors') };
    case 'split':
      return { kind, into: successors };
    case 'supersede':
      return { kind, by: successors };
    case 'close':
      return { kind, as: input.closeAs ?? missing('closeAs'), cause: input.cause };
    case 'reopen':
      return { kind, to: input.reopenTo };
    case 'approve':
    case 'reject':
    case 'resume':
    case 'return':
    case 'discuss':
      return { kind };
  }
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
