import {
  type DatedItemEvent,
  type ItemInput,
  type People,
  Refusal,
  itemId,
  itemStream,
  normaliseReference,
  readDates,
  recordDetails,
  recordOnItem,
  recordState,
  registerItem,
  remove,
  restore,
  stateOf,
} from '@masar/domain';
import type { EventLog, EventStore } from '@masar/event-store';
import type { MappedRow, NamesByPart, PlannedAction } from '../mapping/mapped-row.js';
import { RelationsSoFar, decisionEvents } from './decision-events.js';
import type { ItemStream, ItemStreams } from './item-streams.js';
import { References } from './references.js';
import { type ImportContext, RowChanged, type RowEvents, RowRefused } from './row-events.js';

/** How many items may share one reference. */
const maxClaims = 1_000;
const prefix = itemStream('');

/** The opaque id of a name in the programme's vault. */
export type SubjectOf = (name: string) => string;

/** Turns what a row says into events, against the items as the rows before it left them. */
export class RowImport {
  readonly references = new References();
  readonly relations: RelationsSoFar;

  constructor(
    readonly context: ImportContext,
    readonly streams: ItemStreams,
    store: Pick<EventStore, 'readStream'>,
    private readonly log: Pick<EventLog, 'find'>,
  ) {
    this.relations = new RelationsSoFar(context.programme, streams, store);
  }

  /**
   * Stages the events of a row.
   *
   * @throws RowRefused, Refusal what is wrong with the row
   * @throws RowChanged a row imported before that says something else now
   */
  async stage(mapped: MappedRow, occurrence: number, events: RowEvents, subjectOf: SubjectOf): Promise<void> {
    const { source: name, illustrative } = this.context;
    const spelled =
      mapped.identity === normaliseReference(mapped.reference) ? mapped.reference : mapped.identity;
    const source = {
      name,
      row: `${spelled}#${occurrence}`,
      digest: mapped.digest,
      ...(mapped.claimedAt !== undefined && { claimedAt: mapped.claimedAt }),
      // An opaque id: the name it stands for is in the vault.
      ...(mapped.claimedBy !== undefined && { claimedBy: subjectOf(mapped.claimedBy) }),
    };
    for (const action of mapped.actions) {
      const { dates, reason, flags } = action;
      const input: ItemInput = {
        ...dates,
        asRecorded: true,
        reason,
        source,
        flags,
        ...(illustrative && { illustrative }),
      };
      if (action.kind === 'register') await this.register(action, input, events, subjectOf);
      else if (action.kind === 'renumber' || action.kind === 'alias')
        await this.addReference(action, input, events);
      else if (action.kind === 'decision') await decisionEvents(this, action, source, events);
      else await this.onItem(action, input, events, subjectOf);
    }
  }

  private async register(
    action: Extract<PlannedAction, { kind: 'register' }>,
    input: ItemInput,
    events: RowEvents,
    subjectOf: SubjectOf,
  ): Promise<void> {
    const { programme } = this.context;
    const { reference, title, text, state, sourceStatus, attributes, people, workshop } = action;
    const id = events.idOf(action.index);
    const { stream, claims } = await this.claim(reference, id);
    const normal = normaliseReference(reference);
    const item = idIn(stream);
    if (await this.has(events, stream, id)) {
      this.references.point(normal, item, claims);
      this.references.name(item, normal);
      return;
    }
    const registration = { programme, reference, title, text, state, sourceStatus, attributes, workshop };
    const event = registerItem([], {
      ...registration,
      ...input,
      people: subjectsOf(people, subjectOf),
      flags: withDuplicate(input, claims),
    });
    events.stage(stream, id, event);
    events.onUndo(this.references.point(normal, item, claims));
    events.onUndo(this.references.name(item, normal));
  }

