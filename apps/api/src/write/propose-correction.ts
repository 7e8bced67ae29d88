import { type CorrectionDone, executeProposal, resolveItem } from '@masar/commands';
import { type CorrectionTarget, type LangText, Refusal } from '@masar/domain';
import { Args, Context, Field, InputType, Int, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Min,
  ValidateNested,
} from 'class-validator';
import { NullIsAValue } from '../platform/errors/validation.js';
import type { RequestContext } from '../platform/request-context.js';
import { EdtfScalar, FieldsScalar, LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain } from './command.js';
import { CommandResult } from './command-result.js';
import { PartInput } from './item-inputs.js';
import { Mutations } from './mutations.js';

/** What is right instead. What is left out stays as it was recorded; a date given as null is not known. */
@InputType({ isAbstract: true })
abstract class ChangeInput {
  @Field({ nullable: true, description: 'It never happened: it stays in the history and counts no more.' })
  @IsOptional()
  @IsBoolean()
  struck?: boolean;

  @Field(() => EdtfScalar, { nullable: true, description: 'The right date; null where it is not known.' })
  @Allow()
  @NullIsAValue('itself')
  decidedOn?: string | null;

  @Field(() => EdtfScalar, { nullable: true, description: 'The right date; null where it is not known.' })
  @Allow()
  @NullIsAValue('itself')
  effective?: string | null;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  sessionOrder?: number;

  @Field(() => FieldsScalar, {
    nullable: true,
    description: 'Other fields of what was recorded, by name, as they should have been recorded.',
  })
  @IsOptional()
  @IsObject()
  @NullIsAValue('within')
  data?: Record<string, unknown>;
}

@InputType({ description: 'An entry of the history of an item that was recorded wrongly.' })
export class EntryCorrectionInput extends ChangeInput {
  @Field({ description: 'Any reference the item goes by.' })
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field({ description: 'Id of the event: eventId of a journey entry.' })
  @IsUUID()
  eventId!: string;
}

@InputType({
  description:
    'A decision that was recorded wrongly, with all it did. In data: body, workshop, session, minutes, mode, method, note.',
})
export class DecisionCorrectionInput extends ChangeInput {
  @Field({ description: 'Id of the decision.' })
  @IsString()
  @Length(1, 100)
  id!: string;
}

@InputType({
  description: 'Words of an item that were taken down wrongly: an editorial slip, and no decision.',
})
export class TextCorrectionInput {
  @Field({ description: 'Any reference the item goes by.' })
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field(() => LangTextScalar, {
    nullable: true,
    description: 'The right title, in the languages it was wrong in.',
  })
  @IsOptional()
  @IsObject()
  title?: LangText;

  @Field(() => LangTextScalar, {
    nullable: true,
    description: 'The right text, in the languages it was wrong in.',
  })
  @IsOptional()
  @IsObject()
  text?: LangText;

  @Field(() => [PartInput], {
    nullable: true,
    description: 'All lettered parts, each in the languages it was wrong in.',
  })
  @IsOptional()
  @Type(() => PartInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(50)
  parts?: PartInput[];
}

@InputType({ description: 'One of entry, decision and text.' })
export class ProposeCorrectionInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field(() => EntryCorrectionInput, { nullable: true })
  @IsOptional()
  @Type(() => EntryCorrectionInput)
  @ValidateNested()
  entry?: EntryCorrectionInput;

  @Field(() => DecisionCorrectionInput, { nullable: true })
  @IsOptional()
  @Type(() => DecisionCorrectionInput)
  @ValidateNested()
  decision?: DecisionCorrectionInput;

  @Field(() => TextCorrectionInput, { nullable: true })
  @IsOptional()
  @Type(() => TextCorrectionInput)
  @ValidateNested()
  text?: TextCorrectionInput;
}

export class ProposeCorrection extends MasarCommand<ProposeCorrectionInput, CorrectionDone> {}

@CommandHandler(ProposeCorrection)
export class ProposeCorrectionHandler implements ICommandHandler<ProposeCorrection> {
  async execute({ context, input }: ProposeCorrection): Promise<CorrectionDone> {
    const { programme, entry, decision, text, decidedOn, effective, reason, illustrative } = plain(input);
    const idOf = (reference: string) => resolveItem(context, { programme, reference });
    const targets: (() => Promise<CorrectionTarget>)[] = [];
    if (entry) {
      const { reference, eventId, ...change } = entry;
      targets.push(async () => ({ kind: 'entry', item: await idOf(reference), entry: eventId, change }));
    }
    if (decision) {
      const { id, ...change } = decision;
      targets.push(() => Promise.resolve({ kind: 'decision', decision: id, change }));
    }
    if (text) {
      const { reference, ...change } = text;
      targets.push(async () => ({ kind: 'text', item: await idOf(reference), change }));
    }
    const [target] = targets;
    if (!target || targets.length > 1) {
      const message = 'takes one of entry, decision and text';
      throw new Refusal('INVALID_INPUT', `a correction ${message}`, [{ path: 'input', message }]);
    }
    return executeProposal(context, {
      programme,
      target: await target(),
      decidedOn,
      effective,
      reason,
      illustrative,
    });
  }
}

@Resolver()
export class ProposeCorrectionResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description:
      'Proposes to correct what was recorded wrongly. Nothing is corrected until somebody else confirms it.',
  })
  async proposeCorrection(
    @Args('input') input: ProposeCorrectionInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', ProposeCorrection, input);
  }
}
