import { randomBytes } from 'node:crypto';
import { type KurrentSettings, type OpenedEventStore, openEventStore } from '@masar/event-store/open';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { KurrentDouble } from './kurrent-double/kurrent-double.js';

/** What a suite may run over. */
type StoreKind = 'postgres' | 'kurrentdb';

/** By the Jest project the spec file runs in: see `infra/jest-stores.js`. */
const kind = (globalThis as { masarTestStore?: StoreKind }).masarTestStore ?? 'postgres';

/** Where one store is: for processes and for a service in this one. */
export interface TestPlace {
  /** The part on a KurrentDB; undefined where PostgreSQL is the store. */
  readonly kurrent: KurrentSettings | undefined;
  /** What a masar process takes to find it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A store that was empty when it was made: a database of its own, and a prefix of its own on the server where there is one. */
export interface TestStore extends TestPlace {
  /** Of its PostgreSQL: the store itself, or its ordered log; read models and names are there too. */
  readonly connectionString: string;
  /** Opens it in this process; as often as one likes. Whoever opened it closes it. */
  open(applicationName?: string): Promise<OpenedEventStore>;
}

/**
 * The server of one spec file, in the project `kurrentdb`: the one that KURRENTDB_TEST_URL names, or a double of it. In the
 * other project it is nothing, and PostgreSQL is the store.
 */
export class TestServer {
  private constructor(private readonly double: KurrentDouble | undefined) {}

  static async start(): Promise<TestServer> {
    const isDouble = kind === 'kurrentdb' && !process.env['KURRENTDB_TEST_URL'];
    return new TestServer(isDouble ? await KurrentDouble.start() : undefined);
  }

  /** A place nobody has written to: suites may share a server with each other, and with what was left there before. */
  place(): TestPlace {
    if (kind === 'postgres') return { kurrent: undefined, environment: {} };
    const url = this.double?.url ?? process.env['KURRENTDB_TEST_URL']!;
    const prefix = `test_${randomBytes(8).toString('hex')}`;
    return { kurrent: { url, prefix }, environment: { KURRENTDB_URL: url, KURRENTDB_PREFIX: prefix } };
  }

  async stop(): Promise<void> {
    await this.double?.stop();
  }
}

/** The store on a database that is there already, and on a server where a place on one is given. */
export function storeAt(
  connectionString: string,
  { kurrent, environment }: TestPlace = { kurrent: undefined, environment: {} },
): TestStore {
  return {
    connectionString,
    kurrent,
    environment: { ...environment, DATABASE_URL: connectionString },
    open: (applicationName = 'masar test') =>
      // The folder is for an embedded PostgreSQL, and the database is elsewhere.
      openEventStore({ databaseUrl: connectionString, kurrent, dataFolder: '', applicationName }),
  };
}

/** The stores of one spec file, and what they are on. A file starts it and stops it, and asks nothing else where events are. */
export class TestStores {
  private constructor(
    private readonly postgres: TestPostgres,
    private readonly server: TestServer,
  ) {}

  static async start(): Promise<TestStores> {
    const postgres = await testPostgres();
    try {
      return new TestStores(postgres, await TestServer.start());
    } catch (error) {
      await postgres.stop();
      throw error;
    }
  }

  /** Makes an empty store. */
  async create(): Promise<TestStore> {
    return storeAt(await this.postgres.createDatabase(), this.server.place());
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.postgres.stop();
  }
}
