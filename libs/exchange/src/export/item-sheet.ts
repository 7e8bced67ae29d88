import type { Attributes, LangText, People } from '@masar/domain';
import { type Column, FoundKeys, type MapField } from './columns.js';

/** An item as a sheet shows it: a row of the read model, and the days it was registered and changed on. */
export interface SheetItem {
  readonly key: string;
  readonly programme: string;
  readonly reference: string;
  readonly aliases: readonly string[];
  readonly title: LangText;
  readonly text: LangText | null;
  readonly state: string | null;
  readonly sourceStatus: string | null;
  readonly removed: boolean;
  readonly approved: boolean;
  readonly leads: readonly string[];
  readonly horizon: string | null;
  readonly dueDate: string | null;
  readonly deferredUntil: string | null;
  readonly referredTo: LangText | null;
  readonly attributes: Attributes;
  /** Opaque ids by the part they play. */
  readonly people: People;
  readonly illustrative: boolean;
  readonly workshop: string | null;
  readonly themes: readonly string[];
  readonly successors: readonly string[];
  readonly irregularities: readonly string[];
  readonly revision: number;
  readonly lastPosition: number;
  readonly lastRecordedAt: string;
  /** EDTF, null for unknown. */
  readonly registeredOn: string | null;
  readonly registeredAt: string | null;
  readonly changedOn: string | null;
  /** Whom it is addressed to, with what they answer and report. */
  readonly addressees: readonly {
    readonly organisation: string;
    readonly response: string;
    readonly progress: string | null;
  }[];
  /** How the whole, or each part, is assessed. */
  readonly assessments: readonly { readonly part: string | null; readonly assessment: string }[];
}

const maps: readonly MapField<SheetItem>[] = [
  { name: 'title', of: ({ title }) => title },
  { name: 'text', of: ({ text }) => text },
  { name: 'referredTo', of: ({ referredTo }) => referredTo },
  { name: 'attributes', of: ({ attributes }) => attributes },
  { name: 'people', of: ({ people }) => people },
];

/** The columns of a sheet with a row for each item; to be shown every item before. */
export class ItemSheet {
  private readonly keys = new FoundKeys(maps);

  look(item: SheetItem): void {
    this.keys.look(item);
  }

  columns(): Column<SheetItem>[] {
    const { keys } = this;
    return [
      { name: 'programme', value: ({ programme }) => programme },
      { name: 'reference', value: ({ reference }) => reference },
      { name: 'aliases', value: ({ aliases }) => aliases },
      ...keys.columns('title'),
      ...keys.columns('text'),
      { name: 'state', value: ({ state }) => state },
      { name: 'sourceStatus', value: ({ sourceStatus }) => sourceStatus },
      { name: 'registeredOn', value: ({ registeredOn }) => registeredOn },
      { name: 'registeredAt', value: ({ registeredAt }) => registeredAt },
      { name: 'changedOn', value: ({ changedOn }) => changedOn },
      { name: 'changedAt', value: ({ lastRecordedAt }) => lastRecordedAt },
      { name: 'leads', value: ({ leads }) => leads },
      { name: 'horizon', value: ({ horizon }) => horizon },
      { name: 'dueDate', value: ({ dueDate }) => dueDate },
      { name: 'addressees', value: ({ addressees }) => addressees.map(({ organisation }) => organisation) },
      {
        name: 'responses',
        value: ({ addressees }) =>
          addressees.map(({ organisation, response }) => `${organisation}: ${response}`),
      },
      {
        name: 'progress',
        value: ({ addressees }) =>
          addressees.flatMap(({ organisation, progress }) =>
            progress === null ? [] : [`${organisation}: ${progress}`],
          ),
      },
      {
        name: 'assessment',
        value: ({ assessments }) =>
          assessments.map(({ part, assessment }) => (part === null ? assessment : `${part}: ${assessment}`)),
      },
      { name: 'deferredUntil', value: ({ deferredUntil }) => deferredUntil },
      ...keys.columns('referredTo'),
      { name: 'workshop', value: ({ workshop }) => workshop },
      { name: 'themes', value: ({ themes }) => themes },
      { name: 'approved', value: ({ approved }) => approved },
      { name: 'removed', value: ({ removed }) => removed },
      { name: 'successors', value: ({ successors }) => successors },
      { name: 'irregularities', value: ({ irregularities }) => irregularities },
      ...keys.columns('attributes'),
      ...keys.columns('people'),
      { name: 'illustrative', value: ({ illustrative }) => illustrative },
      { name: 'item', value: ({ key }) => key },
      { name: 'revision', value: ({ revision }) => revision },
      { name: 'position', value: ({ lastPosition }) => lastPosition },
    ];
  }
}
