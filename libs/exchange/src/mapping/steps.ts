import { type DatePattern, asciiDigits, compileDatePattern, readDate } from './date-pattern.js';
import type { Step, Table } from './language.js';

/** Longest text a value may have: longer ones would not fit in an event. */
export const maxValueLength = 60_000;

/** A value after a step: empty is null; or what is wrong with it. */
export type Stepped = { readonly value: string | null } | { readonly problem: string };

/** A step ready to be taken. Total: any text gives a value or a problem, and nothing is thrown. */
export type CompiledStep = (value: string | null) => Stepped;

export function compileSteps(
  steps: readonly Step[],
  tables: { readonly [name: string]: Table } = {},
): CompiledStep {
  const compiled = steps.map((step) => compileStep(step, tables));
  return (value) => {
    let current: string | null = value;
    for (const step of compiled) {
      const next = step(current);
      if ('problem' in next) return next;
      current = next.value;
      if (current !== null && current.length > maxValueLength) {
        return { problem: `is longer than ${maxValueLength} characters` };
      }
    }
    return { value: current };
  };
}

function onText(change: (text: string) => string | null): CompiledStep {
  return (value) => ({ value: value === null ? null : change(value) });
}

function compileStep(step: Step, tables: { readonly [name: string]: Table }): CompiledStep {
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
  if ('emptyIf' in step) return onText((text) => (step.emptyIf.includes(text) ? null : text));
  if ('default' in step)
    return (value) => ({ value: value === null || value.trim() === '' ? step.default : value });
  if ('date' in step) return dateStep(step.date);
  return lookupStep(step, typeof step.lookup === 'string' ? (tables[step.lookup] ?? {}) : step.lookup);
}

const plainSteps: Readonly<Record<Extract<Step, string>, (text: string) => string | null>> = {
  trim: (text) => text.trim(),
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  squeeze: (text) => text.replace(/\s+/gu, ' ').trim(),
  asciiDigits,
  year: (text) => /\d{4}/.exec(asciiDigits(text))?.[0] ?? null,
};

/** Stops where the text grows past the bound, which {@link compileSteps} then reports. */
function replaceAll(text: string, from: string, to: string): string {
  const parts = text.split(from);
  if (text.length + (parts.length - 1) * (to.length - from.length) <= maxValueLength) return parts.join(to);
  return 'x'.repeat(maxValueLength + 1);
}

/** Compiled patterns; the mapping was checked, so that each one is a pattern. */
export function compileDates(formats: string | readonly string[] | undefined): readonly DatePattern[] {
  return [formats ?? 'iso'].flat().flatMap((format) => {
    const compiled = compileDatePattern(format);
    return 'problem' in compiled ? [] : [compiled];
  });
}

export function readDateBy(text: string, patterns: readonly DatePattern[]): string | undefined {
  for (const pattern of patterns) {
    const date = readDate(text, pattern);
    if (date !== undefined) return date;
  }
  return undefined;
}

function dateStep(formats: string | readonly string[]): CompiledStep {
  const patterns = compileDates(formats);
  return (value) => {
    if (value === null || value.trim() === '') return { value: null };
    const date = readDateBy(value, patterns);
    return date === undefined ? { problem: noDate(value, formats) } : { value: date };
  };
}

export function noDate(value: string, formats: string | readonly string[] | undefined): string {
  return `${shown(value)} is no date spelled ${[formats ?? 'iso'].flat().join(' or ')}`;
}

function lookupStep(
  { otherwise = 'refuse' }: { otherwise?: 'refuse' | 'keep' | 'empty' },
  table: Table,
): CompiledStep {
  return (value) => {
    if (value === null) return { value };
    if (Object.hasOwn(table, value)) return { value: table[value]! };
    if (otherwise === 'keep') return { value };
    if (otherwise === 'empty' || value.trim() === '') return { value: null };
    return { problem: `${shown(value)} is not in the lookup table` };
  };
}

/** A value in a message, cut short. */
export function shown(value: string): string {
  const text = value.length > 60 ? `${value.slice(0, 57)}…` : value;
  return JSON.stringify(text);
}
