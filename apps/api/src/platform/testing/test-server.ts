import type { AddressInfo } from 'node:net';

import type { Role, RolesByProgramme } from '@masar/access';
import { issueToken } from '@masar/access';
import { Module, type DynamicModule } from '@nestjs/common';

import { LocalTokens } from '../auth/authenticator.js';
import { ApiError } from '../errors/api-error.js';
import { LIMITS, type Limits } from '../limits/limits.js';
import { createLogger } from '../logging/logger.js';
import { createPlatform, type Platform } from '../platform.js';
import { PlatformModule } from '../platform.module.js';
import type { PinnedRead, ReadSide, ReadStamp } from '../read-side.js';
import { createServer } from '../server.js';
import { SampleResolver } from './sample.resolver.js';

const KEY = new Uint8Array(32).fill(7);

export const STAMP: ReadStamp = {
  logId: '00000000-0000-4000-8000-000000000001',
  epoch: 1,
  position: 42,
  recordedAt: '2026-01-31T10:11:12.123456Z',
  lag: 0,
  projections: { things: 1 },
};

/** Reads that stand still at position 42, and count how often they are pinned and given back. */
class StandingReads implements ReadSide {
  pins: (number | undefined)[] = [];
  released = 0;

  async pin(atLeast?: number): Promise<PinnedRead> {
    this.pins.push(atLeast);
    if (atLeast !== undefined && atLeast > STAMP.position) {
      throw new ApiError('NOT_YET', 'not known up to there yet', { reached: STAMP.position });
    }
    return { stamp: STAMP, release: () => void (this.released += 1) };
  }

  stamp(): ReadStamp {
    return STAMP;
  }
}

@Module({ providers: [SampleResolver] })
class SampleModule {}

@Module({})
class TestModule {
  static for(platform: Platform): DynamicModule {
    return { module: TestModule, imports: [PlatformModule.for(platform), SampleModule] };
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: {
    data?: Record<string, unknown> | null;
    errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> & { code: string } }[];
    extensions?: { masar?: ReadStamp };
  };
}

export interface TestServer {
  readonly url: string;
  readonly platform: Platform;
  readonly reads: StandingReads;
  /** Everything logged so far. */
  logged(): string;
  /** A token of these roles in every programme, or as the map has it. */
  token(...roles: Role[] | [RolesByProgramme]): Promise<string>;
  tokenOf(subject: string, ...roles: Role[]): Promise<string>;
  fetch(path: string, init?: RequestInit): Promise<Answer>;
  /** POSTs a document as an analyst, or with the token given. */
  ask(query: string, variables?: object, token?: string): Promise<Answer>;
  /** Waits until it is so, 10 s at most. */
  until(condition: () => boolean | Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

export interface TestOptions extends Partial<Pick<Platform, 'live' | 'now' | 'origins'>> {}

/** The platform with the sample schema, on a port of its own, spoken to over HTTP. */
export async function startTestServer(
  production = false,
  limits: Limits = LIMITS,
  options: TestOptions = {},
): Promise<TestServer> {
  const lines: string[] = [];
  const log = createLogger({
    level: 'debug',
    json: true,
    destination: { write: (line) => void lines.push(line) },
  });
  const reads = new StandingReads();
  const platform = createPlatform({
    production,
    limits,
    log,
    authenticator: new LocalTokens(KEY, options.now),
    ...options,
    reads,
    samples: [{ query: '# What this is\n{ masar { version } }' }],
  });
  const app = await createServer(TestModule.for(platform), platform);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const issue = (subject: string, roles: RolesByProgramme): Promise<string> =>
    issueToken(KEY, { subject, roles, lifetimeSeconds: 3600, now: platform.now() });
  const token: TestServer['token'] = (...roles) =>
    issue('tester-1', isMap(roles) ? roles[0] : { '*': roles });
  const analyst = await token('analyst');
  const get = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(url + path, { redirect: 'manual', ...init });
    const text = await response.text();
    const json = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : {} };
  };
  return {
    url,
    platform,
    reads,
    logged: () => lines.join(''),
    token,
    tokenOf: (subject, ...roles) => issue(subject, { '*': roles }),
    fetch: get,
    ask: (query, variables, bearer = analyst) =>
      get('/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json',
          authorization: `Bearer ${bearer}`,
        },
        body: JSON.stringify({ query, variables }),
      }),
    until,
    close: () => app.close(),
  };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('it did not become so in 10 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function isMap(roles: Role[] | [RolesByProgramme]): roles is [RolesByProgramme] {
  return typeof roles[0] === 'object';
}
