import { type Attributes, type LangText, type ReformItemEvent, isMove } from '@masar/domain';
import { type RecordedEvent, canonicalise } from '@masar/event-store';
import { changeMapping, lineBreak, removedMark } from './change-mapping.js';
import { type Column, FoundKeys, type MapField } from './columns.js';

/** What the journey says of an entry, by the read model. */
export interface SheetEntry {
  readonly key: string;
  readonly position: number;
  readonly stateBefore: string | null;
  readonly stateAfter: string | null;
  readonly sourceStatus: string | null;
  readonly irregularities: readonly string[];
  readonly undone: string | null;
  readonly undoneBy: number | null;
  readonly correctedBy: readonly number[];
  /** The dates it counts with, EDTF. */
  readonly countedDecidedOn: string | null;
  readonly countedEffective: string | null;
}

/** A change: the event, its entry in the journey, and the reference the item went by when it was recorded. */
export interface SheetChange {
  readonly event: RecordedEvent;
  readonly data: ReformItemEvent['data'] & Loose;
  readonly entry: SheetEntry;
  readonly reference: string;
}

/** Fields that some events have. */
interface Loose {
  readonly title?: LangText;
  readonly text?: LangText;
  readonly attributes?: Attributes;
  readonly reference?: string;
  readonly alias?: string;
  readonly workshop?: string;
  readonly addressees?: readonly string[];
  readonly addressee?: string;
  readonly response?: string;
  readonly progress?: string;
}

const maps: readonly MapField<SheetChange>[] = [
  { name: 'title', of: ({ data }) => data.title },
  { name: 'text', of: ({ data }) => data.text },
  { name: 'reason', of: ({ data }) => data.reason },
  {
    name: 'attributes',
    of: ({ data }) =>
      data.attributes &&
      Object.fromEntries(
        Object.entries(data.attributes).map(([name, value]) => [name, value ?? removedMark]),
      ),
  },
];

/** Fields of an event's data that have columns, or say only how it was recorded. */
const shown: ReadonlySet<string> = new Set([
  'programme',
  'reference',
  'alias',
  'title',
  'text',
  'reason',
  'attributes',
  'state',
  'sourceStatus',
  'workshop',
  'addressees',
  'addressee',
  'response',
  'progress',
  'decision',
  'dates',
  'source',
  'irregularities',
  'asRecorded',
  'illustrative',
]);

/** The columns of a sheet with a row for each change of each item, as it was recorded; to be shown every change before. */
export class ChangeSheet {
  private readonly keys = new FoundKeys(maps);

  look(change: Pick<SheetChange, 'data'>): void {
    this.keys.look(change as SheetChange);
  }

  /** The mapping file that imports the sheet into another programme. */
  mapping(): string {
    const { keys } = this;
    return changeMapping({
      title: keys.of('title'),
      text: keys.of('text'),
      reason: keys.of('reason'),
      attributes: keys.of('attributes'),
    });
  }

  columns(): Column<SheetChange>[] {
    const { keys } = this;
    return [
      { name: 'reference', value: ({ reference }) => reference },
      { name: 'type', value: ({ event }) => event.type },
      { name: 'decidedOn', value: ({ entry }) => entry.countedDecidedOn },
      { name: 'effective', value: ({ entry }) => entry.countedEffective },
      { name: 'stateBefore', value: ({ entry }) => entry.stateBefore },
      { name: 'stateAfter', value: ({ entry }) => entry.stateAfter },
      { name: 'movedTo', value: movedTo },
      { name: 'sourceStatus', value: ({ entry }) => entry.sourceStatus },
      {
        name: 'to',
        value: ({ event, data }) => (event.type === 'ReformItemRenumbered' ? data.reference : data.alias),
      },
      ...keys.columns('title'),
      ...keys.columns('text'),
      ...keys.columns('reason'),
      ...keys.columns('attributes'),
      { name: 'workshop', value: ({ data }) => data.workshop },
      { name: 'addressees', value: ({ data }) => data.addressees?.join(lineBreak) },
      { name: 'addressee', value: ({ data }) => data.addressee },
      { name: 'response', value: ({ data }) => data.response },
      { name: 'progress', value: ({ data }) => data.progress },
      { name: 'decision', value: ({ data }) => data.decision },
      { name: 'details', value: details },
      { name: 'irregularities', value: ({ entry }) => entry.irregularities },
      { name: 'undone', value: ({ entry }) => entry.undone },
      { name: 'undoneBy', value: ({ entry }) => entry.undoneBy },
      { name: 'correctedBy', value: ({ entry }) => entry.correctedBy.map(String) },
      { name: 'asRecorded', value: ({ data }) => data.asRecorded },
      { name: 'decidedOnAsWritten', value: ({ data }) => data.dates?.decidedOn?.asWritten },
      { name: 'effectiveAsWritten', value: ({ data }) => data.dates?.effective?.asWritten },
      { name: 'claimedAt', value: ({ data }) => data.source?.claimedAt },
      { name: 'recordedAt', value: ({ event }) => event.recordedAt },
      { name: 'subject', value: ({ event }) => event.actor.subject },
      { name: 'organisation', value: ({ event }) => event.actor.organisation },
      { name: 'item', value: ({ entry }) => entry.key },
      { name: 'position', value: ({ event }) => event.position },
      { name: 'eventId', value: ({ event }) => event.id },
    ];
  }
}

/** The state the entry put the item into, be it the one it was in; empty for all else, and for what never counted. */
function movedTo({ event, entry }: SheetChange): string | null {
  const { undone, stateBefore, stateAfter } = entry;
  const counted = undone === null || undone === 'revoked';
  const moved = counted && isMove(event.type as ReformItemEvent['type']);
  return moved || stateBefore !== stateAfter ? stateAfter : null;
}

/** What else the event says, as JSON. */
function details({ data }: SheetChange): string | null {
  const rest = Object.entries(data).filter(([field, value]) => !shown.has(field) && value !== undefined);
  return rest.length === 0 ? null : canonicalise(Object.fromEntries(rest));
}
