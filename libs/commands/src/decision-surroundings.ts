import {
  type DecisionInput,
  type DecisionRecorded,
  type LoadedItem,
  type StandingRelation,
  type Surroundings,
  bodyStream,
  decisionStream,
  decode,
  itemStream,
  itemsRelated,
  normaliseProgramme,
  programmeStream,
  relationsAdded,
  relationsStream,
  targetsOf,
  undoneBy,
  workshopStream,
} from '@masar/domain';
import { bodyOf, historyOf, programmeOf, relationsOf, reservedFor, workshopOf } from './aggregates.js';
import type { CommandContext } from './context.js';
import { standingRelations } from './standing-relations.js';

type Input = Omit<DecisionInput, 'id'>;

/** Everything a decision is checked against, as it is now. */
export async function decisionSurroundings(context: CommandContext, input: Input): Promise<Surroundings> {
  const { store } = context;
  const { programme, body, workshop } = input;
  const [items, relations, decidingBody, itsWorkshop, itsProgramme, undone] = await Promise.all([
    loadItems(context, input),
    relationsAround(context, input),
    body === undefined ? undefined : store.readStream(bodyStream(programme, body)).then(bodyOf),
    workshop === undefined
      ? undefined
      : store.readStream(workshopStream(programme, workshop)).then(workshopOf),
    store.readStream(programmeStream(programme)).then(programmeOf),
    loadUndone(context, input),
  ]);
  return { items, relations, body: decidingBody, workshop: itsWorkshop, programme: itsProgramme, undone };
}

/** What stands between the items one can get to from those the decision makes others of. */
async function relationsAround(
  { store }: CommandContext,
  { programme, items }: Input,
): Promise<readonly StandingRelation[]> {
  const related = new Set(itemsRelated(items).map(({ item }) => item));
  if (related.size === 0) return [];
  const relations = relationsOf(await store.readStream(relationsStream(programme)));
  return standingRelations(relations, relationsAdded(items), related, (item) =>
    store.readStream(itemStream(item)).then(historyOf),
  );
}

async function loadItems({ store }: CommandContext, input: Input): Promise<ReadonlyMap<string, LoadedItem>> {
  const ids = [...new Set(input.items.flatMap(({ item, outcome }) => [item, ...targetsOf(outcome)]))];
  const loaded = await Promise.all(
    ids.map(async (id): Promise<[string, LoadedItem] | undefined> => {
      const events = await store.readStream(itemStream(id));
      if (events.length === 0 || reservedFor(events) !== undefined) return undefined;
      return [id, { history: historyOf(events), revision: events.at(-1)!.revision }];
    }),
  );
  return new Map(loaded.filter((entry) => entry !== undefined));
}

/** The decisions that these outcomes undo, as they were recorded; those there are not are missing. */
async function loadUndone(
  { store }: CommandContext,
  { items, programme }: Input,
): Promise<ReadonlyMap<string, DecisionRecorded['data']>> {
  const ids = [...new Set(items.map(({ outcome }) => undoneBy(outcome)))].filter((id) => id !== undefined);
  const loaded = await Promise.all(
    ids.map(async (id) => (await store.readStream(decisionStream(id), { limit: 1 }))[0]),
  );
  return new Map(
    loaded
      .filter((recorded) => recorded !== undefined)
      .map((recorded) => (decode(recorded) as DecisionRecorded).data)
      // Another programme's decision is none of this one's.
      .filter((data) => normaliseProgramme(data.programme) === normaliseProgramme(programme))
      .map((data) => [data.id, data]),
  );
}
