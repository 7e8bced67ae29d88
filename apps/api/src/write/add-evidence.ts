import { type CommandDone, executeOnItem } from '@masar/commands';
import { type LangText, mentionOf, addEvidence } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsEnum, IsObject, IsOptional, IsString, Length, Matches } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { CustodyEnum, HasherEnum } from '../schema/enums.js';
import { EdtfScalar, LangTextScalar } from '../schema/scalars.js';
import { ItemCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class AddEvidenceInput extends ItemCommandInput {
  @Field({ description: 'A name of its own within the item.' })
  @IsString()
  @Length(1, 60)
  evidence!: string;

  @Field(() => LangTextScalar)
  @IsObject()
  description!: LangText;

  @Field(() => CustodyEnum, { description: 'Held needs sha256, linked needs uri.' })
  @IsEnum(CustodyEnum)
  custody!: keyof typeof CustodyEnum;

  @Field({
    nullable: true,
    description: 'Reference of the organisation that holds it, where it is not held here.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  custodian?: string;

  @Field({ nullable: true, description: 'SHA-256 of the document, in hexadecimal; with hashedBy.' })
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/, { message: 'sha256 must be 64 hexadecimal digits' })
  sha256?: string;

  @Field(() => HasherEnum, { nullable: true, description: 'Who worked out the digest.' })
  @IsOptional()
  @IsEnum(HasherEnum)
  hashedBy?: keyof typeof HasherEnum;

  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 2_000)
  uri?: string;

  @Field(() => EdtfScalar, { nullable: true, description: 'Date on the document.' })
  @IsOptional()
  @IsString()
  documentDate?: string;

  @Field({ nullable: true, description: 'The piece it takes the place of.' })
  @IsOptional()
  @IsString()
  @Length(1, 60)
  supersedes?: string;
}

export class AddEvidence extends MasarCommand<AddEvidenceInput> {}

@CommandHandler(AddEvidence)
export class AddEvidenceHandler implements ICommandHandler<AddEvidence> {
  async execute({ context, input }: AddEvidence): Promise<CommandDone> {
    return executeOnItem(context, input, {
      type: 'addEvidence',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      mentions: mentionOf('organisation', input.custodian, 'custodian'),
      decide: (history) => addEvidence(history, plain(input)),
    });
  }
}

@Resolver()
export class AddEvidenceResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'A piece of evidence. It is never edited: it is withdrawn, or another takes its place.',
  })
  async addEvidence(
    @Args('input') input: AddEvidenceInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', AddEvidence, input);
  }
}
