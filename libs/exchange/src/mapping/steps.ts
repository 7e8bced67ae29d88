import { createHash } from 'node:crypto';
import { matchingForm } from '@masar/domain';
import { type DatePattern, asciiDigits, compileDatePattern, readDate } from './date-pattern.js';
import type { DateFormat, DateSpelling, LookupStep, Step, Table } from './language.js';
import { plainText, shortened } from './plain-text.js';
import type { ReadDate, Zones } from './time-zone.js';

/** Longest text a value may have: longer ones would not fit in an event. */
export const maxValueLength = 60_000;

/** A value that a table of the mapping does not have: the table's name, or none for one written where it is used. */
export interface Missing {
  readonly table: string | undefined;
  readonly value: string;
}

/** A value after a step: empty is null; or what is wrong with it. */
export type Stepped = (
  | { readonly value: string | null }
  | {
      readonly problem: string;
      /** The value the problem shows. */
      readonly shows: string;
    }
) & { readonly missing?: Missing };

/** A step ready to be taken. Total: any text gives a value or a problem, and nothing is thrown. */
export type CompiledStep = (value: string | null) => Stepped;

export type Tables = { readonly [name: string]: Table };

/** What steps need of their mapping. */
interface StepWords {
  readonly tables?: Tables;
  readonly dates?: DateSpelling;
}

export function compileSteps(steps: readonly Step[], words: StepWords = {}): CompiledStep {
  const compiled = steps.map((step) => compileStep(step, words));
  return (value) => {
    let current: string | null = value;
    let missing: Missing | undefined;
    for (const step of compiled) {
      const next = step(current);
      missing ??= next.missing;
      if ('problem' in next) return next;
      current = next.value;
      if (current !== null && current.length > maxValueLength) {
        return { problem: `is longer than ${maxValueLength} characters`, shows: '' };
      }
    }
    return { value: current, ...(missing && { missing }) };
  };
}

function onText(change: (text: string) => string | null): CompiledStep {
  return (value) => ({ value: value === null ? null : change(value) });
}

function compileStep(step: Step, { tables = {}, dates }: StepWords): CompiledStep {
  if (typeof step === 'string') return onText(plainSteps[step]);
  if ('replace' in step) return onText((text) => replaceAll(text, step.replace, step.with));
  if ('prefix' in step) return onText((text) => (text === '' ? text : step.prefix + text));
  if ('suffix' in step) return onText((text) => (text === '' ? text : text + step.suffix));
  if ('dropPrefix' in step)
    return onText((text) => (text.startsWith(step.dropPrefix) ? text.slice(step.dropPrefix.length) : text));
  if ('dropSuffix' in step) {
    return onText((text) =>
      step.dropSuffix !== '' && text.endsWith(step.dropSuffix)
        ? text.slice(0, -step.dropSuffix.length)
        : text,
    );
  }
  if ('before' in step) {
    return onText((text) => (text.includes(step.before) ? text.slice(0, text.indexOf(step.before)) : text));
  }
  if ('after' in step) {
    return onText((text) =>
      text.includes(step.after) ? text.slice(text.indexOf(step.after) + step.after.length) : text,
    );
  }
  if ('split' in step) {
    const { take = 'first' } = step;
    return onText((text) => {
      const parts = text.split(step.split);
      return (take === 'first' ? parts[0] : take === 'last' ? parts.at(-1) : parts[take - 1]) ?? null;
    });
  }
  if ('pad' in step) return onText((text) => (text === '' ? text : text.padStart(step.pad, step.with)));
  if ('shorten' in step) return onText((text) => shortened(text, step.shorten));
  if ('emptyIf' in step) return onText((text) => (step.emptyIf.includes(text) ? null : text));
  if ('default' in step)
    return (value) => ({ value: value === null || value.trim() === '' ? step.default : value });
  if ('date' in step) return dateStep(step.date, dates);
  return lookupStep(step, tables);
}

