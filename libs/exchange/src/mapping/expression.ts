import { matchingForm } from '@masar/domain';
import { type Cell, type SourceRow, fieldName } from '../source/source-row.js';
import type { Condition, Expression, ExpressionObject, FieldPath, Mapping } from './language.js';
import { type CompiledStep, type Tables, compileSteps } from './steps.js';

/** A field that could not be read as the mapping asks. */
export interface FieldProblem {
  /** The field of the file, where one is to blame. */
  readonly path?: FieldPath;
  readonly message: string;
  /** The value the message shows: left out where the field has names of people. */
  readonly shows?: string;
}

/** A value the mapping has nothing for. */
export interface MissingValue {
  /** The table that lacks it; none for one written where it is used. */
  readonly table: string | undefined;
  readonly value: string;
  readonly path?: FieldPath;
}

/** What the rows before say of a row. */
export interface Before {
  /** No row before, and nothing in the programme, registered the item of this reference. */
  isNew(reference: string, identity: string): boolean;
  /** What was remembered last of an item; undefined where nothing was. */
  last(reference: string, what: number): string | undefined;
  remember(reference: string, what: number, value: string): void;
}

/** A row being read: its values, and what is wrong with them. */
export interface Reading {
  readonly row: SourceRow;
  /** The item the row is about, as spelled. */
  readonly reference: string;
  /** What the row is counted by. */
  readonly identity: string;
  readonly before: Before;
  readonly problem: (problem: FieldProblem) => void;
  readonly missing: (missing: MissingValue) => void;
}

/** The same reading, whose problems somebody else is told. */
export function heardBy(reading: Reading, problem: Reading['problem']): Reading {
  return Object.assign(Object.create(reading) as Reading, { problem });
}

/** A reading nobody listens to, of a row nothing is known about. */
export function quietly(row: SourceRow): Reading {
  const silent = (): undefined => undefined;
  const before = { isNew: () => true, last: silent, remember: silent };
  return { row, reference: '', identity: '', before, problem: silent, missing: silent };
}

/** What expressions need of their mapping. */
export interface Vocabulary {
  readonly tables: Tables;
  readonly dates: Mapping['dates'];
  /** Matching forms of the words that mean an empty cell. */
  readonly empty: ReadonlySet<string>;
  /** What is remembered of each row, for its item's next one to be compared with. */
  readonly watched: CompiledExpression[];
}

