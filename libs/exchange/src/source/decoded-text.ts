import type { Encoding } from '../mapping/language.js';
import { SourceError } from './source-row.js';

/** The encoding a byte order mark tells; undefined where there is none. */
export function markedEncoding(start: Uint8Array): Encoding | undefined {
  const [first, second, third] = start;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : undefined;
}

/**
 * The text of a stream of bytes, in pieces; without the byte order mark. Reads no faster than it is asked.
 *
 * @param encoding where none is given, as a byte order mark tells, or UTF-8
 * @throws SourceError bytes the encoding does not have, with the line they stand on
 */
export async function* decodedText(
  bytes: AsyncIterable<Uint8Array>,
  encoding?: Encoding,
): AsyncGenerator<string> {
  if (encoding !== undefined) return yield* decoded(bytes, encoding);
  const chunks = bytes[Symbol.asyncIterator]();
  try {
    let start = Buffer.alloc(0);
    while (start.length < 3) {
      const next = await chunks.next();
      if (next.done) break;
      start = Buffer.concat([start, next.value]);
    }
    yield* decoded(withStart(start, chunks), markedEncoding(start) ?? 'utf-8');
  } finally {
    await chunks.return?.();
  }
}

async function* withStart(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield start;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function* decoded(bytes: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  const decode = (chunk: Uint8Array | undefined): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch (cause) {
      const readable = new TextDecoder(encoding).decode(chunk);
      const until = readable.indexOf('\uFFFD');
      const at = line + countLines(until < 0 ? readable : readable.slice(0, until));
      throw new SourceError(
        `is not ${encoding.toUpperCase()} near line ${at}: save the file as UTF-8, or name its encoding under format`,
        at,
        undefined,
        { cause },
      );
    }
  };
  for await (const chunk of bytes) {
    const text = decode(chunk);
    if (text !== '') yield text;
    line += countLines(text);
  }
  const rest = decode(undefined);
  if (rest !== '') yield rest;
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
