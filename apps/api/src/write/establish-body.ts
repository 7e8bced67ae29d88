import { type CommandDone, executeOnBody } from '@masar/commands';
import { establishBody, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsEnum, IsObject, IsOptional, IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { BodyKindEnum, CompetenceEnum } from '../schema/enums.js';
import { LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class EstablishBodyInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field()
  @IsString()
  @Length(1, 200)
  reference!: string;

  @Field(() => LangTextScalar)
  @IsObject()
  name!: LangText;

  @Field(() => BodyKindEnum)
  @IsEnum(BodyKindEnum)
  kind!: keyof typeof BodyKindEnum;

  @Field(() => CompetenceEnum)
  @IsEnum(CompetenceEnum)
  competence!: keyof typeof CompetenceEnum;

  @Field(() => LangTextScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  mandate?: LangText;
}

export class EstablishBody extends MasarCommand<EstablishBodyInput> {}

@CommandHandler(EstablishBody)
export class EstablishBodyHandler implements ICommandHandler<EstablishBody> {
  async execute({ context, input }: EstablishBody): Promise<CommandDone> {
    return executeOnBody(context, input.programme, input.reference, {
      type: 'establishBody',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => establishBody(state, plain(input)),
    });
  }
}

@Resolver()
export class EstablishBodyResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, { description: 'A body that decides, with what it may do.' })
  async establishBody(
    @Args('input') input: EstablishBodyInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', EstablishBody, input);
  }
}
