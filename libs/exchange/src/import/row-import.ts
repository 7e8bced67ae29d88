import {
  type DatedItemEvent,
  type ItemInput,
  type People,
  Refusal,
  addAlias,
  itemId,
  itemStream,
  normaliseReference,
  readDates,
  recordDetails,
  recordState,
  registerItem,
  remove,
  renumber,
  restore,
  stateOf,
} from '@masar/domain';
import type { EventLog, EventStore } from '@masar/event-store';
import type { MappedRow, NamesByPart, PlannedAction } from '../mapping/mapped-row.js';
import { RelationsSoFar, decisionEvents } from './decision-events.js';
import type { ItemStream, ItemStreams } from './item-streams.js';
import { References } from './references.js';
import { type ImportContext, type RowEvents, RowRefused } from './row-events.js';

/** How many items may share one reference. */
const maxClaims = 10_000;
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
    if (events.has(stream, id)) {
      this.references.point(normaliseReference(reference), idIn(stream), claims);
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
    events.onUndo(this.references.point(normaliseReference(reference), idIn(stream), claims));
  }

  private async onItem(
    action: Exclude<PlannedAction, { kind: 'register' | 'renumber' | 'alias' | 'decision' }>,
    input: ItemInput,
    events: RowEvents,
    subjectOf: SubjectOf,
  ): Promise<void> {
    const id = events.idOf(action.index);
    const stream = await this.item(action.reference, id);
    if (events.has(stream, id)) return;
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
    const as = action.kind === 'renumber' ? 'reference' : 'alias';
    const reserveId = events.idOf(action.index);
    const stream = await this.item(action.reference, reserveId);
    const item = idIn(stream);
    const target = normaliseReference(action.to);
    const own = await this.streams.get(itemStream(itemId(this.context.programme, action.to)));
    const isOwn = own.firstId !== reserveId && (own.name === stream.name || own.owner === item);
    const { stream: taken, claims } = isOwn
      ? { stream: own, claims: this.references.claimsOf(target) }
      : await this.claim(action.to, reserveId);
    const id = isOwn ? reserveId : events.effectIdOf(reserveId, stream.name);
    const flagged = { ...input, flags: withDuplicate(input, isOwn ? 1 : claims) };
    const done = events.has(stream, id);
    if (!isOwn && !events.has(taken, reserveId)) {
      const { decidedOn, effective, notes } = readDates(input);
      const { source, illustrative } = input;
      const data = {
        item,
        reference: action.to,
        as,
        ...notes,
        asRecorded: true,
        source,
        ...(illustrative && { illustrative }),
      };
      events.stage(taken, reserveId, { type: 'ReferenceReserved', data, decidedOn, effective } as never);
    }
    if (!done) {
      const history = this.streams.history(stream);
      const event =
        as === 'reference'
          ? renumber(history, { ...flagged, reference: action.to })
          : addAlias(history, { ...flagged, alias: action.to });
      events.stage(stream, id, event, isOwn ? null : reserveId);
    }
    const undo = this.references.point(target, item, claims);
    if (!done) events.onUndo(undo);
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
    if (first.revision < 0) return undefined;
    // A row imported before stays with its item, whatever the reference means by now.
    if (!first.known.has(eventId)) {
      const before = await this.log.find(eventId);
      if (before?.stream.startsWith(prefix)) return before.stream.slice(prefix.length);
    }
    let found: string | undefined;
    for (let claim = 1; claim <= maxClaims; claim += 1) {
      const stream = await this.streams.get(itemStream(claimed(base, claim)));
      if (stream.revision < 0) break;
      const item = stream.owner ?? idIn(stream);
      const own = stream.owner === undefined ? stream : await this.streams.get(itemStream(item));
      const current = stateOf(this.streams.history(own)).reference;
      if (current !== '' && normaliseReference(current) === normaliseReference(reference)) found = item;
    }
    return found ?? first.owner ?? base;
  }

  /** The stream a new holder of a reference gets: the reference's own, or the first free one with a suffix. */
  private async claim(reference: string, eventId: string): Promise<{ stream: ItemStream; claims: number }> {
    const base = itemId(this.context.programme, reference);
    const normal = normaliseReference(reference);
    for (let claim = this.references.claimsOf(normal) + 1; claim <= maxClaims; claim += 1) {
      const stream = await this.streams.get(itemStream(claimed(base, claim)));
      if (stream.revision >= 0 && stream.firstId !== eventId) continue;
      if (claim > 1 && this.context.duplicates === 'refuse') {
        throw new RowRefused(
          `${reference} is another item's reference already; where the source really uses it twice, say duplicates: flag in the mapping`,
        );
      }
      return { stream, claims: claim };
    }
    throw new RowRefused(`${reference} is a reference of more than ${maxClaims} items`);
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
