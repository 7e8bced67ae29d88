import { type Cell, type SourceRow, fieldName } from '../source/source-row.js';
import type { Condition, Expression, ExpressionObject, FieldPath, Table } from './language.js';
import { type CompiledStep, compileSteps } from './steps.js';

/** A field that could not be read as the mapping asks. */
export interface FieldProblem {
  /** The field of the file, where one is to blame. */
  readonly path?: FieldPath;
  readonly message: string;
}

/** A row being read: its values, and what is wrong with them. */
export interface Reading {
  readonly row: SourceRow;
  readonly problem: (problem: FieldProblem) => void;
}

/** A value, before and after the steps of the expression. Null is empty: absent, or taken away by a step. */
export interface Evaluated {
  readonly verbatim: Cell;
  readonly value: Cell;
  /** The field it came from, where it came from one. */
  readonly path?: FieldPath;
}

export type CompiledExpression = (reading: Reading) => Evaluated;
export type CompiledCondition = (reading: Reading) => boolean;

export type Tables = { readonly [name: string]: Table };

export function isBlank(cell: Cell): boolean {
  return cell === null || cell.trim() === '';
}

const unchanged: CompiledStep = (value) => ({ value });

export function compileExpression(expression: Expression, tables: Tables = {}): CompiledExpression {
  if (typeof expression === 'string' || Array.isArray(expression)) {
    return ({ row }) => {
      const value = row.get(expression);
      return { verbatim: value, value, path: expression };
    };
  }
  const { then } = expression as ExpressionObject;
  const base = compileBase(expression as ExpressionObject, tables);
  const steps = then ? compileSteps(then, tables) : unchanged;
  return (reading) => {
    const { value: verbatim, path } = base(reading);
    const result = steps(verbatim);
    if ('value' in result) return { verbatim, value: result.value, path };
    reading.problem({ path, message: result.problem });
    return { verbatim, value: null, path };
  };
}

function compileBase(expression: ExpressionObject, tables: Tables): CompiledExpression {
  const { field, text, first, join } = expression;
  if (field !== undefined) return compileExpression(field);
  if (first) {
    const choices = first.map((choice) => compileExpression(choice, tables));
    return (reading) => {
      let found: Evaluated = { verbatim: null, value: null };
      for (const choice of choices) {
        found = choice(reading);
        if (!isBlank(found.value)) break;
      }
      return found;
    };
  }
  if (join) {
    const parts = join.map((part) => compileExpression(part, tables));
    return (reading) => {
      const given = parts.map((part) => part(reading).value).filter((part) => part !== null && part !== '');
      const value = given.length === 0 ? null : given.join(expression.with ?? '');
      return { verbatim: value, value };
    };
  }
  return () => ({ verbatim: text ?? null, value: text ?? null });
}

export function compileCondition(condition: Condition | undefined, tables: Tables = {}): CompiledCondition {
  if (!condition) return () => true;
  const { all, any, not } = condition;
  if (all) {
    const parts = all.map((part) => compileCondition(part, tables));
    return (reading) => parts.every((part) => part(reading));
  }
  if (any) {
    const parts = any.map((part) => compileCondition(part, tables));
    return (reading) => parts.some((part) => part(reading));
  }
  if (not) {
    const inner = compileCondition(not, tables);
    return (reading) => !inner(reading);
  }
  const expression = compileExpression(condition, tables);
  const { is, isOneOf, isEmpty, isPresent, startsWith, isSameAs, field } = condition;
  if (isPresent !== undefined) {
    return (reading) =>
      (field === undefined ? expression(reading).value !== null : reading.row.has(field)) === isPresent;
  }
  if (isSameAs !== undefined) {
    const other = compileExpression(isSameAs, tables);
    return (reading) => (expression(reading).value ?? '') === (other(reading).value ?? '');
  }
  if (isEmpty !== undefined) return (reading) => isBlank(expression(reading).value) === isEmpty;
  if (startsWith !== undefined) return (reading) => (expression(reading).value ?? '').startsWith(startsWith);
  const accepted: readonly string[] = isOneOf ?? [is ?? ''];
  return (reading) => accepted.includes(expression(reading).value ?? '');
}

/** Every field whose value an expression reads; to ask whether a field is present is not to read it. */
export function fieldsOf(expression: Expression | Condition): FieldPath[] {
  if (typeof expression === 'string' || Array.isArray(expression)) return [expression as FieldPath];
  const { field, first, join, all, any, not, isSameAs, isPresent } = expression as Condition;
  return [
    ...(field === undefined || isPresent !== undefined ? [] : [field]),
    ...[...(first ?? []), ...(join ?? []), ...(all ?? []), ...(any ?? [])].flatMap(fieldsOf),
    ...(not ? fieldsOf(not) : []),
    ...(isSameAs === undefined ? [] : fieldsOf(isSameAs)),
  ];
}

/** A field's name for a message about it. */
export function nameOf(path: FieldPath | undefined): string | undefined {
  return path === undefined ? undefined : fieldName(path);
}
