import { type CommandDone, executeReading } from '@masar/commands';
import { type DisclosureEvent, decode } from '@masar/domain';
import { Inject } from '@nestjs/common';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { MasarCommand } from './command.js';
import { CommandRefused } from './command-result.js';
import { freeTextWarnings } from './free-text.js';
import { Mutations } from './mutations.js';
import { acceptName, scopeOf } from './people.js';
import { FindPersonResult, FoundPerson } from './personal-data.types.js';
import { DisclosureInput, requireRecent } from './read-personal-data.js';

@InputType()
export class FindPersonInput extends DisclosureInput {
  @Field({ description: 'The whole name, as it was recorded; white space and Unicode form do not matter.' })
  @IsString()
  @Length(1, 1000)
  name!: string;
}

export class FindPerson extends MasarCommand<FindPersonInput> {}

@CommandHandler(FindPerson)
export class FindPersonHandler implements ICommandHandler<FindPerson> {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  async execute({ context, input }: FindPerson): Promise<CommandDone> {
    const { store, vault } = this.backend;
    const { programme, name, purpose } = input;
    const scope = await scopeOf(store, programme);
    const subject = await acceptName('name', () => vault.find({ scope, name }));
    // The name is no part of the request, whose digest is never erased.
    const done = await executeReading(
      { ...context, people: vault },
      { programme, subjects: subject === undefined ? [] : [subject], purpose, by: 'name' },
    );
    requireRecent(done, Date.now());
    return done;
  }
}

@Resolver()
export class FindPersonResolver {
  constructor(private readonly mutations: Mutations) {}

  @Requires('erase')
  @Mutation(() => FindPersonResult, {
    description:
      'The opaque id of somebody whose name you know, such as who asks to be forgotten. The search is recorded; the name is not.',
  })
  async findPerson(
    @Args('input') input: FindPersonInput,
    @Context() request: RequestContext,
  ): Promise<typeof FindPersonResult> {
    const done = await this.mutations.perform(request, 'erase', FindPerson, input);
    if (done instanceof CommandRefused) return done;
    const [subject] = (decode(done.events[0]!) as DisclosureEvent).data.subjects;
    const { position, recordedAt } = done;
    const warnings = freeTextWarnings(input);
    return Object.assign(new FoundPerson(), { position, recordedAt, subject: subject ?? null, warnings });
  }
}
