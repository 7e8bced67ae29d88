/**
 * - `NO_BINARIES`: no PostgreSQL for this platform was installed, or it cannot run here.
 * - `FOREIGN_PG_VERSION`: the folder holds data of another major version of PostgreSQL.
 * - `DATA_DIR_NOT_ACCESSIBLE`: this user may not read or write the data folder.
 * - `DATA_DIR_IN_USE`: another PostgreSQL, or a process that does not finish, holds the folder.
 * - `START_FAILED`: PostgreSQL ended while starting, or could not be initialised.
 * - `NOT_REACHABLE`: PostgreSQL runs and does not answer in time.
 */
export type EmbeddedPostgresErrorCode =
  | 'NO_BINARIES'
  | 'FOREIGN_PG_VERSION'
  | 'DATA_DIR_NOT_ACCESSIBLE'
  | 'DATA_DIR_IN_USE'
  | 'START_FAILED'
  | 'NOT_REACHABLE';

/** The embedded PostgreSQL could not be had. The message says what happened, where, and what to do about it. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  constructor(
    readonly code: EmbeddedPostgresErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The code of an error of Node's core or of PostgreSQL; empty for anything else. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
