import { type CommandDone, executeOnMinutes } from '@masar/commands';
import { addMinutesVersion } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsEnum, IsOptional, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { HasherEnum } from '../schema/enums.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class AddMinutesVersionInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop they are of.' })
  @IsString()
  @Length(1, 200)
  workshop!: string;

  @Field({ description: 'Language tag: en, ar, ckb.' })
  @IsString()
  @Length(1, 35)
  language!: string;

  @Field(() => String, { nullable: true, description: 'The words, at most 48,000 bytes of UTF-8.' })
  @IsOptional()
  @IsString()
  @Length(1, 48000)
  text?: string;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the document, hexadecimal.' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  sha256?: string;

  @Field(() => HasherEnum, { nullable: true, description: 'Who worked the digest out.' })
  @IsOptional()
  @IsEnum(HasherEnum)
  hashedBy?: keyof typeof HasherEnum;

  @Field(() => String, { nullable: true, description: 'Where the document is kept.' })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  uri?: string;
}

export class AddMinutesVersion extends MasarCommand<AddMinutesVersionInput> {}

@CommandHandler(AddMinutesVersion)
export class AddMinutesVersionHandler implements ICommandHandler<AddMinutesVersion> {
  async execute({ context, input }: AddMinutesVersion): Promise<CommandDone> {
    return executeOnMinutes(context, input.programme, input.workshop, {
      type: 'addMinutesVersion',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (minutes) => addMinutesVersion(minutes, plain(input)),
    });
  }
}

@Resolver()
export class AddMinutesVersionResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'The minutes in a language: their words, or the digest of the document that has them.',
  })
  async addMinutesVersion(
    @Args('input') input: AddMinutesVersionInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', AddMinutesVersion, input);
  }
}
