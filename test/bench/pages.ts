import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { issueToken, loadTokenKey } from '@masar/access';
import { type Comparison, cpuMs, end, listen } from './measure.js';

/** A page of 50 items, each with up to six entries of its journey. */
const query = `{
  reformItems(programme: "MOI-2017", first: 50) {
    nodes {
      key reference title state themes leads irregularities lastPosition lastRecordedAt
      journey(first: 6) { position eventId type effective earliest latest recordedAt stateBefore stateAfter irregularities subject }
    }
  }
}`;
const body = JSON.stringify({ query });
const requests = 400;
const concurrency = 32;

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
  readonly headers: Record<string, string>;
}

/**
 * Three servers on the same rows, each a process of its own that stays up through all rounds: ours filled the tables,
 * the peers read them. Only one is asked at a time; the others wait and cost nothing.
 */
export class PageServers {
  private folder: string | undefined;
  private readonly servers: Record<string, Server> = {};

  /** @throws Error where they do not all give the same answer */
  async start(databaseUrl: string): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'masar-bench-api-'));
    const env = { DATABASE_URL: databaseUrl, MASAR_DATA: this.folder, PORT: '0', LOG_LEVEL: 'info' };
    const ours = await listen('apps/api/src/main.ts', /"url":"(http:[^"]+)".*Masar is ready/, env);
    const token = await issueToken(await loadTokenKey(this.folder), {
      subject: 'bench',
      roles: { '*': ['analyst'] },
      lifetimeSeconds: 3_600,
      now: new Date(),
    });
    this.servers['ours'] = {
      ...ours,
      url: `${ours.url}/graphql`,
      headers: { authorization: `Bearer ${token}` },
    };
    for (const peer of ['page-apollo', 'page-raw']) {
      const peers = await listen(`test/bench/workers/${peer}.ts`, /listening (http:\S+)/, {
        DATABASE_URL: databaseUrl,
      });
      this.servers[peer] = { ...peers, headers: {} };
    }
    const [expected, ...others] = await Promise.all(
      Object.values(this.servers).map(async (server) => JSON.parse(await ask(server)) as { data: unknown }),
    );
    for (const { data } of others) {
      if (!isDeepStrictEqual(data, expected!.data)) throw new Error('the servers answer differently');
    }
    // Compiled code and full pools before the first round, for all alike.
    for (const name of Object.keys(this.servers)) await this.cost(name);
  }

  async stop(): Promise<void> {
    for (const { child } of Object.values(this.servers)) await end(child);
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }

  /** Rows 7 and 8: CPU of the server for one page. */
  comparisons(): Comparison[] {
    const row = { unit: 'CPU ms/page', ours: () => this.cost('ours') };
    return [
      {
        ...row,
        name: 'page of 50 × 6, of Apollo',
        against: "Nest's Apollo driver as usually written, same rows",
        target: 2,
        sense: 'atLeast',
        theirs: () => this.cost('page-apollo'),
        ratio: (mine, theirs) => theirs / mine,
      },
      {
        ...row,
        name: 'page of 50 × 6, of raw graphql-jit',
        against: 'raw Fastify + graphql-jit, same rows',
        target: 1.6,
        sense: 'atMost',
        theirs: () => this.cost('page-raw'),
      },
    ];
  }

  private async cost(name: string): Promise<number> {
    const server = this.servers[name]!;
    // The first few warm what went cold while the others were asked.
    await askMany(server, requests / 10);
    const before = await cpuMs(server.child);
    await askMany(server, requests);
    return ((await cpuMs(server.child)) - before) / requests;
  }
}

async function ask({ url, headers }: Server): Promise<string> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body,
  });
  const text = await answer.text();
  if (!answer.ok || !text.includes('"stateAfter"') || text.includes('"errors"'))
    throw new Error(text.slice(0, 500));
  return text;
}

async function askMany(server: Server, count: number): Promise<void> {
  let left = count;
  const loop = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await ask(server);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
}
