import { type CommandDone, executeVerification } from '@masar/commands';
import { type LangText, mentionOf, recordVerification } from '@masar/domain';
import { Args, Context, Field, InputType, Int, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ArrayMaxSize, IsEnum, IsInt, IsObject, IsOptional, IsString, Length, Min } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { AssessmentEnum } from '../schema/enums.js';
import { EdtfScalar, LangTextScalar } from '../schema/scalars.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RecordVerificationInput extends ItemCommandInput {
  @Field({ description: 'A name of its own within the item.' })
  @IsString()
  @Length(1, 60)
  verification!: string;

  @Field({
    description:
      'Reference of the organisation that verified. At that date it must not be addressee, lead, supporter or funder of the item, nor what one of them is part of.',
  })
  @IsString()
  @Length(1, 200)
  verifiedBy!: string;

  @Field(() => LangTextScalar)
  @IsObject()
  method!: LangText;

  @Field(() => [LangTextScalar], { nullable: true, description: 'Places that were visited.' })
  @IsOptional()
  @IsObject({ each: true })
  @ArrayMaxSize(50)
  sites?: LangText[];

  @Field(() => EdtfScalar, { nullable: true, description: 'What it covers.' })
  @IsOptional()
  @IsString()
  period?: string;

  @Field(() => [String], {
    description: 'Names of the pieces of evidence examined. Empty only where nothing could be determined.',
  })
  @IsString({ each: true })
  @Length(1, 60, { each: true })
  @ArrayMaxSize(100)
  examined!: string[];

  @Field(() => LangTextScalar, { nullable: true, description: 'What access was refused to.' })
  @IsOptional()
  @IsObject()
  accessRefused?: LangText;

  @Field(() => AssessmentEnum)
  @IsEnum(AssessmentEnum)
  conclusion!: keyof typeof AssessmentEnum;

  @Field({ nullable: true, description: 'Label of the part it is about. Left out: the item as a whole.' })
  @IsOptional()
  @IsString()
  @Length(1, 20)
  part?: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of the text version it judged. Left out: the one current at that date.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  textVersion?: number;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  remarks?: LangText;
}

export class RecordVerification extends MasarCommand<RecordVerificationInput> {}

@CommandHandler(RecordVerification)
export class RecordVerificationHandler implements ICommandHandler<RecordVerification> {
  async execute({ context, input }: RecordVerification): Promise<CommandDone> {
    return executeVerification(context, input, {
      type: 'recordVerification',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      mentions: mentionOf('organisation', input.verifiedBy, 'verifiedBy'),
      decide: (history, kinOf) => recordVerification(history, plain(input), kinOf),
    });
  }
}

@Resolver()
export class RecordVerificationResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('verify')
  @Mutation(() => CommandResult, {
    description:
      'What an independent organisation found out about the item or a part of it. It moves no item: verifyImplementation does.',
  })
  async recordVerification(
    @Args('input') input: RecordVerificationInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'verify', RecordVerification, input);
  }
}
