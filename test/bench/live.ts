import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { issueToken, loadTokenKey } from '@masar/access';
import { itemId, itemStream, programmeStream } from '@masar/domain';
import type { JsonObject } from '@masar/event-store';
import { type OpenedEventStore, openEventStore } from '@masar/event-store/open';
import { type Comparison, answerOf, end, listen, median, memory } from './measure.js';
import type { Asked, Told } from './workers/live-clients.js';

const subscribers = 5_000;
const burst = 20;
/** Whom the subscribers belong to, so many each: within what one user and one address may have. */
const users = 50;
/** Sends a round, with a pause between them: the median of these is the round's figure. */
const sends = { one: 5, burst: 2 };
const pauseMs = 300;
/** What a client of an idle subscription may cost, in KB. */
const memoryLimit = 40;
/** A send that takes longer does not reach everybody. */
const patienceMs = 60_000;

const programme = 'BENCH';
const covers = 'position covers { after upTo logId epoch }';
const query = `subscription {
  events(programme: "${programme}") {
    __typename
    ... on EventRecorded { ${covers} event { id position stream revision type effective recordedAt subject data } }
    ... on CaughtUp { ${covers} }
  }
}`;

/** What `next` messages of the query hold: the field `events`. */
interface Recorded {
  readonly __typename: 'EventRecorded';
  readonly position: number;
  readonly covers: { readonly after: number; readonly upTo: number };
  readonly event: { readonly position: number };
}

/** A server, and a process of subscribers that follow it. */
interface Side {
  readonly server: ChildProcess;
  readonly clients: ChildProcess;
  /** Makes so many events and tells when the first was acknowledged: monotonic time, ns. */
  readonly send: (events: number) => Promise<bigint>;
}

/**
 * Two servers, each followed by {@link subscribers} that stay through all rounds: ours, with the log and the read models it
 * always has, and graphql-ws executing for each client. What the peer publishes are the very results ours sent.
 */
export class LiveServers {
  private folder: string | undefined;
  private opened: OpenedEventStore | undefined;
  private readonly started: ChildProcess[] = [];
  private ours!: Side;
  private theirs!: Side;
  private results: readonly Recorded[] = [];
  private written = 0;
  private kilobytes = 0;

  async start(databaseUrl: string): Promise<void> {
    this.ours = await this.startOurs(databaseUrl);
    await this.reached(this.ours, burst);
    this.theirs = await this.startTheirs();
    const published = this.results;
    await this.reached(this.theirs, burst);
    if (!isDeepStrictEqual(this.results, published)) throw new Error('the servers send differently');
    // Compiled code before the first round, for both alike.
    for (const side of [this.ours, this.theirs]) await this.lastServed(side, 1);
  }

  async stop(): Promise<void> {
    // Subscribers first: a server that is left has nobody to see off.
    for (const child of this.started.reverse()) await end(child);
    await this.opened?.close();
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }

  comparisons(): Comparison[] {
    const row = { unit: 'ms', sense: 'atMost' as const, target: 0.6 };
    const against = 'graphql-ws executing for each client';
    return [
      {
        ...row,
        name: 'live: one event to 5,000 subscribers',
        against,
        ours: () => this.lastServed(this.ours, 1),
        theirs: () => this.lastServed(this.theirs, 1),
      },
      {
        ...row,
        name: 'live: a burst of 20 events to 5,000 subscribers',
        against,
        ours: () => this.lastServed(this.ours, burst),
        theirs: () => this.lastServed(this.theirs, burst),
      },
      {
        name: 'live: memory a client',
        unit: 'KB/client',
        against: `a limit of ${memoryLimit} KB a client`,
        target: 1,
        sense: 'atMost',
        ours: () => Promise.resolve(this.kilobytes),
        theirs: () => Promise.resolve(memoryLimit),
      },
    ];
  }

