import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type PostgresBackend, openPostgres } from '@masar/event-store/postgres';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { type DoubleOptions, KurrentDouble } from '../support/kurrent-double/kurrent-double.js';
import { httpBeside } from '../support/http-beside.js';
import {
  KurrentConnection,
  type StoreFinding,
  StreamNames,
  checkServer,
  judgeTransport,
  mayReadAll,
  readConnectionString,
  requireSafe,
} from '@masar/event-store/kurrentdb/checks';

let postgres: TestPostgres;
let backend: PostgresBackend;
const names = new StreamNames();
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  postgres = await testPostgres();
}, 120_000);
afterAll(() => postgres?.stop(), 60_000);

let double: KurrentDouble;
beforeEach(async () => {
  backend = await openPostgres({ connectionString: await postgres.createDatabase(), sequencedFrom: 'masar' });
  opened.push(backend);
  await start();
});
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function start(options?: DoubleOptions): Promise<void> {
  double = await KurrentDouble.start(options);
  const { stop } = bound(double);
  opened.push({ close: stop });
}

const bound = (one: KurrentDouble) => ({ stop: () => one.stop() });

async function findings(url = double.url): Promise<StoreFinding[]> {
  const connection = await KurrentConnection.open({ url, connectionName: 'masar checks' });
  try {
    return await checkServer(connection, names, backend.pool);
  } finally {
    await connection.close();
  }
}

/** The findings of a check, or of all that are not well. */
async function found(check?: string, url?: string): Promise<StoreFinding[]> {
  return (await findings(url)).filter((one) => (check ? one.check === check : one.level !== 'ok'));
}

/** An event of ours as far as its place goes. */
const write = (stream: string, events = 1) =>
  double.append(
    stream,
    Array.from({ length: events }, () => ({ data: new Uint8Array(Buffer.from('{}')) })),
  );
const tight = { $w: ['masar'], $d: ['masar'], $mw: ['masar'] };
const closeAccess = (): void => {
  double.append('$settings', [{ type: '$settings', data: { $userStreamAcl: tight } }]);
};

describe('the version of the server', () => {
  it.each(['22.10.0', '23.10.2', '24.2.0', '26.1.0-rc.2'])('%s will do', async (version) => {
    await start({ version });
    expect(await found('server version')).toEqual([
      { check: 'server version', level: 'ok', detail: version },
    ]);
  });

  it.each(['22.6.1', '21.10.9', '20.10.5', 'unknown'])(
    '%s is refused, with what is needed',
    async (version) => {
      await start({ version });
      const all = await findings();
      expect(all.find(({ check }) => check === 'server version')).toMatchObject({
        level: 'refuse',
        detail: expect.stringContaining('EventStoreDB 22.10 or newer'),
      });
      expect(() => requireSafe(all)).toThrow(
        expect.objectContaining({ name: 'StoreError', code: 'UNSAFE_STORE' }),
      );
    },
  );
});

