import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '@masar/access';
import type { KurrentSettings } from '@masar/event-store/open';
import type { TestPostgres } from '@masar/event-store/testing';
import type { Service } from '../../../apps/api/src/composition/service.js';
import type { GraphqlClient } from '../../support/graphql-client.js';
import { type StartedService, startedService } from '../../support/in-process-service.js';
import type { KurrentDouble } from '../../support/kurrent-double/kurrent-double.js';

/** Waits that end while a test still looks. */
const limits = { patienceMs: 6_000, tryMs: 1_500, logMs: 2_000, readMs: 4_000, closeMs: 2_000 };

export interface KurrentServiceOptions {
  readonly sample?: boolean;
  /** Another service, to be a further node beside: on its database and server, with its keys. */
  readonly beside?: KurrentService;
}

/** The whole service in this process, on a double of KurrentDB. */
export class KurrentService {
  private constructor(
    private readonly started: StartedService,
    readonly connectionString: string,
    readonly dataFolder: string,
    readonly kurrent: KurrentSettings,
  ) {}

  /** Starts it; `service.ready` says when it is ready. */
  static async start(
    postgres: TestPostgres,
    double: KurrentDouble,
    { sample = false, beside }: KurrentServiceOptions = {},
  ): Promise<KurrentService> {
    const connectionString = beside?.connectionString ?? (await postgres.createDatabase());
    const dataFolder = beside?.dataFolder ?? (await mkdtemp(join(tmpdir(), 'masar-keys-')));
    const kurrent = beside?.kurrent ?? { url: double.url, prefix: 'service', limits };
    const started = await startedService({ dataFolder, databaseUrl: connectionString, kurrent, sample });
    return new KurrentService(started, connectionString, dataFolder, kurrent);
  }

  get service(): Service {
    return this.started.service;
  }

  get url(): string {
    return this.service.url;
  }

  /** Everything it logged so far, JSON a line. */
  logged(): string {
    return this.started.logged();
  }

  client(...roles: Role[]): Promise<GraphqlClient> {
    return this.started.clientWith({ subject: `test-${roles[0]}`, roles: { '*': roles } });
  }

  /** What is missing, by check; empty where it is ready. */
  async missing(): Promise<Readonly<Record<string, string>>> {
    const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(10_000) });
    return ((await answer.json()) as { missing: Record<string, string> }).missing;
  }

  /** @returns whether every step of it ended well and in time */
  stop(): Promise<boolean> {
    return this.started.shutdown.stop();
  }

  /** After the last node was stopped. */
  async removeFolder(): Promise<void> {
    await rm(this.dataFolder, { recursive: true, force: true });
  }
}