  /** Milliseconds until the last subscriber has the last event: the median of a few sends. */
  private async lastServed(side: Side, events: number): Promise<number> {
    const times: number[] = [];
    for (let left = events === 1 ? sends.one : sends.burst; left > 0; left -= 1) {
      times.push(await this.reached(side, events));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return median(times);
  }

  private async reached({ clients, send }: Side, events: number): Promise<number> {
    const asked: Asked = { expect: events };
    await answer(clients, asked, 'expecting');
    const served = answer(clients, undefined, 'served');
    const [began, { served: last, messages }] = await Promise.all([send(events), served]);
    this.results = messages.map(resultOf);
    requireWhole(this.results, events);
    return Number(BigInt(last) - began) / 1e6;
  }

  private async startOurs(databaseUrl: string): Promise<Side> {
    this.folder = await mkdtemp(join(tmpdir(), 'masar-bench-live-'));
    const env = { DATABASE_URL: databaseUrl, MASAR_DATA: this.folder, PORT: '0', LOG_LEVEL: 'info' };
    const { child: server, url } = await this.listen(
      'apps/api/src/main.ts',
      /"url":"(http:[^"]+)".*Masar is ready/,
      env,
    );
    const key = await loadTokenKey(this.folder);
    const token = (_: unknown, user: number): Promise<string> =>
      issueToken(key, {
        subject: `bench-${user}`,
        roles: { '*': ['analyst'] },
        lifetimeSeconds: 3_600,
        now: new Date(),
      });
    const tokens = await Promise.all(Array.from({ length: users }, token));
    this.opened = await openEventStore({ databaseUrl, dataFolder: this.folder, applicationName: 'bench' });
    await this.append(programmeStream(programme), 'ProgrammeRegistered', {
      reference: programme,
      name: { en: 'A made-up programme' },
      illustrative: true,
    });
    const send = (events: number): Promise<bigint> =>
      Promise.any(Array.from({ length: events }, () => this.registerItem()));
    // A few come and leave first: what the server makes once is not counted as theirs.
    const few = await this.follow(url, tokens, subscribers / 10);
    await this.reached({ server, clients: few, send }, burst);
    await answer(few, { leave: true }, 'left');
    await end(few);
    const before = await memory(server);
    const clients = await this.follow(url, tokens, subscribers);
    const after = await memory(server);
    // Of the process, or of what it uses of its heap: a process may have had room left over.
    const used = ({ heapUsed, external }: NodeJS.MemoryUsage): number => heapUsed + external;
    const grown = Math.max(after.rss - before.rss, used(after) - used(before));
    this.kilobytes = grown / subscribers / 1_024;
    return { server, clients, send };
  }

  private async startTheirs(): Promise<Side> {
    const { child: server, url } = await this.listen(
      'test/bench/workers/live-graphql-ws.ts',
      /listening (http:\S+)\/graphql/,
      {},
    );
    const clients = await this.follow(url, Array<string>(users).fill(''), subscribers);
    const send = async (events: number): Promise<bigint> => {
      const publish = this.results.slice(0, events).map((result) => ({ events: result }));
      const is = (told: object): told is { published: string } => 'published' in told;
      return BigInt((await answerOf<{ published: string }>(server, { publish }, is)).published);
    };
    return { server, clients, send };
  }

  private async listen(...args: Parameters<typeof listen>): ReturnType<typeof listen> {
    const listening = await listen(...args);
    this.started.push(listening.child);
    return listening;
  }

  private async follow(url: string, tokens: readonly string[], connect: number): Promise<ChildProcess> {
    const { child: clients } = await this.listen(
      'test/bench/workers/live-clients.ts',
      /listening to (.+)/,
      {},
    );
    await answer(clients, { connect, url: `${url}/graphql`, tokens, query }, 'connected');
    return clients;
  }

  private async registerItem(): Promise<bigint> {
    this.written += 1;
    const reference = `ITEM-${this.written}`;
    await this.append(itemStream(itemId(programme, reference)), 'ReformItemRegistered', {
      programme,
      reference,
      title: { en: 'Set up one register of cases, kept by one unit and open to the others' },
      text: { en: 'The files of the units do not agree, and nobody can say how many cases there are.' },
      state: 'Draft',
      illustrative: true,
    });
    return process.hrtime.bigint();
  }

  private async append(stream: string, type: string, data: JsonObject): Promise<void> {
    await this.opened!.store.append(stream, 'none', [
      {
        id: randomUUID(),
        type,
        schemaVersion: 1,
        decidedOn: '2017-02-07',
        effective: '2017-02-07',
        actor: { subject: 'bench' },
        commandId: 'bench',
        causationId: null,
        correlationId: 'bench',
        data,
      },
    ]);
  }
}

/** What a process of subscribers answers; where it fails, or does not answer in time, an error. */
async function answer<K extends 'connected' | 'expecting' | 'served' | 'left'>(
  clients: ChildProcess,
  asked: Asked | undefined,
  key: K,
): Promise<Extract<Told, Record<K, unknown>>> {
  const told = await answerOf<Told>(clients, asked, (one) => key in one || 'failed' in one, patienceMs);
  if ('failed' in told) throw new Error(`a subscriber failed: ${told.failed}`);
  return told as Extract<Told, Record<K, unknown>>;
}

function resultOf(message: string): Recorded {
  const { payload } = JSON.parse(message) as { payload: { data: { events: Recorded } } };
  return payload.data.events;
}

/** One subscriber's events continue each other, and are as many as were made. */
function requireWhole(results: readonly Recorded[], events: number): void {
  const isWhole = results.every(
    ({ __typename: type, position, covers: { after, upTo }, event }, index) =>
      type === 'EventRecorded' &&
      upTo === position &&
      event.position === position &&
      (index === 0 ? after < position : after === results[index - 1]!.covers.upTo),
  );
  if (!isWhole || results.length !== events) throw new Error('a subscriber was not sent what was recorded');
}

/**
 * Each server and each process of clients holds a socket a subscriber.
 *
 * @throws Error where no process may have so many files open, with what to do
 */
export function requireOpenFiles(): void {
  const { userLimits } = process.report.getReport() as unknown as {
    userLimits: { open_files: { soft: number | 'unlimited' } };
  };
  const { soft } = userLimits.open_files;
  const needed = subscribers + 500;
  if (soft === 'unlimited' || soft >= needed) return;
  throw new Error(
    `a process may have ${soft} files open, and ${subscribers} subscribers take ${needed}: ` +
      `run \`ulimit -n ${needed}\` first (as root \`ulimit -Hn\` too), or leave these rows out with --only`,
  );
}
