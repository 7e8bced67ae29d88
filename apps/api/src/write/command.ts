import type { CommandContext, CommandDone } from '@masar/commands';
import type { GivenDates, LangText } from '@masar/domain';
import { Field, InputType, Int } from '@nestjs/graphql';
import { Command } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import {
  Allow,
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
import { CalendarEnum, DateBasisEnum } from '../schema/enums.js';
import { EdtfScalar, LangTextScalar } from '../schema/scalars.js';

/** A command on its way to its handler: the input, and for whom it is carried out. */
export abstract class MasarCommand<I, R extends CommandDone = CommandDone> extends Command<R> {
  constructor(
    readonly context: CommandContext,
    readonly input: I,
  ) {
    super();
  }
}

@InputType({ description: 'A date as somebody gave it. Without `edtf` it is unknown.' })
export class GivenDateInput {
  @Field(() => EdtfScalar, { nullable: true })
  @Allow()
  edtf: string | null = null;

  @Field({ nullable: true, description: "The source's own spelling, where it differs." })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  asWritten?: string;

  @Field(() => CalendarEnum, { nullable: true })
  @IsOptional()
  @IsEnum(CalendarEnum)
  calendar?: keyof typeof CalendarEnum;

  @Field(() => DateBasisEnum, { nullable: true })
  @IsOptional()
  @IsEnum(DateBasisEnum)
  basis?: keyof typeof DateBasisEnum;
}

/** What every mutation takes: the command's id, the revision seen, and the two dates. */
@InputType({ isAbstract: true })
export abstract class CommandInput {
  @Field({
    description:
      'Chosen by you, unique, 8 to 128 characters: a retry under the same id has the effect of one.',
  })
  @IsString()
  @Length(8, 128)
  commandId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The revision you saw; the command is refused where it has moved on.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  expectedRevision?: number;

  @Field(() => GivenDateInput, { description: 'When it was decided.' })
  @Type(() => GivenDateInput)
  @ValidateNested()
  decidedOn!: GivenDateInput;

  @Field(() => GivenDateInput, {
    nullable: true,
    description: 'When it takes effect. Left out: when it was decided, and marked as inferred.',
  })
  @IsOptional()
  @Type(() => GivenDateInput)
  @ValidateNested()
  effective?: GivenDateInput;

  @Field({ nullable: true, description: 'Made-up data, and to be shown as such wherever it appears.' })
  @IsOptional()
  @IsBoolean()
  illustrative?: boolean;

  @Field(() => LangTextScalar, {
    nullable: true,
    description: 'Why. Free text is never erased: name nobody in it.',
  })
  @IsOptional()
  @IsObject()
  reason?: LangText;
}

/** A command on a workshop, and whether its order matters. */
@InputType({ isAbstract: true })
export abstract class WorkshopCommandInput extends CommandInput {
  @Field({
    nullable: true,
    description: 'Record it as it was: also where it comes in another order, which is flagged.',
  })
  @IsOptional()
  @IsBoolean()
  asRecorded?: boolean;
}

/** The address of an item and whether the rules apply. */
@InputType({ isAbstract: true })
export abstract class ItemCommandInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Any reference the item goes by.' })
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field({
    nullable: true,
    description: 'Record it as it was: no rule is applied, and what it breaks is flagged.',
  })
  @IsOptional()
  @IsBoolean()
  asRecorded?: boolean;
}

/** The input without what is not part of the request itself: the id it came under, and the revision seen. */
export function requestOf<I extends { commandId: string; expectedRevision?: number }>(input: I): object {
  const { commandId: _id, expectedRevision: _revision, ...request } = input;
  return request;
}

/** Inputs as the domain takes them: plain, with nothing that was not given. */
export function plain<T extends object>(input: T): T & GivenDates {
  return JSON.parse(JSON.stringify(input)) as T & GivenDates;
}
