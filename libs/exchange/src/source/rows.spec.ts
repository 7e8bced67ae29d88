import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Encoding, Format } from '../mapping/language.js';
import { csvRows } from './csv-rows.js';
import { decodedText } from './decoded-text.js';
import { jsonFaultAt } from './json-fault.js';
import { jsonlRows } from './jsonl-rows.js';
import type { SourceRow } from './source-row.js';

async function all(rows: AsyncIterable<SourceRow>): Promise<SourceRow[]> {
  const found: SourceRow[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

/** In pieces of a few bytes, so that every seam is met. */
function bytes(content: Buffer | string, size = 3): AsyncIterable<Uint8Array> {
  const buffer = Buffer.from(content);
  return Readable.from(
    Array.from({ length: Math.ceil(buffer.length / size) }, (_, index) =>
      buffer.subarray(index * size, index * size + size),
    ),
  );
}

function csv(
  content: Buffer | string,
  format: Partial<Extract<Format, { kind: 'csv' }>> = {},
): Promise<SourceRow[]> {
  return all(
    csvRows(decodedText(bytes(content), format.encoding), { kind: 'csv', ...format }, () => undefined),
  );
}

const jsonl = (content: string) => all(jsonlRows(decodedText(bytes(content))));

describe('a CSV file', () => {
  it('is read with each record on the line it begins on', async () => {
    const rows = await csv('\uFEFFa,b\r\n1,"two\r\nlines"\r\n\r\n3,"say ""so"""\r\nقرار,\r\n');
    expect(rows.map((row) => [row.line, row.number, row.get('a'), row.get('b')])).toEqual([
      [2, 1, '1', 'two\r\nlines'],
      [5, 2, '3', 'say "so"'],
      [6, 3, 'قرار', ''],
    ]);
    expect(rows[0]!.get('c')).toBeNull();
    expect(rows[0]!.columnOf('b')).toBe(2);
  });

  it('says which record has too many cells, or too few, and goes on', async () => {
    const rows = await csv('a,b\n1\n1,2,3\n1,2\n');
    expect(rows.map(({ line, problem }) => [line, problem?.column])).toEqual([
      [2, 2],
      [3, 3],
      [4, undefined],
    ]);
  });

  it('says where a quote that never closes opens', async () => {
    await expect(csv('a,b\n1,2\n3,"4\n5,6\n')).rejects.toMatchObject({
      line: 3,
      message: expect.stringContaining('never closed'),
    });
  });

  it('says where a quoted cell goes on after its quote', async () => {
    await expect(csv('a,b\n1,"2"3\n')).rejects.toMatchObject({ line: 2, column: 2 });
  });

  it('is refused with a column named twice, with no header, and with a record that does not end', async () => {
    await expect(csv('a,b,a\n')).rejects.toMatchObject({ line: 1, column: 3 });
    await expect(csv('')).rejects.toMatchObject({ message: expect.stringContaining('empty') });
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536, 'x');
      })(),
    );
    await expect(all(csvRows(decodedText(endless), { kind: 'csv' }, () => undefined))).rejects.toMatchObject({
      message: expect.stringContaining('longer than 1000000'),
    });
  });

  it('takes columns from the mapping, another delimiter and another encoding', async () => {
    const arabic = Buffer.from([0xde, 0xd1, 0xc7, 0xd1, 0x3b, 0x31, 0x0a]);
    const [row] = await csv(arabic, {
      columns: ['title', 'number'],
      delimiter: ';',
      encoding: 'windows-1256',
    });
    expect([row!.get('title'), row!.get('number'), row!.line]).toEqual(['قرار', '1', 1]);
  });

  it('says near which line the bytes are not what the encoding has', async () => {
    const broken = Buffer.concat([Buffer.from('a\n1\n2\n'), Buffer.from([0xff]), Buffer.from('\n')]);
    await expect(csv(broken)).rejects.toMatchObject({ line: 4, message: expect.stringContaining('UTF-8') });
    const cut = Buffer.from('a\n1é').subarray(0, -1);
    const encoding: Encoding = 'utf-8';
    await expect(csv(cut, { encoding })).rejects.toMatchObject({ message: expect.stringContaining('UTF-8') });
  });
});

describe('a file of JSON Lines', () => {
  it('is read line by line, nested values included', async () => {
    const rows = await jsonl('{"a":"x","n":{"list":[1,"ب"]},"z":null}\r\n\n{"a":2}');
    expect(rows.map(({ line, number }) => [line, number])).toEqual([
      [1, 1],
      [3, 2],
    ]);
    const [first, second] = rows;
    expect([first!.get('a'), first!.get(['n', 'list', 1]), first!.get('z'), first!.get('none')]).toEqual([
      'x',
      'ب',
      null,
      null,
    ]);
    expect([first!.has('z'), first!.has('none'), first!.has(['n', 'list', 2])]).toEqual([true, false, false]);
    expect(first!.list(['n', 'list'])).toEqual(['1', 'ب']);
    expect([second!.get('a'), first!.columnOf('n')]).toEqual(['2', 10]);
    expect(first!.get('toString')).toBeNull();
  });

  it('says where a line is not JSON, and goes on', async () => {
    const rows = await jsonl('{"a":1}\n{"a":x}\n[1]\n{"a":1\n{"a":2}\n');
    expect(rows.map(({ line, problem }) => [line, problem?.message, problem?.column])).toEqual([
      [1, undefined, undefined],
      [2, 'is not JSON', 6],
      [3, 'is no JSON object', 1],
      [4, 'is not JSON', 7],
      [5, undefined, undefined],
    ]);
  });

  it('says where any text stops being JSON', () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('x', '}', ',', '"', ' ', '1'))
      .map(
        ([text, index, insert]) =>
          text.slice(0, index % text.length) + insert + text.slice(index % text.length),
      );
    fc.assert(
      fc.property(broken, (text) => {
        const isJson = (candidate: string): boolean => {
          try {
            JSON.parse(candidate);
            return true;
          } catch {
            return false;
          }
        };
        const fault = jsonFaultAt(text);
        expect(fault <= text.length).toBe(true);
        expect(isJson(text) ? fault : text.length).toBe(text.length);
      }),
    );
    expect([
      jsonFaultAt(''),
      jsonFaultAt('[1,]'),
      jsonFaultAt('{"a" 1}'),
      jsonFaultAt('[1] 2'),
      jsonFaultAt('"\\x"'),
    ]).toEqual([0, 3, 5, 4, 0]);
  });

  it('passes over a line that is too long without keeping it', async () => {
    async function* text(): AsyncGenerator<string> {
      for (let piece = 0; piece < 40; piece += 1) yield 'x'.repeat(100_000);
      yield '\n{"a":1}\n';
    }
    const rows = await all(jsonlRows(text()));
    expect(rows.map(({ line, problem }) => [line, problem?.message])).toEqual([
      [1, 'is longer than 1000000 characters'],
      [2, undefined],
    ]);
  });
});
