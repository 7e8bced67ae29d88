import type { DoubleEvent } from './double-log.js';
import type { FilterOptions } from './wire.js';

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
