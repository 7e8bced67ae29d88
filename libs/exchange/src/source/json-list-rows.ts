import { jsonRow, maxJsonLength } from './json-row.js';
import { type SourceRow, SourceError } from './source-row.js';

/**
 * The records of a list in a JSON file: the file itself, or the list at a path of keys in it. Read as it comes: no more
 * of the file is in memory than one record.
 *
 * @throws SourceError there is no such list, or the file ends within it
 */
export async function* jsonListRows(
  text: AsyncIterable<string>,
  at: readonly string[],
): AsyncGenerator<SourceRow> {
  const scan = new ListScan(at);
  let number = 0;
  for await (const piece of text) {
    for (const { line, column, content, tooLong } of scan.take(piece)) {
      number += 1;
      yield jsonRow({ line, at: column, number, content, ...(tooLong && { tooLong }) });
    }
    if (scan.done) return;
  }
  scan.end();
}

interface Element {
  readonly line: number;
  /** The character before it on its line, from 0. */
  readonly column: number;
  readonly content: string;
  readonly tooLong: boolean;
}

interface Container {
  readonly isList: boolean;
  /** The key at hand, of a map; undefined while one is awaited. */
  key: string | undefined;
}

/** Finds the list and takes its elements apart, character by character, whatever the pieces the text comes in. */
class ListScan {
  done = false;
  private readonly open: Container[] = [];
  /** How deep the elements of the list stand; undefined until it is found. */
  private list: number | undefined;
  private inText = false;
  private escaped = false;
  /** The text being read, where it may be a key on the way to the list. */
  private word = '';
  private line = 1;
  private column = 0;
  private element: { line: number; column: number; parts: string[]; length: number } | undefined;
  private readonly lists = new Set<string>();

  constructor(private readonly at: readonly string[]) {}

  *take(piece: string): Generator<Element> {
    let from = 0;
    for (let index = 0; index < piece.length; index += 1) {
      const character = piece[index]!;
      const { list } = this;
      const isWithin = list !== undefined && this.open.length === list;
      const isSpace = character === ' ' || character === '\n' || character === '\r' || character === '\t';
      if (isWithin && !this.inText && (character === ',' || character === ']')) {
        if (this.element) yield this.finish(piece.slice(from, index));
        if (character === ']') {
          this.done = true;
          return;
        }
      } else if (isWithin && !this.element && !isSpace) {
        this.element = { line: this.line, column: this.column, parts: [], length: 0 };
        from = index;
      }
      this.step(character);
      if (character === '\n') {
        this.line += 1;
        this.column = 0;
      } else this.column += 1;
    }
    if (this.element) this.keep(piece.slice(from));
  }

  /** @throws SourceError always: the list was not read to its end */
  end(): never {
    if (this.list !== undefined) throw new SourceError('ends in the middle of its list', this.line);
    const where = this.at.length === 0 ? 'is no list' : `has no list at ${this.at.join('.')}`;
    const lists = [...this.lists].slice(0, 10);
    const advice =
      lists.length === 0 ? 'it has none' : `it has one at ${lists.join(', ')}: say so with at: under format`;
    throw new SourceError(`${where}; ${advice}`, 1);
  }

  private keep(text: string): void {
    const element = this.element!;
    if (element.length <= maxJsonLength) element.parts.push(text);
    element.length += text.length;
  }

  private finish(text: string): Element {
    this.keep(text);
    const { line, column, parts, length } = this.element!;
    this.element = undefined;
    return { line, column, content: parts.join('').trimEnd(), tooLong: length > maxJsonLength };
  }

  private step(character: string): void {
    if (this.inText) {
      const wasEscaped = this.escaped;
      this.escaped = character === '\\' && !wasEscaped;
      if (character === '"' && !wasEscaped) this.inText = false;
      else if (this.list === undefined && this.word.length < 1_000) this.word += character;
      return;
    }
    const top = this.open.at(-1);
    if (character === '"') {
      this.inText = true;
      this.word = '';
    } else if (character === ':' && top) {
      top.key = this.word;
    } else if (character === '{' || character === '[') {
      this.open.push({ isList: character === '[', key: undefined });
      if (character === '[' && this.list === undefined) this.found();
    } else if (character === '}' || character === ']') {
      this.open.pop();
    }
  }

  private found(): void {
    const path = this.open.slice(0, -1).map(({ isList, key }) => (isList ? undefined : keyOf(key)));
    if (path.includes(undefined)) return;
    if (path.length > 0) this.lists.add(path.join('.'));
    if (path.length === this.at.length && path.every((key, index) => key === this.at[index])) {
      this.list = this.open.length;
    }
  }
}

/** A key as JSON spells it, with its escapes read. */
function keyOf(spelled: string | undefined): string | undefined {
  if (spelled === undefined) return undefined;
  try {
    return JSON.parse(`"${spelled}"`) as string;
  } catch {
    return spelled;
  }
}
