import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { StoreError } from '../errors.js';
import { type ConnectionString, readConnectionString } from './connection-string.js';
import { faultOf, KurrentFault } from './kurrent-fault.js';
import { within } from './within.js';

export interface KurrentConnectionOptions {
  readonly url: string;
  /** As the server shows it among its clients. */
  readonly connectionName: string;
}

/** As gRPC numbers it. */
const cancelled = 1;
/** How long a request may take where its caller does not say. */
export const requestDeadlineMs = 10_000;

/**
 * What is used of the client beside what it declares: it does not close its channel, and asks which methods the server has
 * without a deadline.
 */
interface ClientInternals {
  createChannel: () => Promise<GrpcChannel>;
  readonly capabilities: Promise<{ readonly serverVersion: string }>;
}

interface GrpcChannel {
  createCall(method: string, deadline: Date | number, ...rest: unknown[]): GrpcCall;
  close(): void;
}

interface GrpcCall {
  cancelWithStatus(status: number, details: string): void;
}

interface HeldClient {
  readonly client: KurrentDBClient;
  /** What ends what the client itself does not end. */
  readonly ends: (() => void)[];
  /** How often in succession the node it is connected to did not lead. */
  misled: number;
  /** Given up. */
  dropped: boolean;
}

type ClientClass = Pick<typeof KurrentDBClient, 'connectionString'>;

/**
 * One client of the server at a time, and another where that one is dead. Every request has a deadline of ours: the
 * client waits for ever for a server that says nothing.
 */
export class KurrentConnection {
  private held: HeldClient | undefined;
  private connecting: Promise<HeldClient> | undefined;
  private made: HeldClient | undefined;
  private closed = false;

  private constructor(
    private readonly clients: ClientClass,
    /** Holds a password: never shown. */
    readonly address: ConnectionString,
  ) {}

  /**
   * Makes ready to connect; the first request does.
   *
   * @throws StoreError `UNSAFE_STORE` where the URL cannot be used, or the client is not installed
   */
  static async open({ url, connectionName }: KurrentConnectionOptions): Promise<KurrentConnection> {
    const address = readConnectionString(url, connectionName);
    const connection = new KurrentConnection(await loadClient(), address);
    // What the URL names, a certificate say, is found missing at the start and not at the first request.
    connection.drop(connection.create());
    return connection;
  }

  /** The hosts, without user and password. */
  get place(): string {
    return this.address.place;
  }

  /**
   * Runs one request against the client at hand, and gives that client up where the fault says that it is dead.
   *
   * @param what names the request in the fault's message
   * @throws KurrentFault
   */
  async request<T>(
    what: string,
    run: (client: KurrentDBClient) => Promise<T>,
    deadlineMs = requestDeadlineMs,
  ): Promise<T> {
    const deadline = Date.now() + deadlineMs;
    const held = await this.holding(what, deadlineMs);
    try {
      const result = await answered(run(held.client), Math.max(1, deadline - Date.now()), what);
      held.misled = 0;
      return result;
    } catch (error) {
      const fault = faultOf(error, what);
      // Told who leads, a client turns there by itself: it is given up where that did not help.
      if (fault.kind === 'notLeader') held.misled += 1;
      if (fault.killsClient || held.misled > 1) this.discard(held.client);
      throw fault;
    }
  }

  /**
   * The client at hand, for what lasts longer than a request.
   *
   * @throws KurrentFault
   */
  async current(): Promise<KurrentDBClient> {
    return (await this.holding('connecting', requestDeadlineMs)).client;
  }

  /**
   * The version the server says it has; `unknown` for one that does not say.
   *
   * @throws KurrentFault
   */
  serverVersion(): Promise<string> {
    return this.request('asking for the version', async (client) => {
      const { serverVersion } = await internals(client).capabilities;
      return serverVersion;
    });
  }

