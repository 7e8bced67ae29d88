import {
  type Document,
  LineCounter,
  type Node,
  isMap,
  isNode,
  isPair,
  isScalar,
  parseDocument,
  visit,
} from 'yaml';
import type { MappingProblem } from './mapping-error.js';

/** Larger than any mapping a person writes, small enough to parse at once. */
export const maxMappingBytes = 256 * 1024;
/** Deeper than any mapping needs; a bound for everything that walks it. */
const maxDepth = 30;

type Path = readonly (string | number)[];

/** A YAML file that can say where each of its values stands. */
export interface YamlDocument {
  readonly value: unknown;
  /** What is wrong with it as YAML. `value` is undefined where there is anything. */
  readonly problems: readonly MappingProblem[];
  /** A problem with the value at a path, or with a key of the map there. */
  problemAt(path: Path, message: string, key?: string): MappingProblem;
}

/**
 * Reads YAML 1.2 that is plain data: duplicate keys, anchors, aliases, tags and a second document are refused, so that
 * what a person reads in the file is what it says.
 */
export function readYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  const at = (offset: number, path: Path, message: string): MappingProblem => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), path: path.join('.'), message };
  };
  if (Buffer.byteLength(text) > maxMappingBytes) {
    const message = `is larger than ${maxMappingBytes / 1024} KiB: keep long tables short, or map what is used`;
    return { value: undefined, problems: [{ line: 1, column: 1, path: '', message }], problemAt: locate };
  }
  const nested = nestedTooDeep(text);
  if (nested !== undefined) {
    const message = `is nested deeper than ${maxDepth} levels`;
    return {
      value: undefined,
      problems: [{ line: nested, column: 1, path: '', message }],
      problemAt: locate,
    };
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
  });
  const problems = [...document.errors, ...document.warnings].map((error) =>
    at(error.pos[0], [], error.code === 'DUPLICATE_KEY' ? 'this key stands twice in its map' : error.message),
  );
  problems.push(...plainDataProblems(document, at));
  if (problems.length === 0 && document.contents === null) problems.push(at(0, [], 'is empty'));
  if (problems.length > 0) return { value: undefined, problems, problemAt: locate };
  return { value: document.toJS({ maxAliasCount: 0 }), problems, problemAt: locate };

  function locate(path: Path, message: string, key?: string): MappingProblem {
    return at(offsetOf(document, path, key), key === undefined ? path : [...path, key], message);
  }
}

function plainDataProblems(
  document: Document.Parsed,
  at: (offset: number, path: Path, message: string) => MappingProblem,
): MappingProblem[] {
  const problems: MappingProblem[] = [];
  const start = (node: Node): number => node.range?.[0] ?? 0;
  visit(document, {
    Alias: (_, node) =>
      void problems.push(at(start(node), [], 'aliases (*name) are not taken: write it out')),
    Node: (_, node) => {
      const { anchor, tag } = node as { anchor?: string; tag?: string };
      if (anchor !== undefined)
        problems.push(at(start(node), [], 'anchors (&name) are not taken: write it out'));
      if (tag !== undefined)
        problems.push(at(start(node), [], `tags (${tag}) are not taken: write plain values`));
    },
    Pair: (_, pair) => {
      if (isNode(pair.key) && !isScalar(pair.key))
        problems.push(at(start(pair.key), [], 'a key must be a plain text'));
    },
  });
  return problems;
}

/** Where the value stands; the key itself, or the nearest parent that is in the file. */
function offsetOf(document: Document.Parsed, path: Path, key: string | undefined): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of key === undefined ? path : [...path, key]) {
    if (isNode(node) && node.range) offset = node.range[0];
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (!pair) return offset;
      if (isNode(pair.key) && pair.key.range) offset = pair.key.range[0];
      if (key !== undefined && step === key) return offset;
      node = pair.value;
    } else {
      const next: unknown = isNode(node) ? (node as { items?: unknown[] }).items?.[Number(step)] : undefined;
      if (next === undefined) return offset;
      node = next;
    }
  }
  return isNode(node) && node.range ? node.range[0] : offset;
}

/** The line of the first nesting past the bound, by brackets or by indentation; found without recursion. */
function nestedTooDeep(text: string): number | undefined {
  let flow = 0;
  let line = 1;
  let indents: number[] = [];
  let column = 0;
  let lineStart = true;
  for (const character of text) {
    if (character === '\n') {
      line += 1;
      column = 0;
      lineStart = true;
      continue;
    }
    if (character === '[' || character === '{') flow += 1;
    else if (character === ']' || character === '}') flow = Math.max(0, flow - 1);
    if (lineStart && character !== ' ' && character !== '-' && character !== '?') {
      indents = [...indents.filter((indent) => indent < column), column];
      lineStart = false;
    }
    column += 1;
    // A line of dashes alone nests a list for each of them.
    if (flow > maxDepth || indents.length > maxDepth || (lineStart && column > 4 * maxDepth)) return line;
  }
  return undefined;
}
