import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { locateBinaries } from './binaries.js';
import {
  claimCluster,
  clusterExists,
  initialiseCluster,
  removeUnfinished,
  requireSameMajor,
  setAdminPassword,
} from './cluster.js';
import type { Connection } from './connection-file.js';
import { readConnection, writeConnection } from './connection-file.js';
import { EmbeddedPostgresError } from './embedded-error.js';
import type { Place } from './place.js';
import { choosePlace, sharedHome } from './place.js';
import type { Answer, Postmaster } from './postmaster.js';
import { asAdmin, ask, disownMark, readPostmaster, serves } from './postmaster.js';
import { isRunning } from './process-identity.js';
import { isRoot } from './server-account.js';
import type { Spawned } from './server.js';
import { freePort, spawnServer, until } from './server.js';

/** How long a server may take to answer; recovery after a crash under load is the longest. */
const readyPatienceMs = 120_000;

/** What tests do differently; the product has no such choice. */
export interface TestSettings {
  readonly settings: readonly string[];
  readonly detached: boolean;
  readonly initialise: typeof initialiseCluster;
}

/** One start, under the folder's lock. */
export class Starting {
  /** The server this start brought up, if it did. */
  spawned?: number;

  private constructor(
    private readonly home: string,
    private readonly log: (message: string) => void,
    private readonly test: TestSettings | undefined,
    readonly place: Place,
    public connection: Connection,
  ) {}

  static async in(
    home: string,
    log: (message: string) => void,
    test: TestSettings | undefined,
  ): Promise<Starting> {
    const connection = await readConnection(home);
    const place = await choosePlace(home, connection.id, connection.cluster);
    return new Starting(home, log, test, place, connection);
  }

  /** The server that runs on this cluster and answers; undefined where none does and one may be started. */
  async runningServer(): Promise<Postmaster | undefined> {
    const { clusterDir } = this.place;
    let postmaster: Postmaster | undefined;
    let answer = 'silent' as Answer;
    await until(async () => {
      postmaster = await readPostmaster(clusterDir);
      if (!postmaster || !serves(postmaster, clusterDir)) return true;
      if (postmaster.port) answer = await ask(postmaster.port, this.connection.adminPassword, clusterDir);
      return answer === 'ours' || answer === 'foreign';
    }, readyPatienceMs);
    if (!postmaster || !isRunning(postmaster.pid)) return undefined;
    if (!serves(postmaster, clusterDir)) {
      // A reboot gave the id to another program, or the folder is a copy of one whose server runs.
      await disownMark(clusterDir);
      return undefined;
    }
    if (answer === 'ours') return postmaster;
    const [code, what] =
      answer === 'foreign'
        ? (['DATA_DIR_IN_USE', 'and does not know our password'] as const)
        : (['NOT_REACHABLE', `and does not answer on port ${postmaster.port}`] as const);
    throw new EmbeddedPostgresError(
      code,
      `a PostgreSQL (process ${postmaster.pid}) runs on ${clusterDir} ${what}: end it (kill -INT ${postmaster.pid}) ` +
        `and start again; ${this.logFile} may say more`,
    );
  }

  async start(): Promise<Postmaster> {
    const { clusterDir, account } = this.place;
    const binaries = await locateBinaries(account, [...(isRoot() ? [sharedHome] : []), this.home]);
    const isKnown = this.connection.cluster !== undefined;
    await removeUnfinished(clusterDir);
    if (await clusterExists(clusterDir)) {
      await requireSameMajor(clusterDir, binaries);
      await claimCluster(account, clusterDir);
      if (!isKnown) {
        this.log(`${this.home}/connection.json was lost: giving PostgreSQL new passwords`);
        await setAdminPassword(binaries, account, clusterDir, this.connection.adminPassword);
      }
      await this.record({});
    } else {
      // Written first: a cluster whose password nobody knows would be of no use.
      await this.record({});
      this.log(`making a PostgreSQL ${binaries.version} database in ${clusterDir}`);
      const { adminPassword } = this.connection;
      const initialise = this.test?.initialise ?? initialiseCluster;
      await initialise(binaries, { clusterDir, account, adminPassword, durable: !this.test });
    }
    return this.launch(binaries);
  }

  private get logFile(): string {
    return join(this.home, 'postgres.log');
  }

  private async record(change: Partial<Connection>): Promise<void> {
    this.connection = { ...this.connection, cluster: this.place.recordAs, ...change };
    await writeConnection(this.home, this.connection);
  }

  private async launch(binaries: Binaries): Promise<Postmaster> {
    const { clusterDir, account } = this.place;
    const deadline = Date.now() + readyPatienceMs;
    for (let preferred = this.connection.port; ; preferred = undefined) {
      const port = await freePort(preferred);
      await this.record({ port });
      const spawned = await spawnServer(
        {
          program: binaries.postgres,
          account,
          clusterDir,
          logFile: this.logFile,
          detached: this.test?.detached ?? true,
          settings: this.test?.settings ?? [],
        },
        port,
      );
      this.spawned = spawned.pid;
      const said = await this.ready(spawned, port);
      if (said === undefined) return { pid: spawned.pid, port };
      // Another program took the port first; or backends of a killed server have not all ended yet.
      if (
        !/could not bind|could not create any TCP|pre-existing shared memory/.test(said) ||
        Date.now() > deadline
      ) {
        throw new EmbeddedPostgresError(
          'START_FAILED',
          `PostgreSQL ended while starting on ${clusterDir}:\n${said}`,
        );
      }
      await delay(100);
    }
  }

  /** Undefined once it answers; what it said where it ended instead. */
  private async ready(spawned: Spawned, port: number): Promise<string | undefined> {
    let said: string | undefined;
    void spawned.ended.then((text) => (said = text || 'it said nothing'));
    const settled = await until(
      async () =>
        said !== undefined ||
        (await ask(port, this.connection.adminPassword, this.place.clusterDir)) === 'ours',
      readyPatienceMs,
    );
    if (settled) return said;
    throw new EmbeddedPostgresError(
      'NOT_REACHABLE',
      `PostgreSQL (process ${spawned.pid}) started and does not answer on 127.0.0.1:${port} after ${readyPatienceMs / 1000} s: see ${this.logFile}`,
    );
  }

  /** Makes our role and database; also heals what a start killed half-way left, and passwords that were made anew. */
  async ensureDatabase(port: number): Promise<void> {
    const { adminPassword, password } = this.connection;
    await asAdmin(port, adminPassword, async (client) => {
      const { rows } = await client.query<{ role: boolean; database: boolean }>(
        `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'masar') AS role,
                EXISTS (SELECT FROM pg_database WHERE datname = 'masar') AS database`,
      );
      const verb = rows[0]!.role ? 'ALTER' : 'CREATE';
      await client.query(`${verb} ROLE masar LOGIN PASSWORD ${client.escapeLiteral(password)}`);
      if (!rows[0]!.database) await client.query('CREATE DATABASE masar OWNER masar');
    });
  }
}
