import type { FieldPath } from '../mapping/language.js';
import type { ColumnProfile } from './column-profile.js';
import { separatorOf } from './separator.js';
import { yamlText } from './yaml-text.js';

/** The lines of a draft, with what each rests on as a comment. */
export class DraftLines {
  private readonly lines: string[] = [];
  /** What is left to its owner, in words. */
  readonly undecided: string[] = [];

  /** @param indent in steps of two */
  add(indent: number, text: string, comment?: string): this {
    const line = `${'  '.repeat(indent)}${text}`;
    this.lines.push(comment === undefined ? line : `${line} # ${comment}`);
    return this;
  }

  comment(indent: number, text: string): this {
    this.lines.push(`${'  '.repeat(indent)}# ${text}`);
    return this;
  }

  /** A line to fill in. */
  open(indent: number, text: string, why: string): this {
    this.undecided.push(`${text.replace(/:.*/su, '')}: ${why}`);
    return this.comment(indent, `${text} # ${why}`);
  }

  blank(): this {
    if (this.lines.at(-1) !== '') this.lines.push('');
    return this;
  }

  get text(): string {
    return `${this.lines.join('\n').trimEnd()}\n`;
  }
}

/** A field as a mapping names it. */
export function fieldOf(path: FieldPath): string {
  return typeof path === 'string'
    ? yamlText(path)
    : `[${path.map((key) => yamlText(String(key))).join(', ')}]`;
}

export function listOf(values: readonly string[]): string {
  return `[${values.map(yamlText).join(', ')}]`;
}

/** A few values of a column, for a comment. */
export function examplesOf(values: readonly string[], most = 3): string {
  const shown = values
    .slice(0, most)
    .map((value) => JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value));
  return shown.join(', ') + (values.length > most ? ', …' : '');
}

/** Names of people in a column, without the addresses that stand beside them. */
export function peopleOf(column: ColumnProfile): string {
  const separator = separatorOf(column);
  const each = column.share(/<[^<>\s]+@[^<>\s]+>/) > 0.1 ? ", each: [{ before: '<' }, trim]" : '';
  if (separator === undefined && each === '') return fieldOf(column.path);
  const split = separator === undefined ? '' : `, split: ${quoted(separator)}`;
  return `{ field: ${fieldOf(column.path)}${split}${each} }`;
}

/** A separator as YAML. */
export function quoted(separator: string): string {
  return JSON.stringify(separator);
}

/** The entries of a column's cells. */
export function listFrom(column: ColumnProfile): string {
  const separator = separatorOf(column);
  if (separator === undefined) return fieldOf(column.path);
  return `{ field: ${fieldOf(column.path)}, split: ${quoted(separator)} }`;
}

/** A test for one value, or for any of several. */
export function oneOf(values: readonly string[]): string {
  return values.length === 1 ? `is: ${yamlText(values[0]!)}` : `isOneOf: ${listOf(values)}`;
}
