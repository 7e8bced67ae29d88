import { createHash } from 'node:crypto';
import { normaliseReference } from '@masar/domain';
import { type SourceRow, fieldName } from '../source/source-row.js';
import { compileAction } from './action-reader.js';
import { type FieldProblem, compileCondition, fieldsOf, nameOf } from './expression.js';
import type { Condition, Expression, FieldPath, Mapping } from './language.js';
import type { MappedRow, PlannedAction, RowFault } from './mapped-row.js';
import { compileOptional, compilePeople, compileReference } from './value-readers.js';

/** A mapping made ready for rows. */
export interface RowReader {
  /** What a row says; undefined for a row the mapping passes over. */
  read(row: SourceRow): MappedRow | undefined;
  /** Every field the mapping names, with whether names of people are read from it alone. */
  readonly fields: ReadonlyMap<string, { readonly path: FieldPath; readonly personal: boolean }>;
}

export function compileMapping(mapping: Mapping): RowReader {
  const tables = mapping.tables ?? {};
  const rules = mapping.rows.map((rule) => ({
    fits: compileCondition(rule.when, tables),
    actions: rule.do?.map((action, index) => compileAction(mapping, action, index)),
  }));
  const readReference = compileReference(mapping.reference, tables);
  const readIdentity = compileOptional(mapping.identity, tables);
  const readClaimedAt = compileOptional(mapping.claimedAt, tables);
  const readClaimedBy =
    mapping.claimedBy === undefined ? () => undefined : compilePeople(mapping.claimedBy, tables);
  const fields = fieldsRead(mapping);
  const hashed = [...fields]
    .filter(([, { personal }]) => !personal)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { path }]) => [name, path] as const);

  return {
    fields,
    read(row) {
      const faults: RowFault[] = [];
      if (row.problem) {
        faults.push({
          message: row.problem.message,
          ...(row.problem.column && { column: row.problem.column }),
        });
        return { row, reference: '', identity: '', digest: '', actions: [], faults };
      }
      const problem = ({ path, message }: FieldProblem): void => {
        const column = path === undefined ? undefined : row.columnOf(path);
        faults.push({
          ...(path !== undefined && { field: nameOf(path) }),
          ...(column && { column }),
          message,
        });
      };
      const reading = { row, problem };
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
      return {
        row,
        reference,
        identity,
        digest: digestOf(row, hashed),
        ...(claimedAt !== undefined && { claimedAt }),
        ...(claimedBy !== undefined && { claimedBy }),
        actions,
        // Several actions may read the same field; what is wrong with it is said once.
        faults: [...new Map(faults.map((fault) => [`${fault.field}:${fault.message}`, fault])).values()],
      };
    },
  };
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
  const values = fields.map(([name, path]) => [name, row.get(path)]);
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

type Fields = Map<string, { path: FieldPath; personal: boolean }>;

/** Every field the mapping reads, by name. A field read for names and for something else is not personal alone. */
function fieldsRead(mapping: Mapping): Fields {
  const fields: Fields = new Map();
  const add = (paths: readonly FieldPath[], personal = false): void =>
    paths.forEach((path) => {
      const name = fieldName(path);
      fields.set(name, { path, personal: personal && (fields.get(name)?.personal ?? true) });
    });
  const expression = (value: Expression | Condition | undefined): void => {
    if (value !== undefined) add(fieldsOf(value));
  };
  const each = (values: object | undefined): void =>
    Object.values(values ?? {}).forEach((value) => expression(value as Expression));
  for (const value of [mapping.reference, mapping.identity, mapping.claimedAt, mapping.statuses?.from])
    expression(value);
  expression(mapping.decidedOn);
  expression(mapping.effective);
  if (mapping.claimedBy !== undefined) listed(mapping.claimedBy, true);
  for (const rule of mapping.rows) {
    expression(rule.when);
    for (const action of rule.do ?? []) {
      const [body] = Object.values(action) as [{ readonly [key: string]: unknown }];
      for (const [key, value] of Object.entries(body)) {
        if (key === 'people')
          Object.values(value as object).forEach((source) => listed(source as FieldPath, true));
        else if (['title', 'text', 'reason', 'note', 'attributes'].includes(key)) each(value as object);
        else if (key === 'to' && 'decision' in action) each(value as object);
        else if (key === 'items' || key === 'into' || key === 'by') listed(value as FieldPath, false);
        else if (key === 'kind' && typeof value === 'string') continue;
        else if (!literal.has(key)) expression(value as Expression);
      }
    }
  }
  return fields;

  function listed(source: FieldPath | { readonly field: FieldPath }, personal: boolean): void {
    add([typeof source === 'object' && 'field' in source ? source.field : source], personal);
  }
}

/** Keys of actions whose values are words of the language, not fields. */
const literal: ReadonlySet<string> = new Set([
  'state',
  'mode',
  'method',
  'manner',
  'as',
  'cause',
  'reopenTo',
]);
