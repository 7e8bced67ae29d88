import { jsonRow, maxJsonLength } from './json-row.js';
import type { SourceRow } from './source-row.js';

/** The records of JSON Lines: one JSON object a line; blank lines are passed over. */
export async function* jsonlRows(text: AsyncIterable<string>): AsyncGenerator<SourceRow> {
  let number = 0;
  for await (const { line, content, tooLong } of lines(text)) {
    if (content.trim() === '') continue;
    number += 1;
    yield jsonRow({ line, number, content, ...(tooLong && { tooLong }) });
  }
}

async function* lines(
  text: AsyncIterable<string>,
): AsyncGenerator<{ line: number; content: string; tooLong: boolean }> {
  let line = 1;
  let pending: string[] = [];
  let length = 0;
  const take = (): { line: number; content: string; tooLong: boolean } => {
    const content = pending.join('').replace(/\r$/, '');
    const tooLong = length > maxJsonLength + 1;
    pending = [];
    length = 0;
    return { line: line++, content, tooLong };
  };
  for await (const piece of text) {
    let from = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
      if (length <= maxJsonLength) pending.push(piece.slice(from, end));
      length += end - from;
      yield take();
      from = end + 1;
    }
    // Of a line without end only the beginning is kept.
    if (from < piece.length && length <= maxJsonLength) pending.push(piece.slice(from));
    length += piece.length - from;
  }
  if (length > 0) yield take();
}
