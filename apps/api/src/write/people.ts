import { programmeOf, requireProgramme } from '@masar/commands';
import { type People, Refusal, programmeStream } from '@masar/domain';
import { VaultError } from '@masar/subjects';
import { Field, InputType } from '@nestjs/graphql';
import { IsString, Length } from 'class-validator';
import type { Backend } from '../backend.js';

@InputType({
  description:
    'Somebody who plays a part. The name goes to the vault; the log gets an opaque id, and no query gives it back.',
})
export class PersonInput {
  @Field({ description: 'The part: author, sponsor, rapporteur.' })
  @IsString()
  @Length(1, 100)
  part!: string;

  @Field({ description: 'The whole name; the same name in one programme is the same person.' })
  @IsString()
  @Length(1, 1000)
  name!: string;
}

/**
 * Takes names to the vault before a command is made of them: what goes on, and into the digest of the request, is the ids.
 *
 * @throws Refusal `NOT_FOUND` for a programme that is not there, `INVALID_INPUT` for what is no name
 */
export async function peopleOf(
  { store, vault }: Pick<Backend, 'store' | 'vault'>,
  programme: string,
  given: readonly PersonInput[],
): Promise<People> {
  const scope = await scopeOf(store, programme);
  const people = new Map<string, Set<string>>();
  for (const [index, { part, name }] of given.entries()) {
    const subject = await acceptName(`people.${index}.name`, () => vault.subjectFor({ scope, name }));
    people.set(part, (people.get(part) ?? new Set()).add(subject));
  }
  return Object.fromEntries([...people].map(([part, subjects]) => [part, [...subjects]]));
}

/**
 * Within which names are one person's: the programme as it spells itself, or its people would be several.
 *
 * @throws Refusal `NOT_FOUND`
 */
export async function scopeOf(store: Backend['store'], programme: string): Promise<string> {
  await requireProgramme({ store }, programme);
  return programmeOf(await store.readStream(programmeStream(programme))).reference;
}

/** What the vault takes for no name is a mistake of the input, at this path. */
export async function acceptName<T>(path: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'INVALID_NAME') throw error;
    throw new Refusal('INVALID_INPUT', `${path}: ${error.message}`, [{ path, message: error.message }]);
  }
}
