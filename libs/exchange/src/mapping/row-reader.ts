import { createHash } from 'node:crypto';
import { matchingForm, normaliseReference } from '@masar/domain';
import type { SourceRow } from '../source/source-row.js';
import { compileAction } from './action-reader.js';
import {
  type Before,
  type FieldProblem,
  type Reading,
  compileCondition,
  isBlank,
  nameOf,
  quietly,
  someCondition,
  vocabularyOf,
} from './expression.js';
import { type FieldRead, fieldsRead, fieldsWanted } from './fields-read.js';
import type { Action, Condition, FieldPath, Mapping } from './language.js';
import type { MappedRow, MissingField, PlannedAction, RowFault } from './mapped-row.js';
import { shown } from './steps.js';
import { compileOptional, compilePeople, compileReference } from './value-readers.js';

/** A mapping made ready for rows. */
export interface RowReader {
  /** What a row says; undefined for a row the mapping passes over. */
  read(row: SourceRow, before: Before): MappedRow | undefined;
  /** The item a row is about, in its normal form; empty where the row gives none. */
  referenceOf(row: SourceRow): string;
  /** Every field the mapping reads, by name. */
  readonly fields: ReadonlyMap<string, FieldRead>;
  /** The names of those that the file must have. */
  readonly wanted: readonly string[];
  /** The mapping asks whether rows are the first about their items. */
  readonly asksWhatIsNew: boolean;
}

export function compileMapping(mapping: Mapping): RowReader {
  const words = vocabularyOf(mapping);
  const rules = mapping.rows.map((rule) => ({
    fits: compileCondition(rule.when, words),
    actions: rule.do?.map((action, index) => compileAction(mapping, words, action, index)),
  }));
  const readReference = compileReference(mapping.reference, words);
  const readIdentity = compileOptional(mapping.identity, words);
  const readClaimedAt = compileOptional(mapping.claimedAt, words);
  const readClaimedBy =
    mapping.claimedBy === undefined ? () => undefined : compilePeople(mapping.claimedBy, words);
  const fields = fieldsRead(mapping);
  const hashed = [...fields]
    .filter(([, { says }]) => says)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { path }]) => [name, path] as const);
  const spelledReference = (row: SourceRow): string => readReference(quietly(row));

  return {
    fields,
    wanted: fieldsWanted(mapping, fields),
    asksWhatIsNew: mapping.rows.some(
      ({ when, do: actions = [] }) =>
        someCondition(when, ({ isNew }) => isNew !== undefined) ||
        actions.some((action) => someCondition(conditionOf(action), ({ isNew }) => isNew !== undefined)),
    ),
    referenceOf: (row) => (row.problem ? '' : normalised(spelledReference(row))),
    read(row, before) {
      const faults: RowFault[] = [];
      const missing: MissingField[] = [];
      if (row.problem) {
        const { message, line, column } = row.problem;
        faults.push({ message, ...(line && { line }), ...(column && { column }) });
        return { row, reference: '', identity: '', digest: '', actions: [], faults, missing };
      }
      const problem = ({ path, message, shows }: FieldProblem): void => {
        const place = path === undefined ? undefined : row.placeOf(path);
        const name = nameOf(path);
        faults.push({
          ...(name !== undefined && { field: name }),
          ...place,
          // A name is shown in no message: the report may be kept longer than the name may.
          message:
            shows !== undefined && name !== undefined && fields.get(name)?.names
              ? message.replaceAll(shown(shows), 'what it holds')
              : message,
        });
      };
      let own: string | undefined;
      const reading: Reading = {
        row,
        before,
        problem,
        missing: ({ table, value, path }) => {
          const name = nameOf(path);
          const isName = name !== undefined && fields.get(name)?.names;
          if (!isName) missing.push({ table, value, ...(name !== undefined && { field: name }) });
        },
        get reference() {
          own ??= spelledReference(row);
          return own;
        },
        get identity() {
          return mapping.identity === undefined
            ? normalised(this.reference)
            : (readIdentity(quietly(row)) ?? '');
        },
      };
      const rule = rules.find(({ fits }) => fits(reading));
      if (rule && !rule.actions && faults.length === 0) return undefined;
      if (!rule)
        faults.push({ message: 'fits no rule of the mapping: add one, or one that skips such rows' });
      const reference = readReference(reading);
      const identity =
        mapping.identity === undefined ? normalised(reference) : identityOf(readIdentity(reading), problem);
      const claimedAt = readClaimedAt(reading);
      const [claimedBy] = readClaimedBy(reading) ?? [];
      const actions = (rule?.actions ?? []).flatMap((read): PlannedAction[] => {
        const planned = read(reading);
        return planned ? [planned] : [];
      });
      words.watched.forEach((watch, what) => {
        const { value } = watch(quietly(row));
        if (!isBlank(value)) before.remember(reference, what, matchingForm(value!));
      });
      return {
        row,
        reference,
        identity,
        digest: digestOf(row, hashed),
        ...(claimedAt !== undefined && { claimedAt }),
        ...(claimedBy !== undefined && { claimedBy }),
        actions,
        // Several actions may read the same field; what is wrong with it is said once.
        faults: unique(faults, ({ field, message }) => `${field}:${message}`),
        missing: unique(missing, ({ table, field, value }) => JSON.stringify([table, field, value])),
      };
    },
  };
}

function conditionOf(action: Action): Condition | undefined {
  const [{ when }] = Object.values(action) as [{ when?: Condition }];
  return when;
}

function unique<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}

function normalised(reference: string): string {
  return reference === '' ? '' : normaliseReference(reference);
}

function identityOf(given: string | undefined, problem: (problem: FieldProblem) => void): string {
  if (given !== undefined && given.length <= 200) return given;
  problem({
    message: given === undefined ? 'has no identity' : 'has an identity of more than 200 characters',
  });
  return '';
}

function digestOf(row: SourceRow, fields: readonly (readonly [string, FieldPath])[]): string {
  const values = fields.map(([name, path]) => [name, row.own(path)]);
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}
