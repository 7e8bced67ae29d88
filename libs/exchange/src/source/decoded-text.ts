import type { Encoding } from '../mapping/language.js';
import { SourceError } from './source-row.js';

/**
 * The text of a stream of bytes, in pieces; without the byte order mark. Reads no faster than it is asked.
 *
 * @throws SourceError bytes the encoding does not have, with the line they stand on
 */
export async function* decodedText(
  bytes: AsyncIterable<Uint8Array>,
  encoding: Encoding = 'utf-8',
): AsyncGenerator<string> {
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
