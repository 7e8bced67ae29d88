import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type JsonObject, LogDigest, canonicalise, logDigest } from '@masar/event-store';
import { type PostgresBackend, openPostgres } from '@masar/event-store/postgres';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { backUpLog } from './back-up-log.js';
import { checkArchive, restoreLog } from './restore-log.js';

let postgres: TestPostgres;
let folder: string;
/** Holds the log that is backed up. */
let source: PostgresBackend;
/** Stays empty through all that is refused. */
let empty: PostgresBackend;
let archive: string;
/** The lines of the archive, without line feeds. */
let lines: string[];
const now = new Date('2026-03-01T10:00:00Z');

beforeAll(async () => {
  postgres = await testPostgres();
  folder = await mkdtemp(join(tmpdir(), 'masar-archive-'));
  source = await openPostgres({ connectionString: await postgres.createDatabase() });
  empty = await openPostgres({ connectionString: await postgres.createDatabase() });
  for (const stream of ['item-a/1', 'item-a/2', 'item-a/3']) {
    await source.store.append(stream, 'none', [event(1), event(2)]);
    await source.store.append(stream, 1, [event(3)]);
  }
  archive = join(folder, 'whole.gz');
  await backUpLog({ log: source.log, file: archive, now });
  lines = gunzipSync(await readFile(archive))
    .toString()
    .split('\n')
    .slice(0, -1);
}, 120_000);
afterAll(async () => {
  await source?.close();
  await empty?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

let ids = 0;
const event = (n: number) => ({
  id: `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
  type: 'SampleRecorded',
  schemaVersion: 1,
  decidedOn: n === 1 ? '2017-02' : null,
  effective: '2017-02-07',
  actor: { subject: 'a-subject', organisation: 'OPS' },
  commandId: `command-${ids}`,
  causationId: null,
  correlationId: 'all',
  data: { n, text: '"\\ \u0000 مسار 👩🏽‍🔬', numbers: [0.1, 1e-7], deep: { a: [null] } },
});

const zipped = (content: readonly string[] | Buffer | string): Buffer =>
  gzipSync(Array.isArray(content) ? `${content.join('\n')}\n` : (content as Buffer | string));

function unzipsTo(bytes: Buffer, content: Buffer): boolean {
  try {
    return gunzipSync(bytes).equals(content);
  } catch {
    return false;
  }
}

/** The lines with a trailer that fits them: what is wrong is then wrong in them, and not in their digest. */
function sealed(changed: readonly string[], events = changed.length - 1): string[] {
  const digest = createHash('sha256')
    .update(`${changed.join('\n')}\n`)
    .digest('hex');
  return [...changed, canonicalise({ digest, events })];
}

/** The fields of a line changed. */
const changed = (line: string, change: JsonObject): string =>
  canonicalise({ ...(JSON.parse(line) as JsonObject), ...change });

/** How the empty store takes these bytes: `restored`, or the code and the message; it must stay empty. */
async function refusal(bytes: Buffer): Promise<{ code: string; message: string }> {
  const file = join(folder, 'damaged.gz');
  await writeFile(file, bytes);
  const codeOf = (error: unknown) => error as { code: string; message: string };
  const checked = await checkArchive({ file }).then(() => undefined, codeOf);
  const restored = await restoreLog({ file, restoring: empty.restoring }).then(() => undefined, codeOf);
  expect(await empty.log.head()).toEqual({ position: 0, recordedAt: null });
  expect(await empty.log.identity()).toMatchObject({ epoch: 1 });
  if (!checked || !restored) throw new Error('a damaged archive was taken');
  expect(restored.message).toBe(checked.message);
  return restored;
}

describe('the archive of a log', () => {
  it('is gzip of canonical JSON Lines: a header, a line an event, a trailer with the digest of what stands before', async () => {
    const identity = await source.log.identity();
    const head = await source.log.head();
    const events = await source.log.readAll(0, 100);
    expect(lines).toHaveLength(11);
    expect(JSON.parse(lines[0]!)).toEqual({
      format: 'masar-log-archive',
      version: 1,
      ...identity,
      ...head,
      created: now.toISOString(),
    });
    for (const [index, line] of lines.entries()) {
      expect(canonicalise(JSON.parse(line) as JsonObject)).toBe(line);
      const recorded = events[index - 1];
      if (!recorded) continue;
      const { bytes, salt, id, stream, revision, position, recordedAt, type, schemaVersion } = recorded;
      expect(JSON.parse(line)).toEqual({
        id,
        stream,
        revision,
        position,
        recordedAt,
        type,
        schemaVersion,
        actor: recorded.actor,
        decidedOn: recorded.decidedOn,
        effective: recorded.effective,
        commandId: recorded.commandId,
        causationId: recorded.causationId,
        correlationId: recorded.correlationId,
        data: bytes,
        salt: Buffer.from(salt).toString('hex'),
      });
    }
    const digest = createHash('sha256')
      .update(`${lines.slice(0, -1).join('\n')}\n`)
      .digest('hex');
    expect(JSON.parse(lines.at(-1)!)).toEqual({ events: 9, digest });
    expect(await checkArchive({ file: archive })).toMatchObject({
      ...identity,
      position: 9,
      events: 9,
      digest,
    });
  });

  it('has between its header and its trailer what the digest of the log is of', async () => {
    async function* inPages(size: number) {
      for (let after = 0; after < 9; after += size) yield await source.log.readAll(after, size);
    }
    const digest = createHash('sha256')
      .update(`${lines.slice(1, -1).join('\n')}\n`)
      .digest('hex');
    expect(await logDigest(inPages(2))).toEqual({ events: 9, digest });
    expect(await logDigest(inPages(9))).toEqual({ events: 9, digest });
    const other = new LogDigest();
    for (const recorded of await source.log.readAll(0, 8)) other.add(recorded);
    const [last] = await source.log.readAll(8, 1);
    const { id, stream, revision, position, recordedAt, type, schemaVersion, bytes } = last!;
    const { decidedOn, effective, actor, commandId, causationId, correlationId } = last!;
    const envelope = { decidedOn, effective, actor, commandId, causationId, correlationId };
    const salt = Buffer.alloc(32);
    other.add({ ...envelope, id, stream, revision, position, recordedAt, type, schemaVersion, bytes, salt });
    expect(other.soFar()).toMatchObject({ events: 9 });
    expect(other.soFar().digest).not.toBe(digest);
  });

  it('is readable by its owner alone, and the only file a backup leaves', async () => {
    expect((await stat(archive)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.includes('whole'))).toEqual(['whole.gz']);
  });

  it('never takes the place of a file, and says what keeps it from being written', async () => {
    const before = await readFile(archive);
    const again = (file: string) => backUpLog({ log: source.log, file, now });
    await expect(again(archive)).rejects.toMatchObject({ code: 'EXISTS' });
    expect(await readFile(archive)).toEqual(before);
    await expect(again(join(folder, 'no', 'such.gz'))).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      message: expect.stringContaining('there is no such folder'),
    });
  });

  it('is not written where the log has a gap, or where it was stopped', async () => {
    const files = await readdir(folder);
    const file = join(folder, 'never.gz');
    const { log } = source;
    const readAll = async (after: number, limit: number) =>
      (await log.readAll(after, limit)).filter(({ position }) => position !== 5);
    const gap = { identity: () => log.identity(), head: () => log.head(), readAll };
    await expect(backUpLog({ log: gap, file, now })).rejects.toMatchObject({
      code: 'LOG_BROKEN',
      message: expect.stringContaining('position 5'),
    });
    const signal = AbortSignal.abort();
    await expect(backUpLog({ log, file, now, signal })).rejects.toMatchObject({ code: 'STOPPED' });
    expect(await readdir(folder)).toEqual(files);
  });
});

describe('a restore', () => {
  it('refuses an archive with a byte of its content changed, wherever', async () => {
    const content = gunzipSync(await readFile(archive));
    const file = join(folder, 'flipped.gz');
    // Every byte of the header and the trailer, and one in eleven between.
    const between = (at: number) => at > lines[0]!.length && at < content.length - 90;
    for (let at = 0; at < content.length; at += between(at) ? 11 : 1) {
      const flipped = Buffer.from(content);
      flipped[at]! ^= 1;
      await writeFile(file, zipped(flipped));
      await expect(checkArchive({ file })).rejects.toMatchObject({ name: 'ArchiveError' });
    }
  });

  it('refuses an archive with a byte of the zipped file changed, or cut anywhere', async () => {
    const bytes = await readFile(archive);
    const content = gunzipSync(bytes);
    const file = join(folder, 'flipped.gz');
    // Before the tenth byte gzip keeps a time and the like, which say nothing of the content.
    for (let at = 10; at < bytes.length; at += 3) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 4;
      // Neither do the bits that fill up the last byte before the checksum, however many there are.
      if (at === bytes.length - 9 && unzipsTo(flipped, content)) continue;
      await writeFile(file, flipped);
      await expect(checkArchive({ file })).rejects.toMatchObject({ name: 'ArchiveError' });
    }
    for (let length = 0; length < bytes.length; length += 19) {
      await writeFile(file, bytes.subarray(0, length));
      await expect(checkArchive({ file })).rejects.toMatchObject({
        code: expect.stringMatching(/CUT_OFF|NOT_AN_ARCHIVE/),
      });
    }
  });

  const refused: [string, string, RegExp, () => Buffer | Promise<Buffer>][] = [
    [
      'is cut in its middle',
      'CUT_OFF',
      /cut off after line \d+/,
      async () => (await readFile(archive)).subarray(0, -40),
    ],
    ['ends after whole lines', 'CUT_OFF', /cut off after line 6/, () => zipped(lines.slice(0, 6))],
    ['ends before its trailer', 'CUT_OFF', /cut off after line 10/, () => zipped(lines.slice(0, -1))],
    [
      'has a flipped byte',
      'DAMAGED',
      /line 5 is no JSON object/,
      () => zipped(lines.with(4, lines[4]!.replace('"position":4', '"position":-'))),
    ],
    [
      'has one letter changed',
      'DAMAGED',
      /line 11 says that the digest is/,
      () => zipped(lines.with(4, lines[4]!.replace('2017-02-07', '2017-02-08'))),
    ],
    [
      'has a line twice',
      'DAMAGED',
      /line 6 has position 4 where 5 should stand/,
      () => zipped(lines.toSpliced(5, 0, lines[4]!)),
    ],
    [
      'has two lines swapped',
      'DAMAGED',
      /line 3 has position 3 where 2 should stand/,
      () => zipped(lines.with(2, lines[3]!).with(3, lines[2]!)),
    ],
    [
      'lacks a line',
      'DAMAGED',
      /line 4 has position 4 where 3 should stand/,
      () => zipped(lines.toSpliced(3, 1)),
    ],
    [
      'has a wrong count',
      'DAMAGED',
      /its last 8/,
      () => zipped(lines.with(10, changed(lines[10]!, { events: 8 }))),
    ],
    [
      'has a wrong digest',
      'DAMAGED',
      /the digest/,
      () => zipped(lines.with(10, changed(lines[10]!, { digest: 'ab'.repeat(32) }))),
    ],
    ['has no digest', 'DAMAGED', /line 11/, () => zipped(lines.with(10, '{"events":9}'))],
    ['has two trailers', 'DAMAGED', /behind the last line/, () => zipped([...lines, lines[10]!])],
    [
      'has another log behind it',
      'DAMAGED',
      /behind the last line/,
      () => Buffer.concat([zipped(lines), zipped(lines)]),
    ],
    [
      'is of a later version',
      'UNKNOWN_VERSION',
      /version 2; this Masar reads version 1/,
      () => zipped(sealed([changed(lines[0]!, { version: 2 }), ...lines.slice(1, -1)])),
    ],
    [
      'is something else zipped',
      'NOT_AN_ARCHIVE',
      /does not begin as one/,
      () => zipped('{"hello":"world"}\n'),
    ],
    ['is not gzip', 'NOT_AN_ARCHIVE', /it is not gzip/, () => Buffer.from(`${lines.join('\n')}\n`)],
    ['is empty', 'CUT_OFF', /cut off after line 0/, () => Buffer.alloc(0)],
    ['is empty, zipped', 'CUT_OFF', /cut off after line 0/, () => zipped('')],
    ['is one endless line', 'DAMAGED', /longer than/, () => zipped(`${lines[0]}\n${'x'.repeat(3_000_000)}`)],
    // From here on the digest fits: somebody meant it, or wrote it with a faulty program.
    [
      'ends at another position than it says',
      'DAMAGED',
      /its first line says 10/,
      () => zipped(sealed([changed(lines[0]!, { position: 10 }), ...lines.slice(1, -1)], 9)),
    ],
    [
      'goes on behind its end',
      'DAMAGED',
      /goes on behind position 8/,
      () => zipped(sealed([changed(lines[0]!, { position: 8 }), ...lines.slice(1, -1)])),
    ],
    [
      'ends at another time than it says',
      'DAMAGED',
      /another time/,
      () =>
        zipped(
          sealed([changed(lines[0]!, { recordedAt: '2020-01-01T00:00:00.000000Z' }), ...lines.slice(1, -1)]),
        ),
    ],
    [
      'leaves out a revision',
      'DAMAGED',
      /line 10 has revision 3 of its stream where 2/,
      () => zipped(sealed([...lines.slice(0, 9), changed(lines[9]!, { revision: 3 })])),
    ],
    [
      'lets time go back',
      'DAMAGED',
      /line 10 was recorded before/,
      () =>
        zipped(
          sealed([...lines.slice(0, 9), changed(lines[9]!, { recordedAt: '2020-01-01T00:00:00.000000Z' })]),
        ),
    ],
    [
      'has a field nobody knows',
      'DAMAGED',
      /has a field "extra"/,
      () => zipped(sealed([...lines.slice(0, 9), changed(lines[9]!, { extra: 1 })])),
    ],
    [
      'has data that are no JSON',
      'DAMAGED',
      /has no proper data/,
      () => zipped(sealed([...lines.slice(0, 9), changed(lines[9]!, { data: '{"a":' })])),
    ],
    [
      'has data that nest too deep',
      'UNSUPPORTED',
      /: line 10 has data that nest deeper than 100 levels, which this version of Masar does not read$/,
      () =>
        zipped(
          sealed([
            ...lines.slice(0, 9),
            changed(lines[9]!, { data: `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}` }),
          ]),
        ),
    ],
    [
      'has a salt that is none',
      'DAMAGED',
      /has no proper salt/,
      () => zipped(sealed([...lines.slice(0, 9), changed(lines[9]!, { salt: 'ff' })])),
    ],
    [
      'has an event without an author',
      'DAMAGED',
      /has no proper actor/,
      () => zipped(sealed([...lines.slice(0, 9), changed(lines[9]!, { actor: {} })])),
    ],
    [
      'has epoch 0',
      'DAMAGED',
      /line 1 has no proper epoch/,
      () => zipped(sealed([changed(lines[0]!, { epoch: 0 }), ...lines.slice(1, -1)])),
    ],
  ];
  it.each(refused)(
    'refuses an archive that %s, and leaves the store empty',
    async (_what, code, message, damaged) => {
      expect(await refusal(await damaged())).toMatchObject({ code, message: expect.stringMatching(message) });
    },
  );

  it('refuses an id that stands twice, which only the store can tell', async () => {
    const twice = { id: (JSON.parse(lines[1]!) as { id: string }).id };
    const file = join(folder, 'twice.gz');
    await writeFile(file, zipped(sealed([...lines.slice(0, 9), changed(lines[9]!, twice)])));
    await expect(restoreLog({ file, restoring: empty.restoring })).rejects.toMatchObject({
      code: 'INVALID_LOG',
    });
    expect((await empty.log.head()).position).toBe(0);
  });

  it('refuses a file that is not there, and a folder', async () => {
    const opened = (file: string) => checkArchive({ file });
    await expect(opened(join(folder, 'absent.gz'))).rejects.toMatchObject({
      code: 'UNREADABLE',
      message: expect.stringContaining('there is no such file'),
    });
    await expect(opened(folder)).rejects.toMatchObject({ code: 'UNREADABLE' });
  });

  it('ends when it is asked to, and leaves the store empty', async () => {
    const stopped = restoreLog({ file: archive, restoring: empty.restoring, signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'STOPPED' });
    expect((await empty.log.head()).position).toBe(0);
  });

  it('leaves the store empty where what it holds is not approved of, which is asked when all was seen', async () => {
    const types: string[] = [];
    const restored = restoreLog({
      file: archive,
      restoring: empty.restoring,
      examine: ({ type }) => types.push(type),
      approve: () => {
        throw new RangeError(`${types.length} were seen`);
      },
    });
    await expect(restored).rejects.toThrow(new RangeError('9 were seen'));
    expect((await empty.log.head()).position).toBe(0);
  });

  it('refuses an epoch the log was in already', async () => {
    const { restoring } = empty;
    await expect(restoreLog({ file: archive, restoring, epoch: 1 })).rejects.toMatchObject({
      code: 'EPOCH_TOO_SMALL',
    });
    expect((await empty.log.head()).position).toBe(0);
  });

  it('puts everything back, column for column, in the next epoch; another restore may choose a later one', async () => {
    const rows = async ({ pool }: PostgresBackend) =>
      (
        await pool.query<Record<string, unknown>>(
          `select position, stream, revision, id, type, schema_version, recorded_at::text, meta::text, data::text, salt
           from masar.event order by position`,
        )
      ).rows;
    const { logId } = await source.log.identity();
    const restored = await restoreLog({ file: archive, restoring: empty.restoring });
    expect(restored).toMatchObject({ logId, epoch: 1, newEpoch: 2, events: 9 });
    expect(await empty.log.identity()).toEqual({ logId, epoch: 2 });
    expect(await rows(empty)).toEqual(await rows(source));
    // A backup of what was restored says the same of every event.
    const second = join(folder, 'second.gz');
    await backUpLog({ log: empty.log, file: second, now });
    const again = gunzipSync(await readFile(second))
      .toString()
      .split('\n')
      .slice(0, -1);
    expect(again.slice(1, -1)).toEqual(lines.slice(1, -1));
    await expect(restoreLog({ file: second, restoring: empty.restoring })).rejects.toMatchObject({
      code: 'NOT_EMPTY',
    });
    const third = await openPostgres({ connectionString: await postgres.createDatabase() });
    await restoreLog({ file: archive, restoring: third.restoring, epoch: 5 });
    expect(await third.log.identity()).toEqual({ logId, epoch: 5 });
    await third.close();
  });
});
