import {
  type AgendaPoint,
  type Dated,
  type Mention,
  Refusal,
  type Workshop,
  type WorkshopEvent,
  workshopStream,
} from '@masar/domain';
import { workshopOf } from './aggregates.js';
import type { CommandContext } from './context.js';
import { type CommandDone, type Execution, execute } from './execute.js';
import { resolveItem } from './item-commands.js';
import { requireThere } from './mentions.js';
import { requireProgramme } from './setup-commands.js';

/** Records one event on a workshop of a programme that exists. */
export async function executeOnWorkshop(
  context: CommandContext,
  programme: string,
  reference: string,
  command: Pick<Execution, 'type' | 'request' | 'expectedRevision'> & {
    readonly decide: (state: Workshop) => Dated<WorkshopEvent> | Promise<Dated<WorkshopEvent>>;
    /** What of the programme it mentions, and has to be there when it takes effect. */
    readonly mentions?: readonly Mention[];
  },
): Promise<CommandDone> {
  const { mentions = [], decide, ...execution } = command;
  return execute(context, {
    ...execution,
    stream: workshopStream(programme, reference),
    decide: async (events) => {
      if (events.length === 0) await requireProgramme(context, programme);
      const decided = await decide(workshopOf(events));
      await requireThere(context, programme, mentions, decided.effective);
      return [decided];
    },
  });
}

/**
 * Points of an agenda with the ids of their items, whatever references they go by.
 *
 * @throws Refusal `NOT_FOUND`, a field each
 */
export async function resolveAgenda(
  context: CommandContext,
  programme: string,
  points: readonly AgendaPoint[],
): Promise<AgendaPoint[]> {
  const problems: Refusal['fields'][number][] = [];
  const resolved = await Promise.all(
    points.map(async ({ items, ...point }, index) => {
      if (!items) return point;
      const ids = await Promise.all(
        items.map((reference, place) =>
          resolveItem(context, { programme, reference }).catch((error: unknown) => {
            if (!(error instanceof Refusal)) throw error;
            problems.push({ path: `points.${index}.items.${place}`, message: error.message });
            return reference;
          }),
        ),
      );
      return { ...point, items: ids };
    }),
  );
  if (problems.length > 0) throw new Refusal('NOT_FOUND', problems[0]!.message, problems);
  return resolved;
}
