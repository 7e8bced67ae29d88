import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Role, type TokenRequest, issueToken } from '@masar/access';
import { type Service, type ServiceOptions, startService } from '../../apps/api/src/composition/service.js';
import { createLogger } from '../../apps/api/src/platform/logging/logger.js';
import { Shutdown } from '../../apps/api/src/platform/shutdown.js';
import { allAsPublished } from './event-schemas.js';
import { GraphqlClient } from './graphql-client.js';
import type { TestStore, TestStores } from './stores.js';

/** The whole service in this process, on a store of its own. */
export interface InProcessService {
  readonly service: Service;
  readonly store: TestStore;
  /** Of its PostgreSQL, for tests that look at tables. */
  readonly connectionString: string;
  readonly dataFolder: string;
  /** Everything it logged so far, JSON a line. */
  logged(): string;
  /** Speaks to it with these roles for every programme, as a subject named after the first. */
  client(...roles: Role[]): Promise<GraphqlClient>;
  /** The same with a token of this content. @throws AccessError where none is issued for it */
  clientWith(content: Omit<TokenRequest, 'lifetimeSeconds' | 'now'>): Promise<GraphqlClient>;
  /** @throws where an event was stored that its published schema does not describe */
  stop(): Promise<void>;
}

export interface InProcessOptions extends Pick<ServiceOptions, 'now' | 'rhythm'> {
  /** Another service, to be a further node beside: on its store, with its keys. Left out: a store of its own. */
  readonly beside?: InProcessService;
}

/** A service that runs in this process, and what it takes to look at it and to end it. */
export interface StartedService {
  readonly service: Service;
  readonly shutdown: Shutdown;
  /** Everything it logged so far, JSON a line. */
  readonly logged: () => string;
  clientWith: InProcessService['clientWith'];
}

/** Starts one without waiting until it is ready. */
export async function startedService({
  dataFolder,
  ...options
}: Omit<ServiceOptions, 'settings' | 'log' | 'shutdown'> & {
  readonly dataFolder: string;
}): Promise<StartedService> {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ level: 'info', json: true, destination });
  const neverSignalled = { on: () => undefined, removeListener: () => undefined, exit: () => undefined };
  const shutdown = new Shutdown(log, neverSignalled);
  const service = await shutdown.starting(
    startService({
      settings: { host: '127.0.0.1', port: 0, dataFolder, production: false, logLevel: 'info', origins: [] },
      log,
      shutdown,
      ...options,
    }),
  );
  return {
    service,
    shutdown,
    logged: () => lines.join(''),
    clientWith: async (content) =>
      new GraphqlClient(
        service.url,
        await issueToken(service.tokenKey, { ...content, lifetimeSeconds: 3600, now: new Date() }),
      ),
  };
}

/** Starts it and waits until it is ready. */
export async function startInProcess(
  stores: Pick<TestStores, 'create'>,
  sample: boolean,
  { beside, ...options }: InProcessOptions = {},
): Promise<InProcessService> {
  const store = beside?.store ?? (await stores.create());
  const { connectionString, kurrent } = store;
  const dataFolder = beside?.dataFolder ?? (await mkdtemp(join(tmpdir(), 'masar-keys-')));
  const { service, shutdown, logged, clientWith } = await startedService({
    dataFolder,
    databaseUrl: connectionString,
    kurrent,
    sample,
    ...options,
  });
  await service.ready;
  return {
    service,
    store,
    connectionString,
    dataFolder,
    logged,
    client: (...roles) => clientWith({ subject: `test-${roles[0]}`, roles: { '*': roles } }),
    clientWith,
    stop: async () => {
      const checked = allAsPublished(store);
      await checked.catch(() => undefined);
      await shutdown.stop();
      if (!beside) await rm(dataFolder, { recursive: true, force: true });
      await checked;
    },
  };
}