export function vocabularyOf({
  tables = {},
  dates,
  empty = [],
}: Pick<Mapping, 'tables' | 'dates' | 'empty'>): Vocabulary {
  return { tables, dates, empty: new Set(empty.map(matchingForm)), watched: [] };
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

export function isBlank(cell: Cell): boolean {
  return cell === null || cell.trim() === '';
}

const unchanged: CompiledStep = (value) => ({ value });

export function compileExpression(expression: Expression, words: Vocabulary): CompiledExpression {
  if (typeof expression === 'string' || Array.isArray(expression)) {
    const path = expression as FieldPath;
    return ({ row }) => {
      const verbatim = row.get(path);
      return { verbatim, value: meansNothing(verbatim, words) ? null : verbatim, path };
    };
  }
  const { then, when } = expression as ExpressionObject;
  const base = compileBase(expression as ExpressionObject, words);
  const steps = then ? compileSteps(then, words) : unchanged;
  const holds = compileCondition(when, words);
  return (reading) => {
    if (!holds(reading)) return { verbatim: null, value: null };
    const { value: before, verbatim, path } = base(reading);
    const result = steps(before);
    if (result.missing) reading.missing({ ...result.missing, path });
    if ('value' in result) return { verbatim, value: result.value, path };
    reading.problem({ path, message: result.problem, shows: result.shows });
    return { verbatim, value: null, path };
  };
}

function meansNothing(cell: Cell, { empty }: Vocabulary): boolean {
  // The words are short: a long cell is none of them.
  return cell !== null && empty.size > 0 && cell.length < 100 && empty.has(matchingForm(cell));
}

function compileBase(expression: ExpressionObject, words: Vocabulary): CompiledExpression {
  const { field, text, first, join, rowNumber } = expression;
  if (field !== undefined) return compileExpression(field, words);
  if (first) {
    const choices = first.map((choice) => compileExpression(choice, words));
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
    const parts = join.map((part) => compileExpression(part, words));
    return (reading) => {
      const given = parts.map((part) => part(reading).value).filter((part) => part !== null && part !== '');
      const value = given.length === 0 ? null : given.join(expression.with ?? '');
      return { verbatim: value, value };
    };
  }
  if (rowNumber) return ({ row }) => ({ verbatim: String(row.number), value: String(row.number) });
  return () => ({ verbatim: text ?? null, value: text ?? null });
}

export function compileCondition(condition: Condition | undefined, words: Vocabulary): CompiledCondition {
  if (!condition) return () => true;
  const { all, any, not, isNew } = condition;
  if (all) {
    const parts = all.map((part) => compileCondition(part, words));
    return (reading) => parts.every((part) => part(reading));
  }
  if (any) {
    const parts = any.map((part) => compileCondition(part, words));
    return (reading) => parts.some((part) => part(reading));
  }
  if (not) {
    const inner = compileCondition(not, words);
    return (reading) => !inner(reading);
  }
  if (isNew !== undefined)
    return ({ before, reference, identity }) => before.isNew(reference, identity) === isNew;
  return compileTest(condition, words);
}

function compileTest(condition: Condition, words: Vocabulary): CompiledCondition {
  const expression = compileExpression(condition, words);
  const { is, isOneOf, isEmpty, isPresent, startsWith, endsWith, contains, isSameAs, isChanged, field } =
    condition;
  if (isPresent !== undefined) {
    return (reading) =>
      (field === undefined ? expression(reading).value !== null : reading.row.has(field)) === isPresent;
  }
  if (isSameAs !== undefined) {
    const other = compileExpression(isSameAs, words);
    return (reading) => (expression(reading).value ?? '') === (other(reading).value ?? '');
  }
  if (isChanged !== undefined) {
    const watch = words.watched.push(expression) - 1;
    return (reading) => {
      const { before, reference } = reading;
      const value = matchingForm(expression(reading).value ?? '');
      return (before.last(reference, watch) !== value) === isChanged;
    };
  }
  if (isEmpty !== undefined) return (reading) => isBlank(expression(reading).value) === isEmpty;
  if (startsWith !== undefined) return (reading) => (expression(reading).value ?? '').startsWith(startsWith);
  if (endsWith !== undefined) return (reading) => (expression(reading).value ?? '').endsWith(endsWith);
  if (contains !== undefined) {
    const sought = [contains].flat().map(matchingForm);
    return (reading) => {
      const value = matchingForm(expression(reading).value ?? '');
      return sought.some((text) => value.includes(text));
    };
  }
  const accepted: readonly string[] = isOneOf ?? [is ?? ''];
  return (reading) => accepted.includes(expression(reading).value ?? '');
}

/** Every field whose value an expression reads; to ask whether a field is present is not to read it. */
export function fieldsOf(expression: Expression | Condition): FieldPath[] {
  if (typeof expression === 'string' || Array.isArray(expression)) return [expression as FieldPath];
  const { field, first, join, when, all, any, not, isSameAs, isPresent } = expression as Condition &
    ExpressionObject;
  return [
    ...(field === undefined || isPresent !== undefined ? [] : [field]),
    ...[...(first ?? []), ...(join ?? []), ...(all ?? []), ...(any ?? [])].flatMap(fieldsOf),
    ...[when, not, isSameAs].flatMap((inner) => (inner === undefined ? [] : fieldsOf(inner))),
  ];
}

/** True where a condition, or one within it, passes the test. */
export function someCondition(condition: Condition | undefined, test: (each: Condition) => boolean): boolean {
  if (!condition) return false;
  const { all = [], any = [], not } = condition;
  return test(condition) || [...all, ...any, not].some((inner) => someCondition(inner, test));
}

/** A field's name for a message about it. */
export function nameOf(path: FieldPath | undefined): string | undefined {
  return path === undefined ? undefined : fieldName(path);
}
