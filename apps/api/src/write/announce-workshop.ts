import { type CommandDone, executeOnWorkshop } from '@masar/commands';
import { announceWorkshop, type LangText } from '@masar/domain';
import { Args, Context, Field, Int, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { IsInt, IsObject, IsOptional, IsString, Length, Min, ValidateNested } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { CommandInput, GivenDateInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class AnnounceWorkshopInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop.' })
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field(() => LangTextScalar)
  @IsObject()
  topic!: LangText;

  @Field(() => GivenDateInput, {
    description: 'When it was announced for; without `edtf` where no date was given.',
  })
  @Type(() => GivenDateInput)
  @ValidateNested()
  heldOn!: GivenDateInput;

  @Field(() => Int, { nullable: true, description: 'Place in the announcement, from 1.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  listed?: number;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  venue?: LangText;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  note?: LangText;
}

export class AnnounceWorkshop extends MasarCommand<AnnounceWorkshopInput> {}

@CommandHandler(AnnounceWorkshop)
export class AnnounceWorkshopHandler implements ICommandHandler<AnnounceWorkshop> {
  async execute({ context, input }: AnnounceWorkshop): Promise<CommandDone> {
    return executeOnWorkshop(context, input.programme, input.reference, {
      type: 'announceWorkshop',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => announceWorkshop(state, plain(input)),
    });
  }
}

@Resolver()
export class AnnounceWorkshopResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, {
    description: 'A workshop was announced; nothing says yet that it took place.',
  })
  async announceWorkshop(
    @Args('input') input: AnnounceWorkshopInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', AnnounceWorkshop, input);
  }
}
