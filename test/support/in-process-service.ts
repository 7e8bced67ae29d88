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

/** Starts it and waits until it is ready. */
export async function startInProcess(
  stores: Pick<TestStores, 'create'>,
  sample: boolean,
  { beside, ...options }: InProcessOptions = {},
): Promise<InProcessService> {
  const store = beside?.store ?? (await stores.create());
  const { connectionString, kurrent } = store;
  const dataFolder = beside?.dataFolder ?? (await mkdtemp(join(tmpdir(), 'masar-keys-')));
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ level: 'info', json: true, destination });
  const neverSignalled = { on: () => undefined, removeListener: () => undefined, exit: () => undefined };
  const shutdown = new Shutdown(log, neverSignalled);
  const service = await shutdown.starting(
    startService({
      settings: { host: '127.0.0.1', port: 0, dataFolder, production: false, logLevel: 'info', origins: [] },
      databaseUrl: connectionString,
      kurrent,
      sample,
      log,
      shutdown,
      ...options,
    }),
  );
  await service.ready;
  const clientWith: InProcessService['clientWith'] = async (content) =>
    new GraphqlClient(
      service.url,
      await issueToken(service.tokenKey, { ...content, lifetimeSeconds: 3600, now: new Date() }),
    );
  return {
    service,
    store,
    connectionString,
    dataFolder,
    logged: () => lines.join(''),
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
