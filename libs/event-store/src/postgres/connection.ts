import type { ClientConfig } from 'pg';

/**
 * How every connection of ours is set up: UTC and ISO dates, which the readers of rows count on; no JIT, which costs
 * more than these queries; keep-alive, so that a dead peer is noticed.
 */
export function connectionConfig(connectionString: string, applicationName: string): ClientConfig {
  return {
    connectionString,
    application_name: applicationName,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    options: '-c timezone=UTC -c datestyle=ISO -c jit=off -c default_transaction_isolation=read\\ committed',
  };
}

/** Waits between tries: doubled each time, up to two seconds. */
export function backoffMs(attempt: number): number {
  return Math.min(2_000, 25 * 2 ** Math.min(attempt, 10));
}
