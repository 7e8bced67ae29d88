import {
  type OpenedSource,
  type OpenedTarget,
  type StoreAddress,
  databaseAddress,
  isKurrentAddress,
  openCopySource,
  openCopyTarget,
} from '@masar/event-store/copy';
import { CommandFailure } from '../failure.js';
import { dataFolder } from './workplace.js';

/** A store as a command line names it. */
export interface NamedStore {
  readonly store: string;
  /** Of its ordered log, where it is a server. */
  readonly database?: string | undefined;
  readonly prefix?: string | undefined;
}

/**
 * Where that is. The ordered log of a server is in `DATABASE_URL`, or in the data folder, where nothing else is said.
 *
 * @param side the option that names it
 * @throws CommandFailure, StoreError
 */
export function storeAddress({ store, database, prefix }: NamedStore, side: 'from' | 'to'): StoreAddress {
  if (!isKurrentAddress(store)) {
    const surplus =
      database !== undefined ? `${side}-database` : prefix !== undefined ? `${side}-prefix` : '';
    if (surplus !== '') {
      throw new CommandFailure(`--${surplus} goes with a KurrentDB, and --${side} names a PostgreSQL`);
    }
    return { database: databaseAddress(store) };
  }
  return {
    kurrent: { url: store, ...(prefix !== undefined && { prefix }) },
    database: databaseAddress(database ?? (process.env['DATABASE_URL'] || dataFolder())),
  };
}

/** Opens both, does the work, and closes them, whatever happens. */
export async function withBothStores<T>(
  from: StoreAddress,
  to: StoreAddress,
  work: (source: OpenedSource, target: OpenedTarget) => Promise<T>,
): Promise<T> {
  const opening = {
    applicationName: 'masar copy',
    say: (message: string) => process.stderr.write(`${message}\n`),
  };
  const source = await openCopySource(from, opening);
  try {
    const target = await openCopyTarget(to, opening);
    try {
      return await work(source, target);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
