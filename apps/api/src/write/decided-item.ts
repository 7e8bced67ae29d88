import { type LangText, type Outcome, Refusal } from '@masar/domain';
import { Field, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsEnum,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Min,
  ValidateNested,
} from 'class-validator';
import {
  AdoptionMannerEnum,
  ClosedAsEnum,
  ClosureCauseEnum,
  DecisionKindEnum,
  HorizonEnum,
  LifecycleStateEnum,
  PriorityEnum,
} from '../schema/enums.js';
import { EdtfScalar, LangTextScalar } from '../schema/scalars.js';
import { AssignmentInput, PartInput, ScopeUseInput } from './item-inputs.js';

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

  @Field(() => [PartInput], {
    nullable: true,
    description: 'adopt withAmendment, amend: all lettered parts from now on.',
  })
  @IsOptional()
  @Type(() => PartInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(50)
  parts?: PartInput[];

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

  @Field(() => AssignmentInput, { nullable: true, description: 'assign: the whole assignment from now on.' })
  @IsOptional()
  @Type(() => AssignmentInput)
  @ValidateNested()
  assignment?: AssignmentInput;

  @Field(() => HorizonEnum, { nullable: true, description: 'setHorizon.' })
  @IsOptional()
  @IsEnum(HorizonEnum)
  horizon?: keyof typeof HorizonEnum;

  @Field(() => [ScopeUseInput], { nullable: true, description: 'setScope.' })
  @IsOptional()
  @Type(() => ScopeUseInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(50)
  scopes?: ScopeUseInput[];

  @Field(() => PriorityEnum, { nullable: true, description: 'setPriority.' })
  @IsOptional()
  @IsEnum(PriorityEnum)
  priority?: keyof typeof PriorityEnum;

  @Field(() => EdtfScalar, { nullable: true, description: 'setDueDate.' })
  @IsOptional()
  @IsString()
  dueDate?: string;

  @Field({ nullable: true, description: 'revoke, annul: id of the decision to undo.' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  decision?: string;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  reason?: LangText;
}

/** The outcome a flat input stands for; refuses one whose kind lacks what it needs. */
export function outcomeOf(input: DecidedItemInput, successors: readonly string[]): Outcome {
  const missing = (path: string): never => {
    const message = `is needed to ${input.kind}`;
    throw new Refusal('INVALID_INPUT', `${path} ${message}`, [{ path, message }]);
  };
  const { kind, title, text, parts } = input;
  switch (kind) {
    case 'adopt':
      return { kind, manner: input.manner ?? 'plain', title, text, parts };
    case 'amend':
      return { kind, title, text, parts };
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
    case 'assign': {
      const { leads, supporting, partners, funders } = input.assignment ?? missing('assignment');
      return { kind, leads, supporting, partners, funders };
    }
    case 'setHorizon':
      return { kind, horizon: input.horizon ?? missing('horizon') };
    case 'setScope':
      return { kind, scopes: input.scopes ?? missing('scopes') };
    case 'setPriority':
      return { kind, priority: input.priority ?? missing('priority') };
    case 'setDueDate':
      return { kind, dueDate: input.dueDate ?? missing('dueDate') };
    case 'revoke':
    case 'annul':
      return { kind, decision: input.decision ?? missing('decision') };
    case 'approve':
    case 'reject':
    case 'resume':
    case 'return':
    case 'discuss':
      return { kind };
  }
}
