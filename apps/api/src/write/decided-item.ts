import { type DecisionKind, type LangText, type Outcome, Refusal } from '@masar/domain';
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
import { DelegationPositionInput } from './decision-inputs.js';
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

  @Field({
    nullable: true,
    description: 'refer: reference of the organisation, where it is one of the programme.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  referToOrganisation?: string;

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

  @Field(() => [DelegationPositionInput], {
    nullable: true,
    description: 'Where delegations stood differently on this item than on the decision as a whole.',
  })
  @IsOptional()
  @Type(() => DelegationPositionInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(200)
  positions?: DelegationPositionInput[];

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  reason?: LangText;
}

/** Takes a field the kind cannot do without. */
type Need = <T>(value: T | undefined, field: string) => T;

/** How an outcome of a kind stands in the input. */
interface Form<O> {
  readonly outcome: (input: DecidedItemInput, need: Need, successors: readonly string[]) => O;
  /** Fields of the outcome that go by another name in the input. */
  readonly at?: { readonly [field: string]: string };
}

const forms: { readonly [K in DecisionKind]: Form<Omit<Extract<Outcome, { kind: K }>, 'kind'>> } = {
  adopt: { outcome: ({ manner = 'plain', title, text, parts }) => ({ manner, title, text, parts }) },
  approve: { outcome: () => ({}) },
  reject: { outcome: () => ({}) },
  defer: { outcome: ({ until }) => ({ until }) },
  resume: { outcome: () => ({}) },
  refer: {
    outcome: ({ referTo, referToOrganisation }, need) => ({
      to: need(referTo, 'referTo'),
      organisation: referToOrganisation,
    }),
    at: { to: 'referTo', organisation: 'referToOrganisation' },
  },
  return: { outcome: () => ({}) },
  amend: { outcome: ({ title, text, parts }) => ({ title, text, parts }) },
  merge: {
    outcome: (_input, need, [into, ...more]) => ({
      into: need(more.length > 0 ? undefined : into, 'successors'),
    }),
    at: { into: 'successors' },
  },
  split: { outcome: (_input, _need, into) => ({ into }), at: { into: 'successors' } },
  supersede: { outcome: (_input, _need, by) => ({ by }), at: { by: 'successors' } },
  assign: {
    outcome: ({ assignment }, need) => {
      const { leads, supporting, partners, funders } = need(assignment, 'assignment');
      return { leads, supporting, partners, funders };
    },
    at: {
      leads: 'assignment.leads',
      supporting: 'assignment.supporting',
      partners: 'assignment.partners',
      funders: 'assignment.funders',
    },
  },
  setHorizon: { outcome: ({ horizon }, need) => ({ horizon: need(horizon, 'horizon') }) },
  setScope: { outcome: ({ scopes }, need) => ({ scopes: need(scopes, 'scopes') }) },
  setPriority: { outcome: ({ priority }, need) => ({ priority: need(priority, 'priority') }) },
  setDueDate: { outcome: ({ dueDate }, need) => ({ dueDate: need(dueDate, 'dueDate') }) },
  discuss: { outcome: () => ({}) },
  close: {
    outcome: ({ closeAs, cause }, need) => ({ as: need(closeAs, 'closeAs'), cause }),
    at: { as: 'closeAs' },
  },
  reopen: { outcome: ({ reopenTo }) => ({ to: reopenTo }), at: { to: 'reopenTo' } },
  revoke: { outcome: ({ decision }, need) => ({ decision: need(decision, 'decision') }) },
  annul: { outcome: ({ decision }, need) => ({ decision: need(decision, 'decision') }) },
};

/** The outcome a flat input stands for; refuses one whose kind lacks what it needs. */
export function outcomeOf(input: DecidedItemInput, successors: readonly string[]): Outcome {
  const { kind } = input;
  const need: Need = (value, path) => {
    if (value !== undefined) return value;
    const message = `is needed to ${kind}`;
    throw new Refusal('INVALID_INPUT', `${path} ${message}`, [{ path, message }]);
  };
  return { kind, ...forms[kind].outcome(input, need, successors) } as Outcome;
}

/** A refusal of a decision with the paths of the input it came from: `items.0.successors` for `items.0.outcome.into`. */
export function inInput(refusal: Refusal, items: readonly DecidedItemInput[]): Refusal {
  const fields = refusal.fields.map(({ path, message }) => ({ path: pathInInput(path, items), message }));
  const moved = refusal.fields.find(({ path }, index) => path !== fields[index]!.path);
  const message = moved
    ? refusal.message.replace(moved.path, pathInInput(moved.path, items))
    : refusal.message;
  return new Refusal(refusal.code, message, fields);
}

function pathInInput(path: string, items: readonly DecidedItemInput[]): string {
  const [, index, part, field, rest = ''] =
    /^items\.(\d+)\.(item|outcome)(?:\.([^.]+)(.*))?$/.exec(path) ?? [];
  if (index === undefined) return path;
  if (part === 'item') return `items.${index}.reference`;
  const { at = {} } = forms[items[Number(index)]!.kind];
  // What is wrong with an outcome as a whole stands where it says what it is about.
  if (field === undefined) return `items.${index}.${Object.values(at)[0] ?? 'kind'}`;
  return `items.${index}.${at[field] ?? field}${rest}`;
}
