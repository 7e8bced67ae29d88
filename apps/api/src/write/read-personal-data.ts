import { type CommandDone, executeReading } from '@masar/commands';
import { type DisclosureEvent, Refusal, decode, maxDisclosed } from '@masar/domain';
import { Inject } from '@nestjs/common';
import { Args, Context, Field, ID, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ArrayMaxSize, ArrayMinSize, IsString, IsUUID, Length } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import { Requires } from '../platform/auth/requires.js';
import type { RequestContext } from '../platform/request-context.js';
import { MasarCommand } from './command.js';
import { CommandRefused } from './command-result.js';
import { freeTextWarnings } from './free-text.js';
import { Mutations } from './mutations.js';
import { PersonalData, PersonalDataResult } from './personal-data.types.js';

/** What asking for personal data takes: where, and what for. */
@InputType({ isAbstract: true })
export abstract class DisclosureInput {
  @Field({ description: 'Chosen by you, unique: a retry under the same id is the same reading.' })
  @IsString()
  @Length(8, 128)
  commandId!: string;

  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'What for. It stands in the log for ever: name nobody in it.' })
  @IsString()
  @Length(1, 500)
  purpose!: string;
}

@InputType()
export class ReadPersonalDataInput extends DisclosureInput {
  @Field(() => [ID], { description: `Opaque ids, at most ${maxDisclosed}.` })
  @IsUUID('all', { each: true })
  @ArrayMinSize(1)
  @ArrayMaxSize(maxDisclosed)
  subjects!: string[];
}

export class ReadPersonalData extends MasarCommand<ReadPersonalDataInput> {}

/** How long a retry is the same reading: afterwards, looking again is another one. */
export const readingLastsMs = 10 * 60_000;

/** @throws Refusal `COMMAND_ID_REUSED` where the reading was long ago: an old event must not stand for a new look */
export function requireRecent({ duplicate, recordedAt }: CommandDone, now: number): void {
  if (!duplicate || now - Date.parse(recordedAt) <= readingLastsMs) return;
  throw new Refusal(
    'COMMAND_ID_REUSED',
    `the command id stands for a reading of ${recordedAt}: choose a new one`,
    [{ path: 'commandId', message: 'stands for a reading that is over' }],
  );
}

@CommandHandler(ReadPersonalData)
export class ReadPersonalDataHandler implements ICommandHandler<ReadPersonalData> {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  async execute({ context, input }: ReadPersonalData): Promise<CommandDone> {
    const { programme, subjects, purpose } = input;
    const done = await executeReading(
      { ...context, people: this.backend.vault },
      { programme, subjects, purpose, by: 'id' },
    );
    requireRecent(done, Date.now());
    return done;
  }
}

@Resolver()
export class ReadPersonalDataResolver {
  constructor(
    private readonly mutations: Mutations,
    @Inject(BACKEND) private readonly backend: Backend,
  ) {}

  @Requires('identify')
  @Mutation(() => PersonalDataResult, {
    description: 'The names behind opaque ids. That they were read, by whom and what for, is recorded first.',
  })
  async readPersonalData(
    @Args('input') input: ReadPersonalDataInput,
    @Context() request: RequestContext,
  ): Promise<typeof PersonalDataResult> {
    const done = await this.mutations.perform(request, 'identify', ReadPersonalData, input);
    if (done instanceof CommandRefused) return done;
    const { subjects } = (decode(done.events[0]!) as DisclosureEvent).data;
    const names = await this.backend.vault.namesOf(subjects);
    return Object.assign(new PersonalData(), {
      position: done.position,
      recordedAt: done.recordedAt,
      warnings: freeTextWarnings(input),
      people: subjects.map((subject) => ({ subject, name: names.get(subject) ?? null })),
    });
  }
}
