import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCopySource, openCopyTarget } from '@masar/event-store/copy';
import { type PostgresBackend, openPostgres } from '@masar/event-store/postgres';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { copyLog } from '@masar/exchange';
import { ImportFixture } from '../../import/support/import-fixture.js';
import { KurrentDouble } from '../../support/kurrent-double/kurrent-double.js';

/** A log of real events on PostgreSQL, and a folder, for a spec file that copies it to each test's server. */
export class LogToCopy {
  private constructor(
    readonly postgres: TestPostgres,
    readonly folder: string,
    readonly source: ImportFixture,
  ) {}

  static async start(): Promise<LogToCopy> {
    const postgres = await testPostgres();
    const folder = await mkdtemp(join(tmpdir(), 'masar-copied-'));
    const source = await ImportFixture.open('sample');
    const example = new URL('../../../docs/import/example/', import.meta.url).pathname;
    await source.import(join(example, 'mapping.yaml'), join(example, 'register.csv'));
    return new LogToCopy(postgres, folder, source);
  }

  async copied(): Promise<CopiedLog> {
    return CopiedLog.of(this.source.store.connectionString, await this.postgres.createDatabase());
  }

  async stop(): Promise<void> {
    await this.source.close();
    await this.postgres.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What of an event matters to a test; the rest is as `append` has it. */
export interface Appended {
  readonly id?: string;
  /** 64 hexadecimal digits. */
  readonly salt?: string;
  readonly data?: object;
}

/** A log copied to a double of its own, with the ordered log in a database of its own. */
export class CopiedLog {
  private constructor(
    readonly double: KurrentDouble,
    readonly connectionString: string,
  ) {}

  /**
   * @param source connection string of a log on PostgreSQL
   * @param database connection string of an empty database
   */
  static async of(source: string, database: string): Promise<CopiedLog> {
    const double = await KurrentDouble.start();
    const opening = { applicationName: 'masar copy' };
    const from = await openCopySource({ database: { databaseUrl: source } }, opening);
    const to = await openCopyTarget(
      { database: { databaseUrl: database }, kurrent: { url: double.url } },
      opening,
    );
    // The test's own connections are another process, as far as the database knows.
    await copyLog({ source: { ...from, requireUnused: async () => undefined }, target: to.filling });
    await to.close();
    await from.close();
    return new CopiedLog(double, database);
  }

  /** Does something with a database that has the ordered log. */
  async inDatabase<T>(
    work: (backend: PostgresBackend) => Promise<T>,
    connectionString = this.connectionString,
  ): Promise<T> {
    const backend = await openPostgres({ connectionString, sequencedFrom: 'masar' });
    try {
      return await work(backend);
    } finally {
      await backend.close();
    }
  }

  /** Changes rows of the log, which its triggers would not let be changed. */
  async damage(sql: string): Promise<void> {
    await this.inDatabase(({ pool }) =>
      pool.query(
        `alter table masar.event disable trigger user; ${sql}; alter table masar.event enable trigger user`,
      ),
    );
  }

  /** Appends to the server, as a service would, an event of no domain. */
  append(
    stream: string,
    revision: number,
    recordedAt = '2036-01-01T00:00:00.000000Z',
    { id = randomUUID(), salt = '00'.repeat(32), data: values = {} }: Appended = {},
  ): string {
    const metadata = {
      schemaVersion: 1,
      recordedAt,
      salt,
      decidedOn: null,
      effective: null,
      actor: { subject: 'tester' },
      commandId: 'a-command',
      causationId: null,
      correlationId: 'a-command',
    };
    const data = new Uint8Array(Buffer.from(JSON.stringify(values)));
    this.double.append(
      `masar-${stream}`,
      [{ id, type: 'SampleRecorded', data, metadata }],
      revision === 0 ? 'no_stream' : revision - 1,
    );
    return id;
  }
}
