import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueToken, loadTokenKey } from '@masar/access';
import { type Comparison, start } from './measure.js';

/** A page of 50 items, each with six entries of its journey. */
const query = `{
  reformItems(programme: "MOI-2017", first: 50) {
    nodes {
      key reference title state themes leads irregularities lastPosition lastRecordedAt
      journey(first: 6) { position eventId type effective earliest latest recordedAt stateBefore stateAfter irregularities subject }
    }
  }
}`;
const requests = 600;
const concurrency = 32;

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
}

/** CPU milliseconds a process used so far, from the kernel's own account (in hundredths of a second). */
async function cpuMs({ child }: Server): Promise<number> {
  const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** CPU milliseconds of the server for one page. */
async function cost(server: Server, authorization: string): Promise<number> {
  const body = JSON.stringify({ query });
  const headers = { 'content-type': 'application/json', accept: 'application/json', authorization };
  const ask = async (): Promise<void> => {
    const answer = await fetch(server.url, { method: 'POST', headers, body });
    const text = await answer.text();
    if (!answer.ok || !text.includes('"stateAfter"') || text.includes('"errors"'))
      throw new Error(text.slice(0, 500));
  };
  const run = async (count: number): Promise<void> => {
    let left = count;
    const loop = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await ask();
      }
    };
    await Promise.all(Array.from({ length: concurrency }, loop));
  };
  await run(requests);
  const before = await cpuMs(server);
  await run(requests);
  return ((await cpuMs(server)) - before) / requests;
}

/** Starts a server and waits for the line that says where it listens. */
async function listen(file: string, pattern: RegExp, env: NodeJS.ProcessEnv): Promise<Server> {
  const child = start(file, [], { ...env, NODE_ENV: 'production' });
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout!.on('data', (data: Buffer) => {
      printed = (printed + data.toString()).slice(-20_000);
      const match = pattern.exec(printed);
      if (match) resolve(match[1]!);
    });
    child.on('exit', () => reject(new Error(`${file} ended: ${printed.slice(-500)}`)));
  });
  return { child, url };
}

async function stop({ child }: Server): Promise<void> {
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

export function pageComparisons(databaseUrl: string): Comparison[] {
  let folder: string | undefined;
  const ours = async (): Promise<number> => {
    folder ??= await mkdtemp(join(tmpdir(), 'masar-bench-api-'));
    const env = { DATABASE_URL: databaseUrl, MASAR_DATA: folder, PORT: '0', LOG_LEVEL: 'info' };
    const server = await listen('apps/api/src/main.ts', /"url":"(http:[^"]+)".*Masar is ready/, env);
    try {
      const request = {
        subject: 'bench',
        roles: { '*': ['analyst' as const] },
        lifetimeSeconds: 3_600,
        now: new Date(),
      };
      const token = await issueToken(await loadTokenKey(folder), request);
      return await cost({ ...server, url: `${server.url}/graphql` }, `Bearer ${token}`);
    } finally {
      await stop(server);
    }
  };
  const peer = (file: string) => async (): Promise<number> => {
    // The first of ours fills the tables the peers read.
    if (folder === undefined) await ours();
    const server = await listen(`test/bench/workers/${file}.ts`, /listening (http:\S+)/, {
      DATABASE_URL: databaseUrl,
    });
    try {
      return await cost(server, '');
    } finally {
      await stop(server);
    }
  };
  const page = { unit: 'CPU ms/page', ours };
  return [
    {
      ...page,
      name: 'page of 50 × 6, of Apollo',
      against: "Nest's Apollo driver as usually written, same rows",
      target: 2,
      sense: 'atLeast',
      theirs: peer('page-apollo'),
      ratio: (mine, theirs) => theirs / mine,
    },
    {
      ...page,
      name: 'page of 50 × 6, of raw graphql-jit',
      against: 'raw Fastify + graphql-jit, same rows',
      target: 1.6,
      sense: 'atMost',
      theirs: peer('page-raw'),
    },
  ];
}
