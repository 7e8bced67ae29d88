import { loadTokenKey } from '@masar/access';
import { EffectsWorker } from '@masar/commands';
import { type EventStore, WorkerLease } from '@masar/event-store';
import { type KurrentSettings, type OpenedEventStore, openEventStore } from '@masar/event-store/open';
import { ReadModels, readModels as definitions } from '@masar/read-models';
import { type SubjectVault, erasuresPath, masterKey, openVault } from '@masar/subjects';
import { CommandBus } from '@nestjs/cqrs';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../app.module.js';
import type { Backend } from '../backend.js';
import { LiveHub } from '../live/hub.js';
import type { Rhythm } from '../live/session.js';
import { LocalTokens } from '../platform/auth/authenticator.js';
import type { Logger } from 'pino';
import { type Platform, createPlatform } from '../platform/platform.js';
import { createServer } from '../platform/server.js';
import type { Settings } from '../platform/settings.js';
import type { Shutdown } from '../platform/shutdown.js';
import { sampleQueries } from '../sample/sample-queries.js';
import { type Ports, seedSample } from '../sample/seed-sample.js';
import { carryOutErasures } from './erasures.js';
import { logNotice, watchLive, watchProjections, watchSequencing } from './observation.js';
import { ReadModelReads } from './reads.js';
import { SequencerWatch } from './sequencer-watch.js';

export interface ServiceOptions {
  readonly settings: Settings;
  readonly databaseUrl: string | undefined;
  /** The server that is the store, its ordered log in the database; without one the database is the store. */
  readonly kurrent?: KurrentSettings | undefined;
  /** Where the keys of names are, unless in the same database. */
  readonly keysUrl?: string | undefined;
  /** Record the sample programme into an empty log. */
  readonly sample: boolean;
  readonly log: Logger;
  readonly shutdown: Shutdown;
  /** The recorder's clock; the machine's where left out. Tests set it. */
  readonly now?: () => Date;
  /** How often those who follow hear of it where nothing happens. Tests shorten it. */
  readonly rhythm?: Partial<Rhythm>;
}

/** A service that listens; `ready` settles when the first catch-up is done. */
export interface Service {
  readonly url: string;
  readonly place: string;
  readonly tokenKey: Uint8Array;
  readonly live: LiveHub;
  readonly ready: Promise<void>;
}

/** How long the first catch-up may take before the start is given up; a rebuild of a large log is the longest. */
const firstCatchUpMs = 60 * 60_000;

/**
 * Puts the service together and starts it. Everything opened is closed by `shutdown`, in the reverse order of need:
 * requests first, PostgreSQL last.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { settings, databaseUrl, kurrent, log, shutdown } = options;
  const { dataFolder } = settings;
  const opened = await openEventStore({
    databaseUrl,
    kurrent,
    dataFolder,
    applicationName: 'masar api',
    say: (message) => log.info(message),
    warn: (message) => log.warn(message),
  });
  const closers: (() => Promise<void>)[] = [() => opened.close()];
  try {
    const tokenKey = await loadTokenKey(dataFolder);
    const vault = await openVault({
      pool: opened.pool,
      keysUrl: options.keysUrl,
      masterKey: await masterKey(dataFolder),
      erasures: erasuresPath(dataFolder),
    });
    closers.unshift(() => vault.close());
    const erase = () => carryOutErasures(opened, vault, erasuresPath(dataFolder), log);
    await erase();
    const sequencer = opened.sequencing && new SequencerWatch(opened.sequencing, log);
    if (sequencer) closers.unshift(async () => sequencer.close());
    const models = await ReadModels.open({
      connectionString: opened.connectionString,
      log: opened.log,
      models: definitions,
      observe: (notice) => logNotice(log, notice),
    });
    closers.unshift(() => models.stop());
    const reads = await ReadModelReads.open(models, opened);
    closers.unshift(() => reads.close());
    const live: LiveHub = new LiveHub({
      log: opened.log,
      pool: opened.pool,
      reads,
      errors: () => platform.errors,
      schema: () => app.get(GraphQLSchemaHost, { strict: false }).schema,
      ...(options.rhythm && { rhythm: options.rhythm }),
    });
    const platform = createPlatform({
      production: settings.production,
      log,
      authenticator: new LocalTokens(tokenKey),
      reads,
      live,
      samples: sampleQueries,
      origins: settings.origins,
    });
    watchProjections(platform.metrics, reads);
    watchLive(platform.metrics, live);
    if (sequencer) watchSequencing(platform.metrics, sequencer);
    const app = await createServer(
      AppModule.for(platform, backendOf(opened, vault, platform, options)),
      platform,
    );
    closers.unshift(() => app.close());
    const worker = new EffectsWorker({
      store: opened.store,
      log: opened.log,
      lease: await WorkerLease.open(opened.pool, 'effects'),
      people: vault,
      onError: (err, event) => log.error({ err, position: event?.position }, 'an effect is not finished yet'),
    });
    const ready = addReadiness(platform, opened, reads, sequencer);
    addSteps(shutdown, { platform, app, live, worker, reads, models, vault, sequencer, opened });
    // From here on the steps close everything, whatever fails.
    closers.length = 0;
    await app.listen(settings.port, settings.host);
    models.start();
    worker.start();
    return {
      url: await app.getUrl(),
      place: opened.place,
      tokenKey,
      live,
      ready: untilSequenced(sequencer, erase)
        .then(() => prepare(options, app, opened, models))
        .then(ready),
    };
  } catch (error) {
    for (const close of closers) await close().catch(() => undefined);
    throw error;
  }
}

const machineClock = (): Date => new Date();

function backendOf(
  { store, log, pool }: OpenedEventStore,
  vault: SubjectVault,
  { metrics }: Platform,
  { now = machineClock }: ServiceOptions,
): Backend {
  return { store: counted(store, (events) => metrics.appends(events)), log, pool, vault, now };
}

/** The store, telling how many events it took. */
function counted(store: EventStore, took: (events: number) => void): EventStore {
  return {
    append: async (stream, expected, events) => {
      const appended = await store.append(stream, expected, events);
      if (!appended.duplicate) took(events.length);
      return appended;
    },
    readStream: (stream, range) => store.readStream(stream, range),
    close: () => store.close(),
  };
}

