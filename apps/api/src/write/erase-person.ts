import { type CommandDone, executeErasure } from '@masar/commands';
import { Inject } from '@nestjs/common';
import { Args, Context, Field, ID, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, IsUUID, Length } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class ErasePersonInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field(() => ID, { description: 'The opaque id: see findPerson.' })
  @IsUUID()
  subject!: string;
}

export class ErasePerson extends MasarCommand<ErasePersonInput> {}

@CommandHandler(ErasePerson)
export class ErasePersonHandler implements ICommandHandler<ErasePerson> {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  async execute({ context, input }: ErasePerson): Promise<CommandDone> {
    const erasure = requestOf(plain(input)) as ErasePersonInput;
    return executeErasure({ ...context, people: this.backend.vault }, erasure, input.expectedRevision);
  }
}

@Resolver()
export class ErasePersonResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('erase')
  @Mutation(() => CommandResult, {
    description:
      'Destroys the name behind an opaque id, for good. Answers when it is done; docs/personal-data.md says from when on it holds in every backup.',
  })
  async erasePerson(
    @Args('input') input: ErasePersonInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'erase', ErasePerson, input);
  }
}
