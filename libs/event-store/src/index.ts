export * from './ports.js';
export * from './errors.js';
export { EmbeddedPostgresError } from './embedded/embedded-error.js';
export type { EmbeddedPostgresErrorCode } from './embedded/embedded-error.js';
export { startEmbeddedPostgres } from './embedded/embedded-postgres.js';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded/embedded-postgres.js';