describe('a stream', () => {
  beforeEach(closeAccess);

  it.each([
    [{ $maxCount: 5 }, '$maxCount 5'],
    [{ $maxAge: 3600 }, '$maxAge 3600'],
    [{ $tb: 2 }, '$tb 2'],
  ])('with %j is refused by its name, and no longer once that is undone', async (metadata, named) => {
    write('masar-item-a', 3);
    double.setMetadata('masar-item-a', metadata);
    const [finding] = await found('streams');
    expect(finding).toMatchObject({ level: 'refuse', detail: expect.stringContaining('masar-item-a: ') });
    expect(finding!.detail).toContain(named);
    expect(finding!.detail).toContain('set the metadata of each to {}');
    double.setMetadata('masar-item-a', {});
    expect(await found('streams')).toMatchObject([{ level: 'ok' }]);
  });

  it('that was deleted is refused by its name, whether for good or not', async () => {
    write('masar-item-a');
    write('masar-item-b');
    double.softDelete('masar-item-a');
    double.setMetadata('masar-item-b', { $maxCount: 1 });
    double.tombstone('masar-item-b');
    const [finding] = await found('streams');
    expect(finding!.level).toBe('refuse');
    expect(finding!.detail).toContain('masar-item-a: it was deleted');
    expect(finding!.detail).toContain('masar-item-b: it was deleted for good');
  });

  it('that lost events to a scavenge is refused for good, though its metadata were mended', async () => {
    write('masar-item-a', 3);
    double.setMetadata('masar-item-a', { $tb: 2 });
    double.scavenge();
    double.setMetadata('masar-item-a', {});
    expect(await found('streams')).toEqual([
      {
        check: 'streams',
        level: 'refuse',
        detail: expect.stringContaining(
          'masar-item-a: the server has lost its revisions before 2 (scavenged)',
        ),
      },
    ]);
  });

  it('seen before by whoever writes the ordered log is looked at again, and forgotten where it was mended', async () => {
    write('masar-item-a', 3);
    const { commit, prepare } = double.contents().at(-1)!;
    await backend.pool.query(`insert into masar.unsafe_stream values ('item-a', '$maxCount 1')`);
    await backend.pool.query('update masar.sequencer set commit_position = $1, prepare_position = $2', [
      String(commit),
      String(prepare),
    ]);
    double.setMetadata('masar-item-a', { $maxCount: 1 });
    expect(await found('streams')).toMatchObject([
      { level: 'refuse', detail: expect.stringContaining('$maxCount 1') },
    ]);
    double.setMetadata('masar-item-a', { $acl: tight });
    expect(await found('streams')).toMatchObject([{ level: 'ok' }]);
    expect((await backend.pool.query('select * from masar.unsafe_stream')).rows).toEqual([]);
  });

  it('of somebody else may be limited as its owner likes, and the control stream may not', async () => {
    write('other-item-a', 3);
    double.setMetadata('other-item-a', { $maxCount: 1 });
    double.setMetadata('masarx-item-a', { $maxCount: 1 });
    expect(await found('streams')).toMatchObject([{ level: 'ok' }]);
    double.setMetadata('masar.log', { $maxCount: 1 });
    expect(await found('streams')).toMatchObject([
      { level: 'refuse', detail: expect.stringContaining('masar.log: $maxCount 1') },
    ]);
  });

  it('is one of many: ten are named, the others counted', async () => {
    for (let n = 10; n < 23; n += 1) double.setMetadata(`masar-item-${n}`, { $maxCount: n });
    const [finding] = await found('streams');
    expect(finding!.detail).toContain('masar-item-19');
    expect(finding!.detail).not.toContain('masar-item-20');
    expect(finding!.detail).toContain('and 3 more');
  });

  it('with an access list that lets everybody change it is warned of by its name', async () => {
    double.setMetadata('masar-item-a', { $acl: { $w: ['$all'] } });
    double.setMetadata('masar-item-b', { $acl: { $r: '$all', $w: 'masar' } });
    const [finding, ...others] = await found('access');
    expect(others).toMatchObject([{ level: 'ok' }]);
    expect(finding).toMatchObject({ level: 'warn', detail: expect.stringContaining('masar-item-a ') });
    expect(finding!.detail).not.toContain('masar-item-b');
  });
});

describe('access', () => {
  it('of everybody to streams without a list is warned of, with what they may do', async () => {
    expect(await found('access')).toEqual([
      {
        check: 'access',
        level: 'warn',
        detail: expect.stringMatching(
          /write to them; delete them; set their metadata.*"\$userStreamAcl" in \$settings/,
        ),
      },
    ]);
    double.append('$settings', [
      { type: '$settings', data: { $userStreamAcl: { ...tight, $d: ['ops', '$all'] } } },
    ]);
    const [finding] = await found('access');
    expect(finding).toMatchObject({ level: 'warn', detail: expect.stringContaining(': delete them.') });
    closeAccess();
    expect(await found('access')).toMatchObject([{ level: 'ok' }]);
  });

  it('decided by a policy is said not to be looked at', async () => {
    double.append('$authorization-policy-settings', [
      { type: '$authorization-policy-changed', data: { streamAccessPolicyType: 'streampolicy' } },
    ]);
    expect(await found('access')).toMatchObject([
      { level: 'warn', detail: expect.stringContaining('"streampolicy"') },
    ]);
  });

  it('to $all is found out without looking for an event of ours among those of others', async () => {
    double.append('others', [{}, {}]);
    double.faults.scanSlowly(60_000);
    const connection = await KurrentConnection.open({ url: double.url, connectionName: 'masar checks' });
    opened.push(connection);
    expect(await mayReadAll(connection)).toMatchObject({ check: 'reading $all', level: 'ok' });
  });

  it('to $all that is denied is refused, with the permission that is needed', async () => {
    double.faults.deny({ kinds: ['read'] });
    const all = await findings();
    expect(all.at(-1)).toEqual({
      check: 'reading $all',
      level: 'refuse',
      detail: expect.stringContaining('"$r" in the "$acl" of the metadata of $all'),
    });
  });

  it('to what only administrators read is warned of where it is denied', async () => {
    // All but what is read of $all, and of the stream that says which log this is.
    double.faults.deny({ kinds: ['read'], after: 4 });
    const warned = (await findings()).filter(({ level }) => level === 'warn');
    expect(warned.map(({ check }) => check)).toEqual(['scheduled scavenges', 'scavenges before', 'access']);
    for (const { detail } of warned) expect(detail).toContain('could not be asked');
    expect(warned[1]!.detail).toContain('$ops');
    expect(warned[2]!.detail).toContain('$settings');
  });
});