  private async onItem(
    action: Exclude<PlannedAction, { kind: 'register' | 'renumber' | 'alias' | 'decision' }>,
    input: ItemInput,
    events: RowEvents,
    subjectOf: SubjectOf,
  ): Promise<void> {
    const id = events.idOf(action.index);
    const stream = await this.item(action.reference, id);
    if (await this.has(events, stream, id)) return;
    const history = this.streams.history(stream);
    const decide = (): DatedItemEvent => {
      switch (action.kind) {
        case 'state':
          return recordState(history, { ...input, state: action.state, sourceStatus: action.sourceStatus });
        case 'details': {
          const { title, text, attributes } = action;
          return recordDetails(history, {
            ...input,
            title,
            text,
            attributes,
            people: subjectsOf(action.people, subjectOf),
          });
        }
        case 'record':
          return action.record(history, input);
        case 'remove':
          return remove(history, input);
        case 'restore':
          return restore(history, input);
      }
    };
    events.stage(stream, id, decide());
  }

  /** Takes a further reference for the item, then says so on the item; as `executeReference` does. */
  private async addReference(
    action: Extract<PlannedAction, { kind: 'renumber' | 'alias' }>,
    input: ItemInput,
    events: RowEvents,
  ): Promise<void> {
    const as: 'reference' | 'alias' = action.kind === 'renumber' ? 'reference' : 'alias';
    const reserveId = events.idOf(action.index);
    const stream = await this.item(action.reference, reserveId);
    const item = idIn(stream);
    const target = normaliseReference(action.to);
    const own = await this.streams.get(itemStream(itemId(this.context.programme, action.to)));
    const isOwn =
      own.beginning?.id !== reserveId && (own.name === stream.name || own.beginning?.owner === item);
    const { stream: taken, claims } = isOwn
      ? { stream: own, claims: this.references.claimsOf(target) }
      : await this.claim(action.to, reserveId);
    const id = isOwn ? reserveId : events.effectIdOf(reserveId, stream.name);
    const done = await this.has(events, stream, id);
    if (
      !done &&
      (as === 'reference' ? this.references.nameOf(item) : this.references.itemOf(target)) ===
        (as === 'reference' ? target : item)
    ) {
      throw new RowRefused(`${action.to} is a reference of the item already`);
    }
    if (!isOwn && !events.has(taken, reserveId)) {
      const { decidedOn, effective, notes } = readDates(input);
      const { source, illustrative } = input;
      const given = { item, reference: action.to, as, ...notes, asRecorded: true, source };
      const data = { ...given, ...(illustrative && { illustrative }) } as const;
      events.stage(taken, reserveId, { type: 'ReferenceReserved', data, decidedOn, effective });
    }
    if (!done) {
      const flagged = { ...input, flags: withDuplicate(input, isOwn ? 1 : claims) };
      const event =
        as === 'reference'
          ? ({ type: 'ReformItemRenumbered', data: { reference: action.to } } as const)
          : ({ type: 'ReformItemAliased', data: { alias: action.to } } as const);
      // Recorded as it was: what the item goes by now may come from a later row of a file imported before.
      events.stage(
        stream,
        id,
        recordOnItem(this.streams.history(stream), event, flagged),
        isOwn ? null : reserveId,
      );
    }
    const undo = [
      this.references.point(target, item, claims),
      ...(as === 'reference' ? [this.references.name(item, target)] : []),
    ];
    if (!done) undo.forEach((each) => events.onUndo(each));
  }

  /** The stream of the item a reference means here. @throws RowRefused where there is none */
  async item(reference: string, eventId: string): Promise<ItemStream> {
    const normal = normaliseReference(reference);
    const item = this.references.itemOf(normal) ?? (await this.inStore(reference, eventId));
    if (item === undefined) {
      throw new RowRefused(
        `there is no item ${reference}: no row before this one registers it, and the programme has none`,
      );
    }
    this.references.point(normal, item);
    return this.streams.get(itemStream(item));
  }

