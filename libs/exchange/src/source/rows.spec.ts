import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Encoding, Format, Unnest } from '../mapping/language.js';
import { csvLine } from '../export/csv-lines.js';
import { escapeCell } from '../export/escaped-cells.js';
import { layoutOf } from '../mapping/row-layout.js';
import { csvRows } from './csv-rows.js';
import { decodedText } from './decoded-text.js';
import { jsonFaultAt } from './json-fault.js';
import { jsonlRows } from './jsonl-rows.js';
import { jsonListRows } from './json-list-rows.js';
import { SourceFile } from './source-file.js';
import type { SourceRow } from './source-row.js';
import { withEntries } from './unnested-rows.js';

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
    expect(rows[0]!.placeOf('b')?.column).toBe(2);
  });

  it('is read as it was before its cells were escaped for spreadsheets, and keeps them as they are beside', async () => {
    const start = fc.array(fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r'), { maxLength: 3 });
    const cell = fc
      .tuple(start, fc.string({ unit: 'grapheme' }))
      .map(([signs, rest]) => signs.join('') + rest);
    const record = fc.tuple(cell, cell);
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 4 }), async (records) => {
        const text = [['=a', 'b'], ...records].map(csvLine).join('');
        const rows = await csv(text, { escapedCells: true });
        const said = records.filter((cells) => cells.some((each) => each.trim() !== ''));
        expect(rows.map((row) => [row.get('=a'), row.get('b')])).toEqual(said);
        expect(rows.map(({ raw }) => raw)).toEqual(said.map((cells) => cells.map(escapeCell)));
      }),
    );
    const [unasked] = await csv(csvLine(['a', 'b']) + csvLine(['=1', '2']));
    expect(unasked!.get('a')).toBe("'=1");
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
    expect([second!.get('a'), first!.placeOf('n')?.column]).toEqual(['2', 10]);
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

describe('a CSV file as spreadsheets leave them', () => {
  const values = (rows: readonly SourceRow[], ...columns: string[]) =>
    rows.map((row) => columns.map((column) => row.get(column)));

  it('has its header further down, in several rows, under titles', async () => {
    const sheet = [
      'Register of recommendations,,,',
      ',,,',
      '"Exported on\n7 February 2017",,,',
      'Recommendation,,Status,',
      'No.,Text,2016,2017',
      '1,One form,Open,Closed',
      ',,,',
      '2,A plan,Open,',
      '',
    ].join('\n');
    const rows = await csv(sheet, { headerRow: 4, headerRows: 2 });
    expect(values(rows, 'Recommendation / No.', 'Recommendation / Text', 'Status / 2017')).toEqual([
      ['1', 'One form', 'Closed'],
      ['2', 'A plan', ''],
    ]);
    expect(rows.map(({ line, number }) => [line, number])).toEqual([
      [7, 1],
      [9, 2],
    ]);
    const renamed = await csv(sheet, { headerRow: 4, headerRows: 2, columns: ['no', 'text', 'a', 'b'] });
    expect(values(renamed, 'no', 'b')).toEqual([
      ['1', 'Closed'],
      ['2', ''],
    ]);
    await expect(csv('a\n1\n', { headerRow: 5 })).rejects.toMatchObject({
      message: expect.stringContaining('ends before row 5'),
    });
    await expect(csv('a\n\n1\n', { headerRow: 2 })).rejects.toMatchObject({
      line: 2,
      message: expect.stringContaining('mend headerRow'),
    });
  });

  it('names columns with stray spaces, other letter case and a mark, and has columns without a name', async () => {
    const [row] = await csv('\uFEFF Ref No. ,STATUS\u00A0,,\n1,Open,x,y\n');
    expect([row!.get('Ref No.'), row!.get('Status'), row!.get('column 3'), row!.get('column 4')]).toEqual([
      '1',
      'Open',
      'x',
      'y',
    ]);
    const [two] = await csv('Status,status\nA,B\n');
    expect([two!.get('Status'), two!.get('status'), two!.get('STATUS')]).toEqual(['A', 'B', null]);
  });

  it('has rows that end early, merged cells, and headings between its rows', async () => {
    const sheet = 'Report,No,Text\nA,1,x\n,2\nChapter two\n,3,y\nB,4,z,,\nC,5,z,more\n';
    const rows = await csv(sheet, { shortRows: 'fill', fillDown: ['report'], headings: 'Chapter' });
    expect(
      rows
        .filter(({ problem }) => !problem)
        .map((row) => [row.line, row.get('Report'), row.get('No'), row.get('Text'), row.get('Chapter')]),
    ).toEqual([
      [2, 'A', '1', 'x', ''],
      [3, 'A', '2', '', ''],
      [5, '', '3', 'y', 'Chapter two'],
      [6, 'B', '4', 'z', 'Chapter two'],
    ]);
    expect(rows.find(({ problem }) => problem)).toMatchObject({ line: 7 });
    // Rejected, a row goes to its file as it was.
    expect(rows[1]!.raw).toEqual(['', '2']);
  });

  it('has quotes that mean nothing, stand in the middle, or are escaped in another way', async () => {
    const [inch] = await csv('a,b\n5" pipe,"x"\n', { quote: 'none' });
    expect([inch!.get('a'), inch!.get('b')]).toEqual(['5" pipe', '"x"']);
    const [loose] = await csv('a,b\n5" pipe,"x, y"\n', { looseQuotes: true });
    expect([loose!.get('a'), loose!.get('b')]).toEqual(['5" pipe', 'x, y']);
    const [escaped] = await csv('a,b\n"say \\"so\\"",y\n', { escape: '\\' });
    expect(escaped!.get('a')).toBe('say "so"');
  });

  it('tells its encoding by its mark', async () => {
    const text = 'a\nقرار\n';
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    expect((await csv(utf16))[0]!.get('a')).toBe('قرار');
    expect((await csv(Buffer.from(utf16).swap16()))[0]!.get('a')).toBe('قرار');
    expect(await csv(Buffer.from('a'))).toEqual([]);
  });
});

