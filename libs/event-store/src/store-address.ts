import { StoreError } from './errors.js';
import type { KurrentSettings } from './store-settings.js';

/** A PostgreSQL somewhere, or the embedded one of a data folder. */
export type DatabaseAddress = { readonly databaseUrl: string } | { readonly dataFolder: string };

/** A store: a database alone, or a server with the database that has its ordered log. */
export interface StoreAddress {
  readonly database: DatabaseAddress;
  readonly kurrent?: KurrentSettings;
}

/** `postgres://…`, `embedded:FOLDER`, or a folder. @throws StoreError `UNSAFE_STORE` for anything else */
export function databaseAddress(text: string): DatabaseAddress {
  if (/^postgres(ql)?:\/\//.test(text)) return { databaseUrl: text };
  const dataFolder = text.replace(/^embedded:/, '');
  if (dataFolder !== '' && !dataFolder.includes('://')) return { dataFolder };
  throw new StoreError(
    'UNSAFE_STORE',
    // What it is might hold a password.
    `${JSON.stringify(text.slice(0, text.indexOf(':') + 1))} begins no address of a database: name postgres://…, embedded:FOLDER, or a folder`,
  );
}

/** Whether it names a server, whose ordered log is in a database beside it. */
export function isKurrentAddress(text: string): boolean {
  return /^(kurrentdb|kurrent|kdb|esdb)(\+discover)?:\/\//.test(text);
}
