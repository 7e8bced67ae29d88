import { isLoopback } from './auth/loopback.js';

/** What the environment says about how the service runs. */
export interface Settings {
  /** Address to listen on: `HOST`, 127.0.0.1. */
  readonly host: string;
  /** Port to listen on: `PORT`, 3000; 0 lets the system choose. */
  readonly port: number;
  /** Folder of keys and of the embedded database: `MASAR_DATA`, `.masar`. */
  readonly dataFolder: string;
  /** `NODE_ENV=production`: no introspection, no GraphiQL, JSON logs. */
  readonly production: boolean;
  /** `LOG_LEVEL`: `info`. */
  readonly logLevel: LogLevel;
  /** Origins of pages elsewhere that may call the service: `MASAR_ORIGINS`, separated by commas; none. */
  readonly origins: readonly string[];
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A setting that cannot be; `message` is one line for the operator. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads the settings.
 *
 * @throws SettingsError for a value that cannot be, and for an address local tokens are not safe on
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const host = environment['HOST'] || '127.0.0.1';
  const port = Number(environment['PORT'] || '3000');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new SettingsError('PORT must be a number from 0 to 65535');
  }
  const logLevel = LOG_LEVELS.find((level) => level === (environment['LOG_LEVEL'] || 'info'));
  if (!logLevel) throw new SettingsError(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  assertLocal(host);
  return {
    host,
    port,
    dataFolder: environment['MASAR_DATA'] || '.masar',
    production: environment['NODE_ENV'] === 'production',
    logLevel,
    origins: originsOf(environment['MASAR_ORIGINS'] || ''),
  };
}

/** Exactly as browsers send them, so that they are compared as they stand. */
function originsOf(list: string): string[] {
  const origins = list
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    if ((url?.protocol === 'http:' || url?.protocol === 'https:') && url.origin === origin) continue;
    throw new SettingsError(
      `MASAR_ORIGINS has ${JSON.stringify(origin)}: an origin is written https://example.org or http://localhost:5173, without a path`,
    );
  }
  return origins;
}

/** Tokens signed with a key on this machine are good enough on this machine only. */
function assertLocal(host: string): void {
  if (isLoopback(host)) return;
  throw new SettingsError(
    `HOST=${host} is not a loopback address: local tokens are accepted on 127.0.0.1, ::1 or localhost only`,
  );
}
