import 'reflect-metadata';
import { AccessError } from '@masar/access';
import { EmbeddedPostgresError, SchemaError, StoreError } from '@masar/event-store';
import { storePlaceOf } from '@masar/event-store/open';
import { VaultError } from '@masar/subjects';
import { banner } from './composition/banner.js';
import { startService } from './composition/service.js';
import { createLogger } from './platform/logging/logger.js';
import { type Settings, SettingsError, readSettings } from './platform/settings.js';
import { Shutdown } from './platform/shutdown.js';

/** Faults of the surroundings: their message is one line for the operator, their stack is of no use to anybody. */
const expected = [SettingsError, StoreError, SchemaError, EmbeddedPostgresError, AccessError, VaultError];

function fail(error: unknown): void {
  const known = expected.some((kind) => error instanceof kind);
  const busy = (error as { code?: unknown }).code === 'EADDRINUSE';
  const message = busy
    ? 'the port is in use: stop what uses it, or set PORT to another'
    : error instanceof Error && !known
      ? (error.stack ?? error.message)
      : (error as Error).message;
  process.stderr.write(`Masar could not start: ${message}\n`);
  process.exitCode = 1;
}

async function run(settings: Settings): Promise<void> {
  const log = createLogger({ level: settings.logLevel, json: settings.production });
  const shutdown = new Shutdown(log, process);
  shutdown.listen();
  const sample = !process.argv.includes('--empty');
  const store = storePlaceOf(process.env);
  const keysUrl = process.env['MASAR_KEYS_URL'] || undefined;
  try {
    const service = await shutdown.starting(
      startService({ settings, ...store, keysUrl, sample, log, shutdown }),
    );
    await service.ready;
    // Tokens are for the person at the terminal, not for a log that is kept.
    if (settings.production) log.info({ url: service.url, place: service.place }, 'Masar is ready');
    else process.stdout.write(`${await banner(service, new Date())}\n`);
  } catch (error) {
    // What fails because it was stopped has not failed.
    if (shutdown.isStopping) return;
    fail(error);
    await shutdown.stop();
    process.exit();
  }
}

try {
  await run(readSettings(process.env));
} catch (error) {
  fail(error);
}