  /** The item of a reference that no row so far has named. */
  private async inStore(reference: string, eventId: string): Promise<string | undefined> {
    const base = itemId(this.context.programme, reference);
    const first = await this.streams.get(itemStream(base));
    if (!first.beginning) return undefined;
    // A row imported before stays with its item, whatever the reference means by now.
    if (!first.known.has(eventId)) {
      const before = await this.log.find(eventId);
      if (before?.type === 'ReferenceReserved') return before.data['item'] as string;
      if (before?.stream.startsWith(prefix)) return before.stream.slice(prefix.length);
    }
    let found: string | undefined;
    let fallback: string | undefined;
    for (let claim = 1; claim <= maxClaims; claim += 1) {
      const stream = await this.streams.get(itemStream(claimed(base, claim)));
      if (!stream.beginning) break;
      if (this.isToCome(stream)) continue;
      const item = stream.beginning.owner ?? idIn(stream);
      fallback ??= item;
      const own = await this.streams.get(itemStream(item));
      const current = stateOf(this.streams.history(own)).reference;
      if (current !== '' && normaliseReference(current) === normaliseReference(reference)) found = item;
    }
    return found ?? fallback;
  }

  /** True for what a row further down made when the file was imported before: to this row it is not there yet. */
  private isToCome({ beginning }: ItemStream): boolean {
    const { source } = beginning ?? {};
    if (this.context.identified || source?.name !== this.context.source) return false;
    const end = source.row.lastIndexOf('#');
    return (
      Number(source.row.slice(end + 1)) >
      this.references.counted(normaliseReference(source.row.slice(0, end)))
    );
  }

  /** The stream a new holder of a reference gets: the reference's own, or the first free one with a suffix. */
  private async claim(reference: string, eventId: string): Promise<{ stream: ItemStream; claims: number }> {
    const base = itemId(this.context.programme, reference);
    const taken = this.references.claimsOf(normaliseReference(reference));
    let free: { stream: ItemStream; claims: number } | undefined;
    for (let claim = 1; claim <= maxClaims && !free; claim += 1) {
      const stream = await this.streams.get(itemStream(claimed(base, claim)));
      if (stream.beginning?.id === eventId) return { stream, claims: Math.max(claim, taken) };
      if (!stream.beginning && claim > taken) free = { stream, claims: claim };
    }
    if (!free) throw new RowRefused(`${reference} is a reference of more than ${maxClaims} items`);
    if (free.claims > 1 && this.context.duplicates === 'refuse') {
      throw new RowRefused(
        `${reference} is another item's reference already; where the source really uses it twice, say duplicates: flag in the mapping`,
      );
    }
    return free;
  }

  /** As {@link RowEvents.has}; where it matters, the whole log is asked too. */
  private async has(events: RowEvents, stream: ItemStream, id: string): Promise<boolean> {
    if (events.has(stream, id)) return true;
    // On another stream: the row was imported when its reference meant another item.
    if (this.context.careful && (await this.log.find(id))) throw new RowChanged();
    return false;
  }
}

function claimed(base: string, claim: number): string {
  return claim === 1 ? base : `${base}~${claim}`;
}

function idIn(stream: ItemStream): string {
  return stream.name.slice(prefix.length);
}

function withDuplicate({ flags = [] }: ItemInput, claims: number): ItemInput['flags'] {
  return claims > 1 ? [...flags, 'DUPLICATE_REFERENCE'] : flags;
}

function subjectsOf(people: NamesByPart | undefined, subjectOf: SubjectOf): People | undefined {
  if (!people) return undefined;
  return Object.fromEntries(Object.entries(people).map(([part, names]) => [part, names.map(subjectOf)]));
}

/** What is wrong with a row, in words. */
export function refusalMessage(error: RowRefused | Refusal): string {
  if (error instanceof RowRefused || error.fields.length === 0) return error.message;
  return error.fields.map(({ path, message }) => `${path} ${message}`).join('; ');
}
