import type { RecordedEvent } from '@masar/event-store';
import {
  type GivenDates,
  type LangText,
  type PersonEvent,
  Refusal,
  decode,
  discloseNames,
  disclosureStream,
  erasePerson,
  evolvePerson,
  noErasure,
  normaliseProgramme,
  subjectStream,
} from '@masar/domain';
import { type CommandContext, deriveId } from './context.js';
import { type CommandDone, execute } from './execute.js';
import { onceRecorded } from './recorded.js';

/** What commands ask of wherever the names of people are. */
export interface People {
  /** The programmes, as they spell themselves, that ids belong to; ids that were never given are left out. */
  scopesOf(subjects: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Destroys names for good; safe to ask for again. Settles when nothing can bring them back but a backup. */
  erase(
    erasures: readonly { readonly subject: string; readonly erasedAt: string; readonly event: string }[],
  ): Promise<void>;
}

export interface PersonContext extends CommandContext {
  readonly people: People;
}

export interface ErasureInput extends GivenDates {
  readonly programme: string;
  readonly subject: string;
  readonly reason?: LangText;
  readonly illustrative?: boolean;
}

/**
 * Erases a person. The event comes first, then what it stands for; a crash in between is made good by a retry or by the
 * worker. Answers, even with a refusal to do it twice, only when the name is gone.
 *
 * @throws Refusal `NOT_FOUND` for a subject the programme does not have, `NOTHING_TO_CHANGE` for one erased before
 */
export async function executeErasure(
  context: PersonContext,
  input: ErasureInput,
  expectedRevision?: number,
): Promise<CommandDone> {
  const { people } = context;
  const subject = input.subject.toLowerCase();
  const done = await execute(context, {
    type: 'erasePerson',
    request: { ...input, subject },
    stream: subjectStream(subject),
    ...(expectedRevision !== undefined && { expectedRevision }),
    decide: async (events) => {
      const [programme] = await programmesOf(people, input.programme, [subject], () => 'subject');
      for (const event of events) await finishErasure(people, event);
      const person = events.reduce(
        (state, event) => evolvePerson(state, decode(event) as PersonEvent),
        noErasure,
      );
      return [erasePerson(person, { ...input, programme: programme!, subject })];
    },
  });
  await onceRecorded(() => finishErasure(people, done.events.at(-1)!));
  return done;
}

/** Does what a recorded erasure stands for. Safe to call again, from any node. */
export async function finishErasure(people: Pick<People, 'erase'>, erasure: RecordedEvent): Promise<void> {
  const { data } = decode(erasure) as PersonEvent;
  await people.erase([{ subject: data.subject, erasedAt: erasure.recordedAt, event: erasure.id }]);
}

export interface ReadingInput {
  readonly programme: string;
  readonly subjects: readonly string[];
  readonly purpose: string;
  readonly by: 'id' | 'name';
}

/**
 * Records that names are about to be shown. Whoever shows them does so after this.
 *
 * @throws Refusal `NOT_FOUND` for a subject the programme does not have, `REASON_REQUIRED` without a purpose
 */
export async function executeReading(context: PersonContext, input: ReadingInput): Promise<CommandDone> {
  const subjects = input.subjects.map((subject) => subject.toLowerCase());
  return execute(context, {
    type: 'readPersonalData',
    request: { ...input, subjects },
    // A stream of its own: nobody waits for anybody, and none grows without end.
    stream: disclosureStream(deriveId('disclosure', context.actor.subject, context.commandId)),
    decide: async () => {
      await programmesOf(context.people, input.programme, subjects, (index) => `subjects.${index}`);
      return [discloseNames({ ...input, subjects })];
    },
  });
}

/** The programmes of subjects, which must all be this one. */
async function programmesOf(
  people: Pick<People, 'scopesOf'>,
  programme: string,
  subjects: readonly string[],
  pathOf: (index: number) => string,
): Promise<string[]> {
  const scopes = await people.scopesOf(subjects);
  const wanted = normaliseProgramme(programme);
  const found = subjects.map((subject) => scopes.get(subject));
  const unknown = subjects.flatMap((_, index) => {
    const scope = found[index];
    if (scope !== undefined && normaliseProgramme(scope) === wanted) return [];
    return [{ path: pathOf(index), message: 'is nobody in this programme' }];
  });
  if (unknown.length > 0) {
    const ids = subjects.filter((_, index) => unknown.some(({ path }) => path === pathOf(index)));
    throw new Refusal('NOT_FOUND', `there is nobody in ${programme} with the id ${ids.join(', ')}`, unknown);
  }
  return found as string[];
}
