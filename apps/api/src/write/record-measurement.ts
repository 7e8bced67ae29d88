import { type CommandDone, executeOnItem } from '@masar/commands';
import { type LangText, recordMeasurement } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsObject, IsOptional, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { EdtfScalar, LangTextScalar } from '../schema/scalars.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RecordMeasurementInput extends ItemCommandInput {
  @Field()
  @IsString()
  @Length(1, 60)
  indicator!: string;

  @Field({ description: 'A decimal as text: 12, 0.75, -3.5. Nothing is rounded.' })
  @IsString()
  @Length(1, 40)
  value!: string;

  @Field(() => EdtfScalar, {
    nullable: true,
    description: 'What day, month or year the value is of. Left out: unknown.',
  })
  @IsOptional()
  @IsString()
  measuredOn?: string;

  @Field(() => LangTextScalar, {
    nullable: true,
    description: 'Where the value comes from. Needed unless recorded as it was.',
  })
  @IsOptional()
  @IsObject()
  measurementSource?: LangText;
}

export class RecordMeasurement extends MasarCommand<RecordMeasurementInput> {}

@CommandHandler(RecordMeasurement)
export class RecordMeasurementHandler implements ICommandHandler<RecordMeasurement> {
  async execute({ context, input }: RecordMeasurement): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'recordMeasurement',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (history) =>
        recordMeasurement(history, Object.assign(plain(input), { measuredOn: input.measuredOn ?? null })),
    });
  }
}

@Resolver()
export class RecordMeasurementResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'A value of an indicator of the item.' })
  async recordMeasurement(
    @Args('input') input: RecordMeasurementInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', RecordMeasurement, input);
  }
}
