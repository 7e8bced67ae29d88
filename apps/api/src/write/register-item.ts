import { type CommandDone, executeRegistration } from '@masar/commands';
import type { LangText } from '@masar/domain';
import { Inject } from '@nestjs/common';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsEnum,
  IsObject,
  IsOptional,
  IsString,
  Length,
  ValidateNested,
} from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import type { RequestContext } from '../platform/request-context.js';
import { LifecycleStateEnum } from '../schema/enums.js';
import { LangTextScalar } from '../schema/scalars.js';
import { ItemCommandInput, MasarCommand, plain } from './command.js';
import { CommandResult } from './command-result.js';
import { PartInput } from './item-inputs.js';
import { Mutations } from './mutations.js';
import { PersonInput, peopleOf } from './people.js';

@InputType()
export class RegisterItemInput extends ItemCommandInput {
  @Field(() => LangTextScalar)
  @IsObject()
  title!: LangText;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  text?: LangText;

  @Field(() => [PartInput], { nullable: true, description: 'Its lettered parts, in order.' })
  @IsOptional()
  @Type(() => PartInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(50)
  parts?: PartInput[];

  @Field(() => LifecycleStateEnum, {
    nullable: true,
    description: 'Only with asRecorded; otherwise it starts as a draft.',
  })
  @IsOptional()
  @IsEnum(LifecycleStateEnum)
  state?: keyof typeof LifecycleStateEnum;

  @Field({ nullable: true, description: 'Reference of the workshop it came up for.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  workshop?: string;

  @Field(() => [String], { nullable: true, description: 'References of themes.' })
  @IsOptional()
  @IsString({ each: true })
  @ArrayMaxSize(20)
  themes?: string[];

  @Field(() => [PersonInput], { nullable: true })
  @IsOptional()
  @Type(() => PersonInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(50)
  people?: PersonInput[];
}

export class RegisterItem extends MasarCommand<RegisterItemInput> {}

@CommandHandler(RegisterItem)
export class RegisterItemHandler implements ICommandHandler<RegisterItem> {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  async execute({ context, input }: RegisterItem): Promise<CommandDone> {
    const { commandId: _id, expectedRevision: _revision, people: given, ...registration } = plain(input);
    const people = given?.length ? await peopleOf(this.backend, input.programme, given) : undefined;
    return executeRegistration(context, { ...registration, ...(people && { people }) });
  }
}

@Resolver()
export class RegisterItemResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'Begins to track a recommendation, as a draft.' })
  async registerItem(
    @Args('input') input: RegisterItemInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', RegisterItem, input);
  }
}
