import { type CommandDone, executeOnWorkshop, resolveAgenda } from '@masar/commands';
import { setAgenda, type LangText } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsObject, IsOptional, IsString, Length, ValidateNested } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { LangTextScalar } from '../schema/scalars.js';
import { WorkshopCommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType({ description: 'A point of an agenda.' })
export class AgendaPointInput {
  @Field({ description: 'As the agenda numbers it.' })
  @IsString()
  @Length(1, 20)
  number!: string;

  @Field(() => LangTextScalar)
  @IsObject()
  title!: LangText;

  @Field(() => [String], { nullable: true, description: 'The items it is about, by any reference.' })
  @IsOptional()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  @ArrayMaxSize(200)
  items?: string[];

  @Field({ nullable: true, description: 'Reference of the session it is set down for.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  session?: string;
}

@InputType()
export class SetWorkshopAgendaInput extends WorkshopCommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop.' })
  @IsString()
  @Length(1, 200)
  workshop!: string;

  @Field(() => [AgendaPointInput])
  @Type(() => AgendaPointInput)
  @ValidateNested({ each: true })
  @ArrayMaxSize(200)
  points!: AgendaPointInput[];
}

export class SetWorkshopAgenda extends MasarCommand<SetWorkshopAgendaInput> {}

@CommandHandler(SetWorkshopAgenda)
export class SetWorkshopAgendaHandler implements ICommandHandler<SetWorkshopAgenda> {
  async execute({ context, input }: SetWorkshopAgenda): Promise<CommandDone> {
    return executeOnWorkshop(context, input.programme, input.workshop, {
      type: 'setWorkshopAgenda',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: async (state) => {
        const { points, ...agenda } = plain(input);
        return setAgenda(state, {
          ...agenda,
          points: await resolveAgenda(context, input.programme, points),
        });
      },
    });
  }
}

@Resolver()
export class SetWorkshopAgendaResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'The agenda of a workshop from now on.' })
  async setWorkshopAgenda(
    @Args('input') input: SetWorkshopAgendaInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', SetWorkshopAgenda, input);
  }
}
