import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LogComparison } from '@masar/event-store';
import { type KurrentOptions, openKurrent } from '@masar/event-store/kurrentdb';
import { checkArchive } from '@masar/exchange';
import { type Ended, masar } from '../support/child.js';
import { until } from '../support/until.js';
import { type CopiedLog, LogToCopy } from './support/copied-log.js';

/** A log of real events, which is copied to each test's server. */
let original: LogToCopy;
let copied: CopiedLog;

beforeAll(async () => {
  original = await LogToCopy.start();
}, 180_000);
afterAll(() => original?.stop(), 60_000);
beforeEach(async () => {
  copied = await original.copied();
}, 120_000);
afterEach(() => copied?.double.stop(), 60_000);

/** The log is written by nobody meanwhile: it stays as a test left it. */
const toNobody: KurrentOptions['openLease'] = async () => ({ acquire: async () => undefined });

async function compared(): Promise<LogComparison> {
  const { connectionString, double } = copied;
  const backend = await openKurrent({
    url: double.url,
    connectionString,
    unsafe: true,
    openLease: toNobody,
  });
  try {
    return await backend.compare();
  } finally {
    await backend.close();
  }
}

const command = (...args: string[]): Promise<Ended> =>
  masar(args, {
    DATABASE_URL: copied.connectionString,
    MASAR_DATA: original.folder,
    KURRENTDB_URL: copied.double.url,
  });

/** Events of ours on the server, in its order. */
const ours = () => copied.double.contents().filter(({ stream }) => stream.startsWith('masar-'));
/** The stream, without its prefix, with the most events, and how many. */
function longest(): { readonly stream: string; readonly events: number } {
  const counts = new Map<string, number>();
  for (const { stream } of ours()) counts.set(stream, (counts.get(stream) ?? 0) + 1);
  const [stream, events] = [...counts].reduce((one, other) => (other[1] > one[1] ? other : one));
  return { stream: stream.slice('masar-'.length), events };
}

describe('the ordered log compared with the server', () => {
  it('is the same in every event', async () => {
    expect(await compared()).toEqual({
      upTo: 16,
      difference: undefined,
      missingEvents: 0,
      missing: [],
      unsafe: [],
    });
  });

  it('is compared page by page', async () => {
    for (let revision = 0; revision < 1_100; revision += 1) copied.append('sample-1', revision);
    const { connectionString, double } = copied;
    const backend = await openKurrent({ url: double.url, connectionString });
    try {
      await until('the log to have them all', async () => (await backend.log.head()).position === 1_116);
    } finally {
      await backend.close();
    }
    expect(await compared()).toMatchObject({ upTo: 1_116, difference: undefined, missingEvents: 0 });
  });

  it.each([
    ['id', `update masar.event set id = gen_random_uuid() where position = 7`],
    ['stream', `update masar.event set stream = stream || 'x' where position = 7`],
    ['revision', `update masar.event set revision = revision + 100 where position = 7`],
    ['type', `update masar.event set type = 'Other' where position = 7`],
    ['schemaVersion', `update masar.event set schema_version = 9 where position = 7`],
    ['recordedAt', `update masar.event set recorded_at = recorded_at + interval '1 us' where position >= 7`],
    ['bytes', `update masar.event set data = (data::text || ' ')::json where position = 7`],
    ['salt', `update masar.event set salt = '\\x00' where position = 7`],
    [
      'envelope',
      `update masar.event set meta = replace(meta::text, '"commandId":"', '"commandId":"x')::json where position = 7`,
    ],
  ])('names the first event that has another %s', async (field, sql) => {
    await copied.damage(`${sql}; update masar.event set data = '{}' where position = 9`);
    const { difference, missingEvents } = await compared();
    expect(difference).toMatch(
      new RegExp(`^position 7 \\(revision \\d+ of .+\\) has another ${field} than event \\d+ of masar-.+$`),
    );
    expect(missingEvents).toBe(0);
  });

  it('lacks an event that the server has', async () => {
    copied.append('sample-1', 0);
    const { commit, prepare } = copied.double.contents().at(-1)!;
    await copied.inDatabase(({ pool }) =>
      pool.query('update masar.sequencer set commit_position = $1, prepare_position = $2', [
        String(commit),
        String(prepare),
      ]),
    );
    expect((await compared()).difference).toBe(
      'event 0 of masar-sample-1 is on the server, before position 17, and not in the log',
    );
  });

  it('has events that the server lost: each stream is named, with what became of it', async () => {
    const { stream, events } = longest();
    copied.double.setMetadata(`masar-${stream}`, { $tb: 1 });
    copied.double.scavenge();
    copied.double.setMetadata(`masar-${stream}`, {});
    const { difference, missing, missingEvents, unsafe } = await compared();
    expect({ difference, unsafe }).toEqual({ difference: undefined, unsafe: [] });
    expect(missingEvents).toBe(1);
    expect(missing).toEqual([
      {
        stream,
        events: 1,
        firstRevision: 0,
        lastRevision: 0,
        why: 'the server has lost its revisions before 1 (scavenged)',
      },
    ]);
    copied.double.scavenge((event) => event.stream === `masar-${stream}`);
    expect((await compared()).missing).toEqual([
      {
        stream,
        events,
        firstRevision: 0,
        lastRevision: events - 1,
        why: 'the server has none of its events',
      },
    ]);
  });

  it('names streams that are hidden or deleted while the server still has them', async () => {
    const [first, second] = [...new Set(ours().map(({ stream }) => stream))];
    copied.double.softDelete(first!);
    copied.double.tombstone(second!);
    const { difference, missingEvents, unsafe } = await compared();
    expect({ difference, missingEvents }).toEqual({ difference: undefined, missingEvents: 0 });
    expect(unsafe).toEqual([
      { stream: first!.slice('masar-'.length), what: 'it was deleted' },
      { stream: second!.slice('masar-'.length), what: 'it was deleted for good' },
    ]);
  });
});

