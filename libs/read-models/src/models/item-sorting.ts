import {
  type Assignment,
  type Classified,
  type Followed,
  type Horizon,
  type NamedStretch,
  type Priority,
  type Provision,
  type ReformItem,
  type ScopeUse,
  type Step,
  matchingForm,
  namedStretches,
  parseEdtf,
  withoutUndefined,
} from '@masar/domain';
import { boolean, date, json, nullable, text, textArray } from '../engine/column.js';
import { type RowOf, type Rows, currentTable } from '../engine/read-model.js';
import { stretchRow } from './item-axis-rows.js';
import { identity, stretch, word } from './item-axis-tables.js';

const own = {
  ...stretch,
  /** The decision that began it. */
  decision: nullable(text),
};

const counted = {
  ...own,
  programme_key: text,
  /** Off its register for as long: not counted. */
  removed: boolean,
};

/** What an item is sorted by, as stretches. */
const classification = currentTable({
  columns: {
    ...counted,
    themes: textArray,
    horizon: nullable(word<Horizon>()),
    priority: nullable(word<Priority>()),
    /** References of {@link scope_uses}. */
    scopes: textArray,
    scope_uses: json<readonly ScopeUse[]>(),
    provisions: json<readonly Provision[]>(),
    requires_enactment_of: json<readonly Provision[]>(),
    /** What provisions are found by: {@link provisionKey} of each, with and without its article and its version. */
    provision_keys: textArray,
    requirement_keys: textArray,
  },
  identity,
  indexes: [{ on: ['programme_key', 'from_earliest'] }],
});

/** Who carries an item, as stretches. */
const assignment = currentTable({
  columns: {
    ...counted,
    leads: textArray,
    supporting: textArray,
    partners: textArray,
    funders: textArray,
  },
  identity,
  indexes: [{ on: ['programme_key', 'from_earliest'] }],
});

/** The due dates of an item: the original one, and a stretch for each slip. */
const dueDate = currentTable({
  columns: {
    ...own,
    due_date: text,
    /** The last day it may mean. */
    due_by: date,
  },
  identity,
});

/** The tables of what an item is sorted by, who carries it and when it is due. */
export const itemSortingTables = { classification, assignment, due_date: dueDate };

export type ClassificationRow = RowOf<(typeof classification)['columns']>;
export type AssignmentRow = RowOf<(typeof assignment)['columns']>;
export type DueDateRow = RowOf<(typeof dueDate)['columns']>;

/** The rows of what an item is sorted by, from its steps in the order of effect. */
export function sortingRows(steps: readonly Step[], programme_key: string): Rows<typeof itemSortingTables> {
  return {
    classification: namedStretches(steps, classifications).map((each): ClassificationRow => {
      const { themes, horizon, priority, scopes, provisions, requiresEnactmentOf, removed } = each.value;
      return {
        ...ownRow(each),
        programme_key,
        removed,
        themes,
        horizon: horizon ?? null,
        priority: priority ?? null,
        scopes: scopes.map(({ scope }) => scope),
        scope_uses: scopes,
        provisions,
        requires_enactment_of: requiresEnactmentOf,
        provision_keys: keysOf(provisions),
        requirement_keys: keysOf(requiresEnactmentOf),
      };
    }),
    assignment: namedStretches(steps, assignments).map((each): AssignmentRow => ({
      ...ownRow(each),
      programme_key,
      ...each.value,
    })),
    due_date: namedStretches(steps, dueDates).map((each): DueDateRow => ({
      ...ownRow(each),
      due_date: each.value.dueDate,
      due_by: dueBy(each.value.dueDate),
    })),
  };
}

function ownRow(each: NamedStretch<object>) {
  return { ...stretchRow(each), decision: each.step.entry.event.data.decision ?? null };
}

/** How a provision is matched: its instrument, and the article and the version it names, if any. */
export function provisionKey({ instrument, article, version }: Provision): string {
  return JSON.stringify([instrument, article ?? '', version ?? ''].map(matchingForm));
}

function keysOf(provisions: readonly Provision[]): string[] {
  const keys = provisions.flatMap(({ instrument, article, version }) =>
    [{}, { article }, { version }, { article, version }].map((named) =>
      provisionKey(withoutUndefined({ instrument, ...named })),
    ),
  );
  return [...new Set(keys)];
}

/** The last day a due date may mean; for what is no date, one that never comes. */
export function dueBy(due: string): string {
  return parseEdtf(due)?.latest ?? '9999-12-31';
}

/** As the states of an item: from where there is one, and apart while it is off its register. */
function counting<T>(of: (item: ReformItem) => T): Followed<T & { readonly removed: boolean }> {
  return {
    valuesOf: (item) => (item.standing ? [{ ...of(item), removed: item.removed }] : []),
    nameOf: () => 'item',
  };
}

const classifications = counting<Classified>((item) => item.classification);
const assignments = counting<Required<Assignment>>((item) => item.assignment);
const dueDates: Followed<{ readonly dueDate: string }> = {
  valuesOf: (item) => item.dueDates.slice(-1).map((due) => ({ dueDate: due })),
  nameOf: () => 'item',
};
