import {
  type Attributes,
  type GivenDate,
  type Irregularity,
  type LangText,
  Refusal,
  lifecycleStates,
  matchingForm,
  normaliseReference,
} from '@masar/domain';
import type {
  Choice,
  DateObject,
  DateSource,
  Expression,
  ListSource,
  Mapping,
  PeopleObject,
  PeopleSource,
  ReferencesSource,
  StateSource,
  TextSource,
} from './language.js';
import type { PlannedState } from './mapped-row.js';
import { splitBy } from '../source/unnested-rows.js';
import { type Reading, type Vocabulary, compileExpression, isBlank } from './expression.js';
import { compileDates, compileSteps, noDate, readDateBy, shown } from './steps.js';

/** Reads a value of one kind from a row; tells the reading what is wrong and yields what can be gone on with. */
export type Reader<T> = (reading: Reading) => T;

/** Undefined where empty. */
export function compileOptional(
  expression: Expression | undefined,
  words: Vocabulary,
): Reader<string | undefined> {
  if (expression === undefined) return () => undefined;
  const compiled = compileExpression(expression, words);
  return (reading) => {
    const { value } = compiled(reading);
    return value === null || isBlank(value) ? undefined : value;
  };
}

/** A reference, as spelled without white space around it; empty, and a problem, where it can be none. */
export function compileReference(expression: Expression, words: Vocabulary): Reader<string> {
  const compiled = compileExpression(expression, words);
  return (reading) => {
    const { value, path } = compiled(reading);
    const reference = (value ?? '').trim();
    try {
      normaliseReference(reference);
      return reference;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const [field] = error.fields;
      reading.problem({ path, message: `as a reference ${field?.message ?? 'cannot be used'}` });
      return '';
    }
  };
}

export function compileReferences(source: ReferencesSource, words: Vocabulary): Reader<string[]> {
  const { field, split } =
    typeof source === 'object' && 'field' in source ? source : { field: source, split: undefined };
  const separators = [split ?? []].flat();
  return (reading) => {
    const parts = reading.row.list(field).flatMap((entry) => splitBy(entry, separators));
    return parts
      .map((part) => part.trim())
      .filter((part) => part !== '' && !words.empty.has(matchingForm(part)))
      .map((part) => compileReference({ text: part }, words)(reading));
  };
}

export function compileText(source: TextSource | undefined, words: Vocabulary): Reader<LangText | undefined> {
  if (!source) return () => undefined;
  const languages = Object.entries(source).map(
    ([tag, expression]) => [tag, compileOptional(expression, words)] as const,
  );
  return (reading) => {
    const texts = languages.flatMap(([tag, read]) => {
      const text = read(reading);
      return text === undefined ? [] : [[tag, text] as const];
    });
    return texts.length === 0 ? undefined : Object.fromEntries(texts);
  };
}

/** Unknown where empty, as spelled where it differs from the date it stands for. */
export function compileDate(source: DateSource, words: Vocabulary): Reader<GivenDate> {
  const object: DateObject =
    typeof source === 'object' && !Array.isArray(source)
      ? (source as DateObject)
      : { field: source as string };
  const { formats, zone, timesIn, unreadable, empty = 'unknown', calendar } = { ...words.dates, ...object };
  const compiled = compileExpression(object, words);
  const patterns = compileDates(formats);
  const zones = { zone, timesIn };
  return (reading) => {
    const { value, verbatim, path } = compiled(reading);
    const unknown =
      verbatim === null || isBlank(verbatim) ? { edtf: null } : { edtf: null, asWritten: verbatim };
    if (value === null || value.trim() === '') {
      if (empty === 'refuse') reading.problem({ path, message: 'has no date' });
      return unknown;
    }
    const asWritten = verbatim ?? value;
    if (calendar !== undefined && calendar !== 'gregorian') return { edtf: null, asWritten, calendar };
    const date = readDateBy(value, patterns, zones);
    if (date === undefined) {
      if (unreadable === 'unknown') reading.missing({ table: unreadDates, value: asWritten, path });
      else reading.problem({ path, message: noDate(value, formats), shows: value });
      return { ...unknown, ...(calendar && { calendar }) };
    }
    const { edtf } = date;
    return { edtf, ...(asWritten !== edtf && { asWritten }), ...(calendar && { calendar }) };
  };
}

/** What is counted as missing where a date that cannot be read is taken as unknown. */
export const unreadDates = 'dates';

/** A date's EDTF alone; undefined where unknown. */
export function compileEdtf(source: DateSource | undefined, words: Vocabulary): Reader<string | undefined> {
  if (source === undefined) return () => undefined;
  const read = compileDate(source, words);
  return (reading) => read(reading).edtf ?? undefined;
}

/** The texts of a list in one field, each once, none of them empty. */
export function compileList(source: ListSource | undefined, words: Vocabulary): Reader<string[]> {
  if (source === undefined) return () => [];
  if (typeof source === 'object' && 'text' in source) return () => [source.text];
  const {
    field,
    split,
    each = [],
  } = typeof source === 'object' && 'field' in source ? source : { field: source };
  const separators = [split ?? []].flat();
  const steps = compileSteps(each, words);
  return (reading) => {
    const parts = reading.row.list(field).flatMap((entry) => splitBy(entry, separators));
    const found = parts.flatMap((part) => {
      const result = steps(part);
      if (result.missing) reading.missing({ ...result.missing, path: field });
      if ('problem' in result) {
        reading.problem({ path: field, message: result.problem, shows: result.shows });
        return [];
      }
      const text = (result.value ?? '').replace(/\s+/gu, ' ').trim();
      return text === '' || words.empty.has(matchingForm(text)) ? [] : [text];
    });
    return [...new Set(found)];
  };
}

