import { type CommandDone, executeOnProgramme } from '@masar/commands';
import { registerInstrument, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsEnum, IsObject, IsString, Length } from 'class-validator';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { InstrumentKindEnum, InstrumentStatusEnum } from '../schema/enums.js';
import { LangTextScalar } from '../schema/scalars.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class RegisterInstrumentInput extends CommandInput {
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

  @Field(() => InstrumentKindEnum)
  @IsEnum(InstrumentKindEnum)
  kind!: keyof typeof InstrumentKindEnum;

  @Field(() => InstrumentStatusEnum)
  @IsEnum(InstrumentStatusEnum)
  status!: keyof typeof InstrumentStatusEnum;
}

export class RegisterInstrument extends MasarCommand<RegisterInstrumentInput> {}

@CommandHandler(RegisterInstrument)
export class RegisterInstrumentHandler implements ICommandHandler<RegisterInstrument> {
  async execute({ context, input }: RegisterInstrument): Promise<CommandDone> {
    return executeOnProgramme(context, input.programme, {
      type: 'registerInstrument',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: (state) => registerInstrument(state, plain(input)),
    });
  }
}

@Resolver()
export class RegisterInstrumentResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('setup')
  @Mutation(() => CommandResult, { description: 'A law, strategy or plan the programme rests on.' })
  async registerInstrument(
    @Args('input') input: RegisterInstrumentInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'setup', RegisterInstrument, input);
  }
}
