import { StoreError } from './errors.js';
import type { KurrentLimits } from './kurrentdb/append-limits.js';

/** A KurrentDB or EventStoreDB that events are appended to. */
export interface KurrentSettings {
  /** `kurrentdb://…`, `kurrentdb+discover://…` or `esdb://…`. May hold a password: never shown. */
  readonly url: string;
  /** What the names of our streams begin with there; `masar` where left out. */
  readonly prefix?: string;
  /** How long the parts of an append and of a read may take, where not as usual. */
  readonly limits?: Partial<KurrentLimits>;
}

/** Where the events are, as the environment has it. */
export interface StorePlace {
  /** `DATABASE_URL`; without one an embedded PostgreSQL is used. */
  readonly databaseUrl: string | undefined;
  /** `KURRENTDB_URL` and `KURRENTDB_PREFIX`; without them PostgreSQL is the store. */
  readonly kurrent: KurrentSettings | undefined;
}

/**
 * Reads where the store is. What is wrong with an address is said when it is opened.
 *
 * @throws StoreError `UNSAFE_STORE` for a prefix on no server: what was meant for one would go to PostgreSQL
 */
export function storePlaceOf(environment: Readonly<Record<string, string | undefined>>): StorePlace {
  const databaseUrl = environment['DATABASE_URL'] || undefined;
  const url = environment['KURRENTDB_URL'] || undefined;
  const prefix = environment['KURRENTDB_PREFIX'] || undefined;
  if (url === undefined && prefix !== undefined) {
    throw new StoreError(
      'UNSAFE_STORE',
      'KURRENTDB_PREFIX is set and KURRENTDB_URL is not: set both, or neither to keep events in PostgreSQL',
    );
  }
  return { databaseUrl, kurrent: url === undefined ? undefined : { url, ...(prefix && { prefix }) } };
}