/** A word of a closed list; undefined where the row has none, and a problem where it has another. */
export function compileChoice<T extends string>(
  source: Choice<T> | undefined,
  values: readonly T[],
  what: string,
  words: Vocabulary,
): Reader<T | undefined> {
  if (source === undefined) return () => undefined;
  if (typeof source === 'string') return () => source;
  const read = compileExpression(source, words);
  return (reading) => {
    const { value, path } = read(reading);
    if (value === null || isBlank(value)) return undefined;
    const known = values.find((candidate) => candidate === value.trim());
    if (known === undefined) {
      const message = `${shown(value)} is no ${what}: ${values.join(', ')}`;
      reading.problem({ path, message, shows: value });
    }
    return known;
  };
}

export type Attributed = Attributes | undefined;

/**
 * Attributes by name. A field the row does not have is left out; one it has and that is empty is null, which removes
 * the attribute.
 */
export function compileAttributes(
  source: { readonly [name: string]: Expression } | undefined,
  words: Vocabulary,
): Reader<Attributed> {
  if (!source) return () => undefined;
  const named = Object.entries(source).map(
    ([name, value]) => [name, compileExpression(value, words)] as const,
  );
  return (reading) => {
    const found = named.flatMap(([name, read]) => {
      const { value, verbatim, path } = read(reading);
      const given = path === undefined ? verbatim !== null : reading.row.has(path);
      if (!given) return [];
      return [[name, value === null || isBlank(value) ? null : value] as const];
    });
    return found.length === 0 ? undefined : Object.fromEntries(found);
  };
}

const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Names of people; undefined where the row does not have the field, empty where the field is. */
export function compilePeople(source: PeopleSource, words: Vocabulary): Reader<string[] | undefined> {
  const { field, split, each }: PeopleObject =
    typeof source === 'object' && 'field' in source ? source : { field: source };
  const steps = compileSteps(each ?? [], words);
  const separators = [split ?? []].flat();
  return (reading) => {
    if (!reading.row.has(field)) return undefined;
    const parts = reading.row.list(field).flatMap((entry) => splitBy(entry, separators));
    const names = parts.flatMap((part) => {
      const result = steps(part);
      if ('problem' in result) {
        // A name is shown in no message: the report may be kept longer than the name may.
        reading.problem({ path: field, message: 'holds a name the steps of the mapping cannot take' });
        return [];
      }
      const name = (result.value ?? '').normalize('NFKC').replace(/\s+/gu, ' ').trim();
      if (name.length > 1000 || loneSurrogate.test(name)) {
        reading.problem({
          path: field,
          message: 'holds a name of more than 1,000 characters, or of broken ones',
        });
        return [];
      }
      return name === '' || words.empty.has(matchingForm(name)) ? [] : [name];
    });
    return [...new Set(names)];
  };
}

type Standing = PlannedState & { readonly flags: readonly Irregularity[] };

/**
 * The state an action gives: its own, or where it has none for the row, what the source's status stands for; with the
 * source's own status, and the flag where the mapping only makes do.
 */
export function compileStanding(
  mapping: Mapping,
  words: Vocabulary,
  { state, status, sourceStatus }: StateSource,
): Reader<Standing | undefined> {
  const read = compileGiven(mapping, words, { state, status });
  if (sourceStatus === undefined) return read;
  const readOwn = compileOptional(sourceStatus, words);
  return (reading) => {
    const found = read(reading);
    return found && { ...found, sourceStatus: readOwn(reading) };
  };
}

function compileGiven(
  mapping: Mapping,
  words: Vocabulary,
  { state, status }: StateSource,
): Reader<Standing | undefined> {
  if (typeof state === 'string') return () => ({ state, flags: [] });
  const readStatus = compileReadStatus(mapping, words, status);
  const readState = compileChoice(state, lifecycleStates, 'state', words);
  return (reading) => {
    const own = readState(reading);
    return own === undefined ? readStatus(reading) : { state: own, flags: [] };
  };
}

/** The state the source's status stands for. */
function compileReadStatus(
  mapping: Mapping,
  words: Vocabulary,
  status: Expression | undefined,
): Reader<Standing | undefined> {
  const { from, states, empty, otherwise } = mapping.statuses ?? { states: {} };
  const compiled = compileExpression(status ?? from ?? { text: '' }, words);
  // As it is spelled; else letter case, white space and spelling of letters aside.
  const forms = new Map(Object.entries(states).map(([spelled, state]) => [matchingForm(spelled), state]));
  return (reading) => {
    const { value, verbatim, path } = compiled(reading);
    const sourceStatus = verbatim ?? undefined;
    const blank = value === null || isBlank(value);
    const state =
      value === null
        ? undefined
        : Object.hasOwn(states, value)
          ? states[value]
          : forms.get(matchingForm(value));
    if (state !== undefined) return { state, sourceStatus, flags: [] };
    if (!blank) reading.missing({ table: unknownStatuses, value, path });
    const policy = (blank ? empty : undefined) ?? otherwise ?? 'refuse';
    if (policy !== 'refuse') return { state: policy.flagAs, sourceStatus, flags: ['UNKNOWN_STATUS'] };
    reading.problem({
      path,
      message: blank
        ? 'gives no status; the mapping says nothing for that'
        : `${shown(value)} is no status the mapping knows`,
      ...(value !== null && { shows: value }),
    });
    return undefined;
  };
}

/** What is counted as missing where a status is. */
export const unknownStatuses = 'statuses';