describe('a JSON file with a list of records', () => {
  const list = (content: string, at: string[] = [], size = 3): Promise<SourceRow[]> =>
    all(jsonListRows(decodedText(bytes(content, size)), at));

  it('is read record by record, wherever in the file the list stands', async () => {
    const content = JSON.stringify(
      {
        note: ['no', { data: 1 }],
        'a "key"': { data: [{ ref: 'R-1', n: { x: [1, ']'] } }, { ref: 'ر,"' }, 3] },
        more: [],
      },
      null,
      2,
    );
    const rows = await list(content, ['a "key"', 'data']);
    expect(
      rows.map((row) => [row.number, row.get('ref'), row.get(['n', 'x', 1]), row.problem?.message]),
    ).toEqual([
      [1, 'R-1', ']', undefined],
      [2, 'ر,"', null, undefined],
      [3, null, null, 'is no JSON object'],
    ]);
    const lines = content.split('\n');
    for (const row of rows.slice(0, 2)) {
      const { line = row.line, column } = row.placeOf('ref')!;
      expect(lines[line - 1]!.slice(column - 1)).toMatch(/^"ref"/);
    }
    expect((await list('[]')).length).toBe(0);
    expect((await list(' [ {"a":1} ,\n{"a":2} ] ')).map((row) => row.get('a'))).toEqual(['1', '2']);
  });

  it('says where there is no list, what is broken in a record, and that the file ends too early', async () => {
    await expect(list('{"data":{"items":[{}]}}')).rejects.toMatchObject({
      message: 'is no list; it has one at data.items: say so with at: under format',
    });
    await expect(list('[{"a":1}', [])).rejects.toMatchObject({ message: 'ends in the middle of its list' });
    const [broken, good] = await list('[\n {"a": x},\n {"a":2}]');
    expect([broken!.problem, good!.get('a')]).toEqual([{ message: 'is not JSON', column: 8 }, '2']);
    expect(broken!.line).toBe(2);
  });

  it('yields the same records whatever the pieces, and whatever the white space', async () => {
    const record = fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 5 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(0, 1),
        async (records, size, indent) => {
          const rows = await list(JSON.stringify({ x: [[]], list: records }, null, indent), ['list'], size);
          expect(rows.map(({ raw }) => raw)).toEqual(JSON.parse(JSON.stringify(records)));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('rows with lists in them', () => {
  const entries = (row: SourceRow, ...unnest: Unnest[]) => withEntries(row, unnest);

  it('are followed by a row for each entry, which has its own fields and those of its record', async () => {
    const [row] = await jsonl(
      '{"key":"R-1","log":[{"at":"2017","to":"Done"},{"at":"2016","to":"New"}],"tags":["a",2]}',
    );
    const read = entries(row!, { list: 'log', reversed: true }, { list: 'tags', as: 'tag' });
    expect(read.map((each) => [each.get('key'), each.get('to'), each.get('tag'), each.has('to')])).toEqual([
      ['R-1', null, null, false],
      ['R-1', 'New', null, true],
      ['R-1', 'Done', null, true],
      ['R-1', null, 'a', false],
      ['R-1', null, '2', false],
    ]);
    expect([read[1]!.own('key'), read[1]!.own('to')]).toEqual([null, 'New']);
  });

  it('may hold them in one cell, or in columns side by side', async () => {
    const [row] = await csv(
      'Ref,History,Status 2016,Status 2017,Status 2018\nR-1,"07/02 Tabled\n14/02 Agreed; 15/02 Signed",Open,,Closed\n',
    );
    expect(
      entries(row!, { list: 'History', split: ['\n', ';'], as: 'Step' })
        .slice(1)
        .map((each) => each.get('Step')),
    ).toEqual(['07/02 Tabled', '14/02 Agreed', '15/02 Signed']);
    expect(
      entries(row!, { columns: ['Status 2016', 'Status 2017', 'Status 2018'], as: 'Status', named: 'Year' })
        .slice(1)
        .map((each) => [each.get('Ref'), each.get('Status'), each.get('Year')]),
    ).toEqual([
      ['R-1', 'Open', 'Status 2016'],
      ['R-1', 'Closed', 'Status 2018'],
    ]);
  });
});

describe('rows in another order than the file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'masar-rows-'));
  const plain = { reference: 'ref' };
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function read(content: string, layout: Parameters<typeof layoutOf>[0]): Promise<(string | null)[]> {
    const path = join(folder, 'rows');
    writeFileSync(path, content);
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('masar-import-')).length;
    const file = await SourceFile.open(path, layoutOf(layout));
    try {
      const once = await all(
        file.rows(
          () => undefined,
          () => undefined,
        ),
      );
      const twice = await all(
        file.rows(
          () => undefined,
          () => undefined,
        ),
      );
      expect(twice.map(({ line }) => line)).toEqual(once.map(({ line }) => line));
      return once.map((row) => row.get('n') ?? row.get(['n']));
    } finally {
      await file.close();
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith('masar-import-'))).toHaveLength(before);
    }
  }

  it('are taken from the end of a file that has the newest first', async () => {
    const content = 'n,x\n3,"a\nb"\n2,b\n1,c\n';
    const order = 'reversed';
    expect(await read(content, { ...plain, format: { kind: 'csv' }, order })).toEqual(['1', '2', '3']);
    expect(await read('{"n":2}\n{"n":1}\n', { ...plain, format: { kind: 'jsonl' }, order })).toEqual([
      '1',
      '2',
    ]);
  });

  it('are taken by a date, moments across zones included; without one, behind the row before of the same item', async () => {
    const content = [
      'n,ref,at',
      '1,a,2017-02-07T23:00:00-05:00',
      '2,b,2017-02-08T02:00:00+03:00',
      '3,b,',
      '4,c,',
      '5,c,2017-02',
      '6,a,soon',
      '7,b,2017-02-08T04:00:01Z',
    ].join('\n');
    const order = { field: 'at' };
    const format = { kind: 'csv' as const };
    expect(await read(content, { ...plain, format, order })).toEqual(['4', '5', '2', '3', '1', '6', '7']);
    const numbers = 'n\n10\n9\n9\n100\n';
    const by = { field: 'n', as: 'number' as const };
    expect(await read(numbers, { ...plain, format, order: by })).toEqual(['9', '9', '10', '100']);
    const words = { field: 'n', as: 'text' as const };
    expect(await read(numbers, { ...plain, format, order: words })).toEqual(['10', '100', '9', '9']);
  });

  it('are taken so with the entries of their lists, each on its own', async () => {
    const content =
      '{"ref":"R-1","n":"R-1","log":[{"n":"b","at":"2018"},{"n":"a","at":"2017"}]}\n' +
      '{"ref":"R-2","n":"R-2","log":[{"n":"c","at":"2017-06"}]}\n';
    const layout = { ...plain, format: { kind: 'jsonl' as const }, unnest: [{ list: 'log' }] };
    expect(await read(content, { ...layout, order: { field: 'at' } })).toEqual(['R-1', 'R-2', 'a', 'c', 'b']);
  });
});