/** Waits until a log that is written from another store has what that store has: until then it may only seem empty. */
async function untilSequenced(
  sequencer: SequencerWatch | undefined,
  erase: () => Promise<void>,
): Promise<void> {
  if (!sequencer) return;
  await sequencer.untilFollowing();
  // What the log did not have at first.
  await erase();
}

/** Fills an empty log with the sample, and waits until everything recorded can be read. */
async function prepare(
  { sample, log, now = machineClock }: ServiceOptions,
  app: NestFastifyApplication,
  { store, log: eventLog }: OpenedEventStore,
  models: ReadModels,
): Promise<void> {
  if (sample) {
    const bus = app.get(CommandBus, { strict: false });
    const execute: Ports['execute'] = (command) => bus.execute(command);
    const recorded = await seedSample({ store, log: eventLog, now, execute });
    if (recorded > 0) log.info(`recorded the sample programme: ${recorded} commands`);
  }
  await models.caughtUp(firstCatchUpMs);
}

/** @returns what to call when the first catch-up is done */
function addReadiness(
  { readiness }: Platform,
  { log }: OpenedEventStore,
  reads: ReadModelReads,
  sequencer: SequencerWatch | undefined,
): () => void {
  let caughtUp = false;
  readiness.add('store', async () => {
    await log.head();
    return undefined;
  });
  if (sequencer) readiness.add('sequencer', () => sequencer.missing());
  readiness.add('readModels', () => (caughtUp ? reads.missing() : 'are catching up with the log'));
  return () => (caughtUp = true);
}

interface Parts {
  readonly platform: Platform;
  readonly app: NestFastifyApplication;
  readonly live: LiveHub;
  readonly worker: EffectsWorker;
  readonly reads: ReadModelReads;
  readonly models: ReadModels;
  readonly vault: SubjectVault;
  readonly sequencer: SequencerWatch | undefined;
  readonly opened: OpenedEventStore;
}

function addSteps(
  shutdown: Shutdown,
  { platform, app, live, worker, reads, models, vault, sequencer, opened }: Parts,
): void {
  shutdown.add('readiness', 1_000, () => platform.readiness.stop());
  shutdown.add('requests', 10_000, () => app.close());
  shutdown.add('subscriptions', 1_000, () => live.close());
  shutdown.add('effects', 10_000, () => worker.stop());
  shutdown.add('read models', 15_000, async () => {
    await reads.close();
    await models.stop();
  });
  // Last, and with it what writes the ordered log: an append is answered once its event is in there.
  shutdown.add('store', 30_000, async () => {
    sequencer?.close();
    await vault.close();
    await opened.close();
  });
}
