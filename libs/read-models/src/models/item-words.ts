import {
  type Discrepancy,
  type Followed,
  type LangText,
  type Part,
  type ReformItem,
  type Step,
  type TextChangeKind,
  type WayToUndo,
  evolve,
  namedStretches,
  textChangeOf,
} from '@masar/domain';
import { bigint, boolean, date, integer, json, nullable, text } from '../engine/column.js';
import { type RowOf, type Rows, currentTable } from '../engine/read-model.js';
import { stretchRow } from './item-axis-rows.js';
import { identity, stretch, word } from './item-axis-tables.js';

/** Every version of the words of an item, in force or not, by its number. */
const version = currentTable({
  columns: {
    number: integer,
    change: word<TextChangeKind>(),
    /** Of a translation: the language it added. */
    language: nullable(text),
    title: json<LangText>(),
    text: nullable(json<LangText>()),
    parts: json<readonly Part[]>(),
    type: text,
    position: bigint,
    decision: nullable(text),
    correction: nullable(text),
    decided_on: nullable(text),
    effective: nullable(text),
    reason: nullable(json<LangText>()),
    /** How what brought it was undone, and by which entry. */
    undone: nullable(word<WayToUndo>()),
    undone_by: nullable(bigint),
  },
  identity: ['number'],
});

/** Which version is in force and which of its languages prevails, as stretches. */
const wording = currentTable({
  columns: {
    ...stretch,
    text_version: integer,
    /** Null where none prevails, and where it is not known whether one does. */
    prevailing_language: nullable(text),
    prevailing_known: boolean,
  },
  identity,
});

/** Passages noted to differ between languages. */
const discrepancy = currentTable({
  columns: {
    position: bigint,
    /** Place in the order of effect. */
    ordinal: integer,
    passages: json<Discrepancy['passages']>(),
    part: nullable(text),
    note: nullable(json<LangText>()),
    /** The version in force then. */
    text_version: integer,
    decided_on: nullable(text),
    effective: nullable(text),
    from_earliest: date,
  },
  identity: ['position'],
});

/** The tables of the words of an item. */
export const itemWordTables = { version, wording, discrepancy };

export type VersionRow = RowOf<(typeof version)['columns']>;
export type WordingRow = RowOf<(typeof wording)['columns']>;
export type DiscrepancyRow = RowOf<(typeof discrepancy)['columns']>;

/** The rows of the words of an item, from its steps in the order of effect. */
export function wordRows(steps: readonly Step[]): Rows<typeof itemWordTables> {
  return {
    version: versionRows(steps),
    wording: namedStretches(steps, wordings).map((each) => ({
      ...stretchRow(each),
      text_version: each.value.textVersion,
      prevailing_language: each.value.prevailingLanguage ?? null,
      prevailing_known: each.value.prevailingLanguage !== undefined,
    })),
    discrepancy: discrepancyRows(steps),
  };
}

/** A version keeps the words it brought, whatever became of it: those of an undone entry are worked out as if it counted. */
function versionRows(steps: readonly Step[]): VersionRow[] {
  return steps.flatMap(({ entry, undone, before }): VersionRow[] => {
    const { event, position, decidedOn, effective } = entry;
    const change = textChangeOf(event);
    if (!change) return [];
    const { textVersion, title, text: body, parts } = evolve(before, event);
    return [
      {
        number: textVersion,
        change,
        language: event.type === 'ReformItemTranslationAdded' ? event.data.language : null,
        title,
        text: body ?? null,
        parts,
        type: event.type,
        position,
        decision: event.data.decision ?? null,
        correction: event.type === 'ReformItemTextCorrected' ? event.data.correction : null,
        decided_on: decidedOn,
        effective,
        reason: event.data.reason ?? null,
        undone: undone?.how ?? null,
        undone_by: undone?.by ?? null,
      },
    ];
  });
}

const wordings: Followed<Pick<ReformItem, 'textVersion' | 'prevailingLanguage'>> = {
  valuesOf: ({ textVersion, prevailingLanguage }) =>
    textVersion === 0 ? [] : [{ textVersion, prevailingLanguage }],
  nameOf: () => 'words',
};

function discrepancyRows(steps: readonly Step[]): DiscrepancyRow[] {
  return steps
    .flatMap(({ entry, undone, window, before }): Omit<DiscrepancyRow, 'ordinal'>[] => {
      const { event, position, decidedOn, effective } = entry;
      if (event.type !== 'ReformItemTextDiscrepancyNoted' || undone) return [];
      return [
        {
          position,
          passages: event.data.passages,
          part: event.data.part ?? null,
          note: event.data.note ?? null,
          text_version: before.textVersion,
          decided_on: decidedOn,
          effective,
          from_earliest: window.earliest,
        },
      ];
    })
    .map((row, ordinal) => ({ ...row, ordinal }));
}