describe('the transport', () => {
  it('without TLS is fine on this machine, and warned of elsewhere', async () => {
    const judged = (url: string) => judgeTransport(readConnectionString(url, 'masar'));
    expect(await found('transport')).toMatchObject([{ level: 'ok' }]);
    expect(judged('kurrentdb://localhost:2113?tls=false')).toMatchObject({ level: 'ok' });
    expect(judged('kurrentdb://127.0.0.1,db.example:2113?tls=false')).toMatchObject({
      level: 'warn',
      detail: expect.stringContaining(
        'to 127.0.0.1, db.example:2113: without TLS neither a user nor a password',
      ),
    });
    expect(judged('kurrentdb://u:p@db.example:2113?tlsVerifyCert=false')).toMatchObject({
      level: 'warn',
      detail: expect.stringContaining('tlsCAFile'),
    });
    expect(judged('kurrentdb://u:p@db.example:2113?tlsCAFile=ca.crt')).toMatchObject({ level: 'ok' });
  });
});

describe('scavenges', () => {
  beforeEach(closeAccess);
  const status = '/auto-scavenge/status';

  /** What is found where the server's HTTP interface answers so. */
  async function answering(code: number, body: unknown): Promise<StoreFinding> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const beside = await httpBeside(double.leader!.address.port, { [status]: { status: code, body: text } });
    try {
      const [finding] = await found('scheduled scavenges', `kurrentdb://127.0.0.1:${beside.port}?tls=false`);
      expect(beside.asked).toEqual([`GET ${status}`]);
      return finding!;
    } finally {
      await beside.stop();
    }
  }

  it('by a schedule are warned of, with the schedule', async () => {
    for (const state of ['Waiting', 'InProgress', 'Pausing', 'Paused']) {
      const finding = await answering(200, {
        state,
        schedule: '0 6 * * 6',
        timeUntilNextCycle: '1.13:14:32',
      });
      expect(finding).toMatchObject({
        level: 'warn',
        detail: expect.stringContaining(`by the schedule "0 6 * * 6" is ${state}`),
      });
    }
  });

  it('that are not configured, switched off or unknown to the server are well', async () => {
    expect(await answering(200, { state: 'NotConfigured', schedule: null })).toMatchObject({ level: 'ok' });
    expect(await answering(503, { detail: 'AutoScavenge is not enabled' })).toMatchObject({ level: 'ok' });
    expect(await answering(404, '')).toMatchObject({ level: 'ok' });
  });

  it('are looked for in the stream of their configuration where HTTP says nothing', async () => {
    expect(await answering(403, '')).toMatchObject({ level: 'ok', detail: 'none was ever configured' });
    double.append('$auto-scavenge-configuration', [
      { type: '$configuration-updated', data: { schedule: '0 3 * * *', updatedAt: '2026-01-01T00:00:00Z' } },
    ]);
    for (const [code, body] of [
      [403, ''],
      [200, '<html>'],
      [500, 'x'.repeat(100_000)],
    ] as const) {
      expect(await answering(code, body)).toMatchObject({
        level: 'warn',
        detail: expect.stringContaining('by the schedule "0 3 * * *" is configured'),
      });
    }
    // The double speaks no HTTP but that of gRPC.
    expect(await found('scheduled scavenges')).toMatchObject([{ level: 'warn' }]);
  });

  it('on record are warned of', async () => {
    expect(await found('scavenges before')).toMatchObject([{ level: 'ok' }]);
    double.append('$scavenges', [{ type: '$>', data: new Uint8Array(Buffer.from('0@$scavenges-1')) }]);
    expect(await found('scavenges before')).toMatchObject([
      { level: 'warn', detail: expect.stringMatching(/scavenged, last on \d{4}-\d{2}-\d{2}: masar doctor/) },
    ]);
  });
});

it('a server where all is well is taken, and what is doubtful of it said', async () => {
  closeAccess();
  write('masar-item-a', 3);
  const said: string[] = [];
  const all = await findings();
  requireSafe(all, (message) => said.push(message));
  expect(said).toEqual([]);
  expect(all.map(({ check }) => check)).toEqual([
    'server version',
    'server methods',
    'transport',
    'reading $all',
    'streams',
    'scheduled scavenges',
    'scavenges before',
    'access',
  ]);
  double.append('$scavenges', [{ type: '$>', data: {} }]);
  requireSafe(await findings(), (message) => said.push(message));
  expect(said).toEqual([expect.stringContaining('KurrentDB: scavenges before: the server was scavenged')]);
});
