import { StoreError } from '../errors.js';
import { AppendConnection } from '../postgres/append-connection.js';
import { openPostgres, type PostgresBackend, type PostgresOptions } from '../postgres/open-postgres.js';
import type { Sequencing } from '../sequencing.js';
import { WorkerLease } from '../workers/worker-lease.js';
import { KurrentConnection } from './kurrent-connection.js';
import { KurrentFault } from './kurrent-fault.js';
import { KurrentSequencing } from './kurrent-sequencing.js';
import { agreeOnLog } from './log-agreement.js';
import { StreamNames } from './names.js';
import { whilePassing } from './patiently.js';
import { SequencedLog } from './sequenced-log.js';
import { Sequencer, type SequencerLease } from './sequencer.js';
import { Waiting } from './waiting.js';

export interface OrderedLogOptions extends Omit<PostgresOptions, 'sequencedFrom'> {
  /** Of the server. May hold a password: never shown. */
  readonly url: string;
  readonly prefix?: string | undefined;
  /** Told, in a sentence, what the operator has to know. */
  readonly say?: (message: string) => void;
  /** Opens it also where the server has another log, which is then not followed: for who looks at it, or saves it. */
  readonly unsafe?: boolean | undefined;
  /** Looks at the server before anything is written, and refuses it by throwing. */
  readonly check?: (server: Server) => Promise<void>;
  /** For tests: after how long a silent server is asked anew, and a halted log looked at again. */
  readonly silenceMs?: number;
  readonly retryHaltedMs?: number;
  /** For tests: who may write the log beside the writing itself. */
  readonly openLease?: (pool: PostgresBackend['pool']) => Promise<SequencerLease>;
}

/** A server, and the database with the order of its events. */
export interface Server {
  readonly connection: KurrentConnection;
  readonly names: StreamNames;
  readonly pool: PostgresBackend['pool'];
}

/** The ordered log of a server, and what writes it. */
export interface OrderedLog extends Server {
  readonly database: PostgresBackend;
  readonly sequencing: Sequencing;
  readonly waiting: Waiting;
  /** Lets nothing of this process write to the log meanwhile. */
  quietly<T>(work: () => Promise<T>): Promise<T>;
  /** The log is written no more by this process; then connections close. */
  close(): Promise<void>;
}

/**
 * Connects to server and database, makes sure that one has the order of the other's events, and begins to follow. It
 * waits for both to answer, and not for the log to be complete.
 *
 * @throws StoreError `UNAVAILABLE`, `OTHER_LOG`, `UNSAFE_STORE`
 * @throws SchemaError a newer version of Masar wrote the database
 */
export async function openOrderedLog(options: OrderedLogOptions): Promise<OrderedLog> {
  const { url, connectionString, applicationName = 'masar', filling = false, say } = options;
  const names = new StreamNames(options.prefix);
  const connection = await KurrentConnection.open({ url, connectionName: applicationName });
  let database: PostgresBackend | undefined;
  try {
    database = await openPostgres({ ...options, sequencedFrom: names.prefix });
    const { pool } = database;
    await untilAnswered({ connection, names, pool }, options);
    const isOther = filling ? undefined : await agreement(pool, connection, names, options);
    const writing = new AppendConnection(connectionString, applicationName, 'sequence');
    const { openLease = () => WorkerLease.open(pool, 'sequencer') } = options;
    const begin = () => {
      const one = new Sequencer({
        connection,
        names,
        log: new SequencedLog(writing, names.prefix),
        openLease: () => openLease(pool),
        say,
        silenceMs: options.silenceMs,
        retryHaltedMs: options.retryHaltedMs,
      });
      // A log that is being filled is written by who fills it, and that of another server by nobody.
      if (!filling && !isOther) one.start();
      return one;
    };
    return new OpenOrderedLog(connection, names, database, writing, begin, isOther);
  } catch (error) {
    await connection.close();
    await database?.close();
    throw error;
  }
}

class OpenOrderedLog implements OrderedLog {
  readonly waiting = new Waiting();
  readonly sequencing: Sequencing;
  private sequencer: Sequencer;

  constructor(
    readonly connection: KurrentConnection,
    readonly names: StreamNames,
    readonly database: PostgresBackend,
    private readonly writing: AppendConnection,
    private readonly begin: () => Sequencer,
    isOther?: StoreError,
  ) {
    this.sequencer = begin();
    this.sequencing = isOther
      ? unfollowed(database, isOther)
      : new KurrentSequencing(this.pool, () => this.sequencer, this.waiting);
  }

  get pool(): PostgresBackend['pool'] {
    return this.database.pool;
  }

  async quietly<T>(work: () => Promise<T>): Promise<T> {
    await this.sequencer.close();
    await this.writing.close();
    try {
      return await work();
    } finally {
      this.sequencer = this.begin();
    }
  }

  async close(): Promise<void> {
    await this.sequencer.close();
    await this.connection.close();
    await this.writing.close();
    await this.database.close();
  }
}

/** @returns why they are two logs, where that is no reason to refuse them; undefined where they are one */
async function agreement(
  pool: PostgresBackend['pool'],
  connection: KurrentConnection,
  names: StreamNames,
  { unsafe = false }: OrderedLogOptions,
): Promise<StoreError | undefined> {
  try {
    await agreeOnLog(pool, connection, names);
    return undefined;
  } catch (error) {
    if (unsafe && error instanceof StoreError && error.code === 'OTHER_LOG') return error;
    throw error;
  }
}

/** Of a log that is not the server's nobody writes anything. */
function unfollowed({ log }: PostgresBackend, { message: why }: StoreError): Sequencing {
  return {
    state: async () => {
      const { position } = await log.head();
      return { state: 'halted', why, holder: false, lagSeconds: 0, position };
    },
  };
}

/** The server may break off while it is looked at as well as before. */
async function untilAnswered(
  server: Server,
  { patienceMs, onRetry, check }: OrderedLogOptions,
): Promise<void> {
  const { connection } = server;
  const look = async (): Promise<void> => {
    await connection.serverVersion();
    await check?.(server);
  };
  try {
    await whilePassing(look, {
      ...(patienceMs !== undefined && { patienceMs }),
      tries: 3,
      onRetry: ({ message }, wait) =>
        onRetry?.(`KurrentDB does not answer yet (${message}); trying again in ${wait} ms`),
    });
  } catch (error) {
    if (!(error instanceof KurrentFault)) throw error;
    throw new StoreError(
      'UNAVAILABLE',
      `the KurrentDB at ${connection.place} does not answer (${error.message}): is it running, and is KURRENTDB_URL right?`,
      { cause: error },
    );
  }
}
