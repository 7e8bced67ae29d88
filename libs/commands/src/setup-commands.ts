import {
  type Body,
  type BodyEvent,
  type Dated,
  type Programme,
  type ProgrammeEvent,
  Refusal,
  bodyStream,
  programmeStream,
} from '@masar/domain';
import { bodyOf, programmeOf } from './aggregates.js';
import type { CommandContext } from './context.js';
import { type CommandDone, type Execution, execute } from './execute.js';

type Named = Pick<Execution, 'type' | 'request' | 'expectedRevision'>;

/** Records one event on a programme. */
export async function executeOnProgramme(
  context: CommandContext,
  programme: string,
  command: Named & { readonly decide: (state: Programme) => Dated<ProgrammeEvent> },
): Promise<CommandDone> {
  return execute(context, {
    ...command,
    stream: programmeStream(programme),
    decide: (events) => [command.decide(programmeOf(events))],
  });
}

/** Records one event on a body of a programme that exists. */
export async function executeOnBody(
  context: CommandContext,
  programme: string,
  reference: string,
  command: Named & { readonly decide: (state: Body) => Dated<BodyEvent> },
): Promise<CommandDone> {
  return execute(context, {
    ...command,
    stream: bodyStream(programme, reference),
    decide: async (events) => {
      if (events.length === 0) await requireProgramme(context, programme);
      return [command.decide(bodyOf(events))];
    },
  });
}

/** @throws Refusal `NOT_FOUND` where the programme is not registered */
export async function requireProgramme(
  { store }: Pick<CommandContext, 'store'>,
  programme: string,
): Promise<void> {
  const [first] = await store.readStream(programmeStream(programme), { limit: 1 });
  if (!first) {
    throw new Refusal('NOT_FOUND', `there is no programme ${programme}`, [
      { path: 'programme', message: 'is not registered: register it first' },
    ]);
  }
}
