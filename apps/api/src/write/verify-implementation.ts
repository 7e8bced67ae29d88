import { type CommandDone, executeVerification } from '@masar/commands';
import { type LangText, mentionOf, verifyImplementation } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class EvidenceInput {
  @Field(() => LangTextScalar)
  @IsObject()
  description!: LangText;

  @Field({ nullable: true, description: 'SHA-256 of the document, in hexadecimal.' })
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/, { message: 'sha256 must be 64 hexadecimal digits' })
  sha256?: string;

  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 2_000)
  uri?: string;
}

@InputType()
export class VerifyImplementationInput extends ItemCommandInput {
  @Field({
    nullable: true,
    description:
      'Reference of the organisation that verified. At that date it must not be addressee, lead, supporter or funder of the item, nor what one of them is part of. Left out: that of the verification named.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  verifiedBy?: string;

  @Field({ nullable: true, description: 'Name of the verification of the item this rests on.' })
  @IsOptional()
  @IsString()
  @Length(1, 60)
  verification?: string;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  method?: LangText;

  @Field(() => [EvidenceInput], {
    nullable: true,
    description: 'What was examined, where no verification is named that says so.',
  })
  @IsOptional()
  @Type(() => EvidenceInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(50)
  evidence?: EvidenceInput[];
}

export class VerifyImplementation extends MasarCommand<VerifyImplementationInput> {}

@CommandHandler(VerifyImplementation)
export class VerifyImplementationHandler implements ICommandHandler<VerifyImplementation> {
  async execute({ context, input }: VerifyImplementation): Promise<CommandDone> {
    return executeVerification(context, input, {
      type: 'verifyImplementation',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      mentions: mentionOf('organisation', input.verifiedBy, 'verifiedBy'),
      decide: (history, kinOf) => verifyImplementation(history, plain(input), kinOf),
    });
  }
}

@Resolver()
export class VerifyImplementationResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('verify')
  @Mutation(() => CommandResult, {
    description: 'Finds the item implemented, on evidence, by an organisation that takes no part in it.',
  })
  async verifyImplementation(
    @Args('input') input: VerifyImplementationInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'verify', VerifyImplementation, input);
  }
}