  /** Gives up a client that was found dead; does nothing where another has taken its place. */
  discard(client: KurrentDBClient): void {
    const { held } = this;
    if (held?.client !== client) return;
    this.held = undefined;
    this.drop(held);
  }

  /** Ends what is under way; each request is answered by a fault. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.held) this.discard(this.held.client);
    if (this.made) this.drop(this.made);
    await this.connecting?.catch(() => undefined);
  }

  private async holding(what: string, deadlineMs: number): Promise<HeldClient> {
    if (this.closed) throw new KurrentFault('unavailable', false, `${what}: the connection is closed`);
    if (this.held) return this.held;
    this.connecting ??= this.connect().finally(() => (this.connecting = undefined));
    try {
      return await answered(this.connecting, deadlineMs, what);
    } catch (error) {
      const { kind, message, details } = faultOf(error, what);
      // Whatever it was, the request itself has not begun.
      throw new KurrentFault(kind === 'noAnswer' ? 'unavailable' : kind, false, message, details, {
        cause: error,
      });
    }
  }

  /** A new client, once the server has answered it. */
  private async connect(): Promise<HeldClient> {
    const held = this.create();
    this.made = held;
    try {
      await answered(internals(held.client).capabilities, requestDeadlineMs, 'connecting');
    } catch (error) {
      this.drop(held);
      throw error;
    } finally {
      this.made = undefined;
    }
    if (this.closed) this.drop(held);
    else this.held = held;
    return held;
  }

  private create(): HeldClient {
    let client: KurrentDBClient;
    try {
      client = this.clients.connectionString(this.address.url);
    } catch (error) {
      const { message } = error as Error;
      // Of its other messages some quote the URL.
      const why = /^[^"]*certificate[^"]*$/i.test(message) ? message : 'it cannot be read';
      throw new StoreError('UNSAFE_STORE', `KURRENTDB_URL cannot be used: ${why}`);
    }
    const held: HeldClient = { client, ends: [], misled: 0, dropped: false };
    const inside = internals(client);
    const createChannel = inside.createChannel;
    inside.createChannel = async () => {
      // Whoever still holds it is not to bring it back to life.
      const channel = held.dropped ? undefined : await createChannel();
      if (!channel || held.dropped) {
        channel?.close();
        throw new Error('No connection established: dropped');
      }
      held.ends.push(boundAsking(channel), () => channel.close());
      return channel;
    };
    return held;
  }

  private drop(held: HeldClient): void {
    held.dropped = true;
    held.client.dispose().catch(() => undefined);
    for (const end of held.ends) end();
  }
}

function internals(client: KurrentDBClient): ClientInternals {
  return client as unknown as ClientInternals;
}

/**
 * Gives the one call the client makes without a deadline, and keeps no handle of, a deadline.
 *
 * @returns what ends that call
 */
function boundAsking(channel: GrpcChannel): () => void {
  const createCall = channel.createCall.bind(channel);
  const asking: GrpcCall[] = [];
  channel.createCall = (method, deadline, ...rest) => {
    if (!method.endsWith('/GetSupportedMethods')) return createCall(method, deadline, ...rest);
    const call = createCall(method, Date.now() + requestDeadlineMs, ...rest);
    asking.push(call);
    return call;
  };
  return () => {
    for (const call of asking) call.cancelWithStatus(cancelled, 'the client was given up');
  };
}

/** @throws KurrentFault `noAnswer` where it takes longer */
function answered<T>(running: Promise<T>, ms: number, what: string): Promise<T> {
  return within(running, ms, () => {
    throw new KurrentFault('noAnswer', true, `${what}: no answer within ${ms} ms`);
  });
}

async function loadClient(): Promise<ClientClass> {
  try {
    return (await import('@kurrent/kurrentdb-client')).KurrentDBClient;
  } catch (error) {
    throw new StoreError(
      'UNSAFE_STORE',
      'KURRENTDB_URL needs the package @kurrent/kurrentdb-client, which is not installed for this platform: npm install --include=optional',
      { cause: error },
    );
  }
}
