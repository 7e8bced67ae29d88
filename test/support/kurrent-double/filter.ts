import type { DoubleEvent } from './double-log.js';
import type { FilterOptions } from './wire.js';

/** How many events are considered at once where a request says nothing: what a checkpoint's interval counts in. */
const usualWindow = 32;

/** How many events a request lets the server consider at once. */
export function windowOf(options: FilterOptions | undefined): number {
  return options?.window === 'max' ? (options.max ?? usualWindow) : usualWindow;
}

export type EventFilter = (event: DoubleEvent) => boolean;

/** @returns what of `$all` a request wants; undefined where it asks for no filter that exists */
export function filterOf(options: FilterOptions): EventFilter | undefined {
  const { filter } = options;
  const expression = filter && options[filter];
  if (!expression) return undefined;
  const subject: (event: DoubleEvent) => string =
    filter === 'streamIdentifier' ? ({ stream }) => stream : ({ type }) => type;
  if (expression.regex) {
    const regex = new RegExp(expression.regex, 'u');
    return (event) => regex.test(subject(event));
  }
  const prefixes = expression.prefix ?? [];
  return (event) => prefixes.some((prefix) => subject(event).startsWith(prefix));
}