describe('masar doctor', () => {
  it('shows what was found on the server, warns without calling it wrong, and compares', async () => {
    const { code, stdout } = await command('doctor');
    expect(stdout).toContain('ok     KurrentDB, server version: 26.');
    expect(stdout).toContain('ok     KurrentDB, streams: none under masar- hides or lost events\n');
    expect(stdout).toMatch(/^warn   KurrentDB, access: every user of the server may/m);
    expect(stdout).toMatch(/^ok     sequencer: following, the log goes up to position 16/m);
    expect(stdout).toContain(
      'ok     log and server: all 16 events are the same in both: ids, streams, revisions, bytes, times and salts\n',
    );
    expect(stdout).not.toContain('WRONG');
    expect(code).toBe(0);
    const json = (await command('doctor', '--json')).stdout.trim().split('\n');
    const findings = json.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(findings.find(({ check }) => check === 'KurrentDB, access')).toMatchObject({
      ok: true,
      level: 'warn',
    });
    expect(Object.keys(findings.find(({ check }) => check === 'log')!)).toEqual(['check', 'ok', 'detail']);
  }, 120_000);

  it('opens a server that could lose events and says so; nothing else does but a backup, which is whole', async () => {
    const { stream } = longest();
    copied.double.setMetadata(`masar-${stream}`, { $maxCount: 1 });
    copied.double.scavenge();
    const { code, stdout } = await command('doctor');
    expect(code).toBe(1);
    expect(stdout).toContain(
      `WRONG  KurrentDB, streams: masar-${stream}: $maxCount 1 hides all but the newest`,
    );
    expect(stdout).toMatch(
      /^WRONG {2}log and server: the server no longer has \d+ of the 16 events of the log/m,
    );
    expect(stdout).toMatch(
      new RegExp(`^WRONG {2}stream ${stream}: events the log has are gone from the server: `, 'm'),
    );
    const replay = await command('replay', 'SAMPLE-001');
    expect(replay.code).toBe(1);
    expect(replay.stderr).toContain(`KurrentDB: streams: masar-${stream}: $maxCount 1`);
    const file = join(original.folder, 'saved.gz');
    expect(await command('backup', file)).toMatchObject({ code: 0 });
    expect(await checkArchive({ file })).toMatchObject({ events: 16 });
  }, 120_000);
});