const plainSteps: Readonly<Record<Extract<Step, string>, (text: string) => string | null>> = {
  trim: (text) => text.trim(),
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  squeeze: (text) => text.replace(/\s+/gu, ' ').trim(),
  asciiDigits,
  year: (text) => /\d{4}/.exec(asciiDigits(text))?.[0] ?? null,
  number: (text) => /-?\d+(?:,\d{3})*(?:\.\d+)?/.exec(asciiDigits(text))?.[0].replaceAll(',', '') ?? null,
  plainText,
  digest: (text) =>
    text.trim() === '' ? null : createHash('sha256').update(matchingForm(text)).digest('hex').slice(0, 12),
};

/** Stops where the text grows past the bound, which {@link compileSteps} then reports. */
function replaceAll(text: string, from: string, to: string): string {
  const parts = text.split(from);
  if (text.length + (parts.length - 1) * (to.length - from.length) <= maxValueLength) return parts.join(to);
  return 'x'.repeat(maxValueLength + 1);
}

function listOf(formats: DateFormat | readonly DateFormat[] = 'iso'): readonly DateFormat[] {
  return typeof formats === 'string' || 'fiscalYear' in formats ? [formats] : formats;
}

/** Compiled patterns; the mapping was checked, so that each one is a pattern. */
export function compileDates(
  formats: DateFormat | readonly DateFormat[] | undefined,
): readonly DatePattern[] {
  return listOf(formats).flatMap((format) => {
    const compiled = compileDatePattern(format);
    return 'problem' in compiled ? [] : [compiled];
  });
}

export function readDateBy(
  text: string,
  patterns: readonly DatePattern[],
  zones: Zones = {},
): ReadDate | undefined {
  for (const pattern of patterns) {
    const date = readDate(text, pattern, zones);
    if (date !== undefined) return date;
  }
  return undefined;
}

function dateStep(formats: DateFormat | readonly DateFormat[], zones: Zones = {}): CompiledStep {
  const patterns = compileDates(formats);
  return (value) => {
    if (value === null || value.trim() === '') return { value: null };
    const date = readDateBy(value, patterns, zones);
    return date === undefined ? { problem: noDate(value, formats), shows: value } : { value: date.edtf };
  };
}

export function noDate(value: string, formats: DateFormat | readonly DateFormat[] | undefined): string {
  const spelled = listOf(formats).map((format) =>
    typeof format === 'object' ? `fiscalYear (from month ${format.fiscalYear})` : format,
  );
  return `${shown(value)} is no date spelled ${spelled.join(' or ')}`;
}

function lookupStep(
  { lookup, match = 'exact', otherwise = 'refuse' }: LookupStep,
  tables: Tables,
): CompiledStep {
  const table = typeof lookup === 'string' ? (tables[lookup] ?? {}) : lookup;
  const name = typeof lookup === 'string' ? lookup : undefined;
  const find = finder(table, match);
  return (value) => {
    if (value === null) return { value };
    const found = find(value);
    if (found !== undefined) return { value: found };
    if (value.trim() === '') return { value: otherwise === 'keep' ? value : null };
    // What is looked for within a text is often not there, and the text is long.
    const missing = match === 'contains' || match === 'startsWith' ? {} : { missing: { table: name, value } };
    if (otherwise === 'keep') return { value, ...missing };
    if (otherwise === 'empty') return { value: null, ...missing };
    const where = name === undefined ? 'the lookup table' : `the table "${name}"`;
    const message =
      match === 'exact' || match === 'folded'
        ? `${shown(value)} is not in ${where}`
        : `${shown(value)} has nothing that is in ${where}`;
    return { problem: message, shows: value, ...missing };
  };
}

function finder(
  table: Table,
  match: NonNullable<LookupStep['match']>,
): (value: string) => string | undefined {
  const exact = (value: string): string | undefined =>
    Object.hasOwn(table, value) ? table[value] : undefined;
  if (match === 'exact') return exact;
  const entries = Object.entries(table).map(([key, value]) => [matchingForm(key), value] as const);
  if (match === 'folded') {
    const folded = new Map(entries.reverse());
    return (value) => exact(value) ?? folded.get(matchingForm(value));
  }
  return (value) => {
    const form = matchingForm(value);
    return entries.find(([key]) => (match === 'contains' ? form.includes(key) : form.startsWith(key)))?.[1];
  };
}

/** A value in a message, cut short. */
export function shown(value: string): string {
  const text = value.length > 60 ? `${value.slice(0, 57)}…` : value;
  return JSON.stringify(text);
}
