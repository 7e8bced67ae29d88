import type { RecordedEvent } from '@masar/event-store';
import {
  type DatedItemEvent,
  type GivenDates,
  type ItemInput,
  type Mention,
  type ReferenceReserved,
  Refusal,
  type Registration,
  type Step,
  addAlias,
  decode,
  itemId,
  itemStream,
  mentionsOf,
  readDates,
  registerItem,
  renumber,
  dated,
  stateOf,
  withFlags,
} from '@masar/domain';
import { historyOf, reservedFor } from './aggregates.js';
import type { CommandContext } from './context.js';
import { type CommandDone, type Execution, execute } from './execute.js';
import { finishOnStream } from './finish.js';
import { requireThere } from './mentions.js';
import { onceRecorded } from './recorded.js';
import { flagsNow } from './recording-flags.js';
import { requireProgramme } from './setup-commands.js';

/** Where an item is: by its programme and any reference it goes or went by. */
export interface ItemAddress {
  readonly programme: string;
  readonly reference: string;
}

/**
 * The id of the item a reference leads to: the item registered under it, or the one it was reserved for.
 *
 * @throws Refusal `NOT_FOUND`
 */
export async function resolveItem(
  context: CommandContext,
  { programme, reference }: ItemAddress,
): Promise<string> {
  const id = itemId(programme, reference);
  const first = await context.store.readStream(itemStream(id), { limit: 1 });
  if (first.length === 0) {
    throw new Refusal('NOT_FOUND', `there is no item ${reference} in ${programme}`, [
      { path: 'reference', message: 'leads to no item' },
    ]);
  }
  return reservedFor(first) ?? id;
}

/** Starts an item; its reference must not be in use. */
export async function executeRegistration(
  context: CommandContext,
  input: Registration,
): Promise<CommandDone> {
  return execute(context, {
    type: 'registerReformItem',
    request: input,
    stream: itemStream(itemId(input.programme, input.reference)),
    decide: async (events) => {
      await requireProgramme(context, input.programme);
      const leadsTo = reservedFor(events);
      if (leadsTo !== undefined) {
        throw new Refusal('ALREADY_EXISTS', `${input.reference} is a reference of ${leadsTo}`, [
          { path: 'reference', message: 'is in use' },
        ]);
      }
      const registered = await flagged(context, input.programme, registerItem(historyOf(events), input));
      if (!input.asRecorded) {
        const mentions = mentionsOf('theme', input.themes, 'themes');
        await requireThere(context, input.programme, mentions, registered.effective);
      }
      return [registered];
    },
  });
}

/** A command on one item. */
export interface OnItem extends Pick<Execution, 'type' | 'request' | 'expectedRevision'> {
  readonly decide: (history: readonly Step[]) => DatedItemEvent;
  /** What it mentions of the programme: has to be there when it takes effect, unless recorded as it was. */
  readonly mentions?: readonly Mention[];
}

/** The event with what is irregular about recording it now. */
async function flagged(
  context: CommandContext,
  programme: string,
  event: DatedItemEvent,
): Promise<DatedItemEvent> {
  const workshop = 'workshop' in event.data ? event.data.workshop : undefined;
  return withFlags(event, await flagsNow(context, { programme, workshop, decidedOn: event.decidedOn }));
}

/** Records one event on an item, as `decide` has it. */
export async function executeOnItem(
  context: CommandContext,
  address: ItemAddress,
  command: OnItem,
): Promise<CommandDone> {
  const { decide, mentions = [], ...execution } = command;
  return execute(context, {
    ...execution,
    stream: itemStream(await resolveItem(context, address)),
    decide: async (events) => {
      const decided = await flagged(context, address.programme, decide(historyOf(events)));
      if (!decided.data.asRecorded) {
        await requireThere(context, address.programme, mentions, decided.effective);
      }
      return [decided];
    },
  });
}

export interface ReferenceInput extends ItemInput, ItemAddress {
  /** The further reference. */
  readonly newReference: string;
  /** Whether the item goes by it from now on, or keeps it as a further one. */
  readonly as: 'reference' | 'alias';
}

/**
 * Gives an item a further reference: takes the reference by creating its stream, then says so on the item. What a
 * crash leaves in between is finished by {@link finishReference}.
 */
export async function executeReference(context: CommandContext, input: ReferenceInput): Promise<CommandDone> {
  const item = await resolveItem(context, input);
  const { programme, newReference, as, asRecorded, source, illustrative } = input;
  const { decidedOn, effective, notes } = readDates(input);
  const reserved = await execute(context, {
    type: 'addReference',
    request: input,
    stream: itemStream(itemId(programme, newReference)),
    decide: async (events) => {
      if (events.length > 0) {
        const owner = reservedFor(events) ?? itemId(programme, newReference);
        const message = owner === item ? 'is a reference of the item already' : `is in use by ${owner}`;
        throw new Refusal('ALREADY_EXISTS', `${newReference} ${message}`, [
          { path: 'newReference', message },
        ]);
      }
      const history = historyOf(await context.store.readStream(itemStream(item)));
      referenceEvent(history, newReference, as, input);
      const flags = await flagsNow(context, { programme, decidedOn });
      const data = {
        item,
        reference: newReference,
        as,
        ...notes,
        ...(asRecorded && { asRecorded }),
        ...(source && { source }),
        ...(illustrative && { illustrative }),
        ...(flags.length > 0 && { flags }),
      };
      return [{ type: 'ReferenceReserved', data, decidedOn, effective }];
    },
  });
  const [reservation] = reserved.events;
  const events = await onceRecorded(() => finishReference(context, reservation!));
  const last = events.at(-1)!;
  return {
    stream: itemStream(item),
    position: last.position,
    revision: last.revision,
    recordedAt: last.recordedAt,
    events,
    duplicate: reserved.duplicate,
  };
}

function referenceEvent(
  history: readonly Step[],
  reference: string,
  as: 'reference' | 'alias',
  input: ItemInput,
): DatedItemEvent {
  return as === 'reference'
    ? renumber(history, { ...input, reference })
    : addAlias(history, { ...input, alias: reference });
}

/**
 * Brings a reserved reference to its one event on the item. Safe to call again, from any node.
 *
 * @returns the item's events up to and including that event
 */
export async function finishReference(
  context: Pick<CommandContext, 'store'>,
  reservation: RecordedEvent,
): Promise<readonly RecordedEvent[]> {
  const { data } = decode(reservation) as ReferenceReserved;
  const stream = itemStream(data.item);
  const given: GivenDates = {
    decidedOn: { edtf: reservation.decidedOn, ...data.dates?.decidedOn },
    effective: { edtf: reservation.effective, ...data.dates?.effective },
  };
  const input = {
    ...given,
    asRecorded: data.asRecorded,
    source: data.source,
    illustrative: data.illustrative,
    flags: data.flags,
  };
  return finishOnStream(context, stream, reservation, (history) => {
    try {
      return referenceEvent(history, data.reference, data.as, input);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const code = stateOf(history).removed ? ('ITEM_REMOVED' as const) : ('INVALID_TRANSITION' as const);
      const lapsed = {
        type: 'DecisionEffectLapsed' as const,
        data: { decision: reservation.id, code, kind: 'reference' },
      };
      return dated(history, lapsed, input);
    }
  });
}
