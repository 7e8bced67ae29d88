import {
  type GivenDates,
  type LangText,
  type RelationKind,
  type RelationSurroundings,
  type Relations,
  Refusal,
  type StandingRelation,
  type Step,
  itemStream,
  readDates,
  relateItems,
  relationsStream,
  stateOf,
  unrelateItems,
} from '@masar/domain';
import { historyOf, relationsOf } from './aggregates.js';
import type { CommandContext } from './context.js';
import { type CommandDone, execute } from './execute.js';
import { type ItemAddress, resolveItem } from './item-commands.js';
import { dayOf, flagsNow } from './recording-flags.js';
import { standingRelations } from './standing-relations.js';

/** How one item of a programme stands to another. */
export interface RelationCommand extends ItemAddress, GivenDates {
  readonly kind: RelationKind;
  /** Any reference of the item it leads to. */
  readonly to: string;
  readonly asRecorded?: boolean;
  readonly reason?: LangText;
  readonly illustrative?: boolean;
}

/** Says how one item stands to another. */
export async function executeRelate(
  context: CommandContext,
  input: RelationCommand,
  expectedRevision?: number,
): Promise<CommandDone> {
  return onRelations(context, 'relateItems', input, expectedRevision, async (given, around) => {
    const standing = await standingTo(context, given, around.relations);
    return relateItems(given, { ...around, standing });
  });
}

/** Takes back how one item stood to another. */
export async function executeUnrelate(
  context: CommandContext,
  input: RelationCommand,
  expectedRevision?: number,
): Promise<CommandDone> {
  return onRelations(context, 'unrelateItems', input, expectedRevision, async (given, around) =>
    unrelateItems(given, around),
  );
}

type Given = Parameters<typeof relateItems>[0];
type Around = Omit<RelationSurroundings, 'standing'>;

async function onRelations(
  context: CommandContext,
  type: string,
  input: RelationCommand,
  expectedRevision: number | undefined,
  decide: (given: Given, around: Around) => Promise<ReturnType<typeof relateItems>>,
): Promise<CommandDone> {
  const { programme, kind, asRecorded, reason, illustrative } = input;
  const [from, to] = await Promise.all([resolveItem(context, input), resolveTarget(context, input)]);
  return execute(context, {
    type,
    request: input,
    stream: relationsStream(programme),
    ...(expectedRevision !== undefined && { expectedRevision }),
    decide: async (events) => {
      const { decidedOn, effective } = input;
      const [flags, registered] = await Promise.all([
        flagsNow(context, { programme, decidedOn: readDates(input).decidedOn }),
        Promise.all([from, to].map((item) => isOnRegister(context, item))),
      ]);
      const given = { kind, from, to, decidedOn, effective, asRecorded, reason, illustrative, flags };
      const around = {
        relations: relationsOf(events),
        onRegister: (item: string) => registered[item === from ? 0 : 1],
        today: dayOf(context.now()),
      };
      return [await decide(given, around)];
    },
  });
}

/** The item a relation leads to. @throws Refusal `NOT_FOUND`, at `to` */
async function resolveTarget(context: CommandContext, { programme, to }: RelationCommand): Promise<string> {
  try {
    return await resolveItem(context, { programme, reference: to });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const fields = error.fields.map((field) => ({ ...field, path: 'to' }));
    throw new Refusal(error.code, error.message, fields);
  }
}

async function isOnRegister(context: CommandContext, item: string): Promise<boolean> {
  return !stateOf(await historyOfItem(context, item)).removed;
}

async function historyOfItem({ store }: CommandContext, item: string): Promise<readonly Step[]> {
  return historyOf(await store.readStream(itemStream(item)));
}

function standingTo(
  context: CommandContext,
  { kind, from, to }: Given,
  relations: Relations,
): Promise<StandingRelation[]> {
  return standingRelations(relations, [{ kind, from, to }], new Set(), (item) =>
    historyOfItem(context, item),
  );
}
