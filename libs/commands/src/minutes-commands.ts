import {
  type Approval,
  type Dated,
  type Mention,
  type Minutes,
  type MinutesEvent,
  Refusal,
  type Workshop,
  bodyOn,
  bodyStream,
  matchingForm,
  minutesStream,
  sessionOf,
  workshopStream,
} from '@masar/domain';
import { bodyOf, minutesOf, workshopOf } from './aggregates.js';
import type { CommandContext } from './context.js';
import { type CommandDone, type Execution, execute } from './execute.js';
import { requireThere } from './mentions.js';

/** Records one event on the minutes of a workshop that was announced. */
export async function executeOnMinutes(
  context: CommandContext,
  programme: string,
  workshop: string,
  command: Pick<Execution, 'type' | 'request' | 'expectedRevision'> & {
    readonly decide: (minutes: Minutes, of: Workshop) => Dated<MinutesEvent> | Promise<Dated<MinutesEvent>>;
    /** What of the programme it mentions, and has to be there when it takes effect. */
    readonly mentions?: readonly Mention[];
  },
): Promise<CommandDone> {
  const { mentions = [], decide, ...execution } = command;
  return execute(context, {
    ...execution,
    stream: minutesStream(programme, workshop),
    decide: async (events) => {
      const of = await requireWorkshop(context, programme, workshop, 'workshop');
      const decided = await decide(minutesOf(events), of);
      await requireThere(context, programme, mentions, decided.effective);
      return [decided];
    },
  });
}

/** The minutes of a workshop as recorded so far; none where nobody drafted them. */
export async function loadMinutes(
  { store }: Pick<CommandContext, 'store'>,
  programme: string,
  workshop: string,
): Promise<Minutes> {
  return minutesOf(await store.readStream(minutesStream(programme, workshop)));
}

/**
 * The workshop of that reference.
 *
 * @throws Refusal `NOT_FOUND`, at `path`
 */
export async function requireWorkshop(
  { store }: Pick<CommandContext, 'store'>,
  programme: string,
  reference: string,
  path: string,
): Promise<Workshop> {
  const workshop = workshopOf(await store.readStream(workshopStream(programme, reference)));
  if (workshop.state === undefined) {
    const message = `there is no workshop ${reference} in ${programme}: announce it first`;
    throw new Refusal('NOT_FOUND', message, [{ path, message }]);
  }
  return workshop;
}

/**
 * Sessions a workshop held, as it spells them.
 *
 * @throws Refusal `NOT_FOUND`, at `path.<index>` for each it did not hold
 */
export function requireSessions(
  workshop: Workshop,
  references: readonly string[],
  path: (index: number) => string,
): string[] {
  const held = references.map((reference) => sessionOf(workshop.sessions, reference));
  const problems = references.flatMap((reference, index) => {
    const message = `workshop ${workshop.reference} held no session ${reference}: record it first`;
    return held[index] ? [] : [{ path: path(index), message }];
  });
  if (problems.length > 0) throw new Refusal('NOT_FOUND', problems[0]!.message, problems);
  return held.map((session) => session!.reference);
}

/**
 * Whoever approved minutes has to have been there: a body that stood that day, a session that was held.
 *
 * @param on EDTF, null for unknown
 * @throws Refusal `NOT_FOUND`, at `body`, `inWorkshop` or `inSession`
 */
export async function requireApprover(
  context: Pick<CommandContext, 'store'>,
  programme: string,
  { body, inWorkshop, inSession }: Approval,
  on: string | null,
): Promise<void> {
  if (body !== undefined) {
    const state = bodyOn(bodyOf(await context.store.readStream(bodyStream(programme, body))), on);
    if (!state || state.dissolved) {
      const message = `there was no body ${body} on ${on ?? 'a date that is not known'}`;
      throw new Refusal('NOT_FOUND', message, [{ path: 'body', message }]);
    }
  }
  if (inWorkshop === undefined) return;
  const workshop = await requireWorkshop(context, programme, inWorkshop, 'inWorkshop');
  if (inSession !== undefined) requireSessions(workshop, [inSession], () => 'inSession');
}

/**
 * Points a corrigendum concerns have to be on the agenda, where there is one.
 *
 * @throws Refusal `NOT_FOUND`, at `points.<index>`
 */
export function requirePoints({ agenda }: Workshop, points: readonly string[]): void {
  const numbers = new Set(agenda.map(({ number }) => matchingForm(number)));
  const problems = points.flatMap((point, index) => {
    const message = `the agenda has no point ${point}`;
    return numbers.has(matchingForm(point)) ? [] : [{ path: `points.${index}`, message }];
  });
  if (agenda.length > 0 && problems.length > 0) {
    throw new Refusal('NOT_FOUND', problems[0]!.message, problems);
  }
}
