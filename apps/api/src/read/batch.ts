import DataLoader from 'dataloader';
import type { At } from '@masar/read-models';
import type { ReadContext } from '../platform/read-context.js';

type Fetch<R> = (at: At, keys: readonly string[]) => Promise<readonly R[]>;

/** The most keys of one statement: a page of items, each with a few of everything. */
const maxBatchSize = 1_000;

/**
 * The rows that belong to a key, read together for all objects of a request that ask at the same position: a page costs
 * one statement a field, however long it is.
 *
 * @param name of the field, with whatever argument shapes its rows
 */
export function rowsByKey<R extends { readonly key: string }>(
  request: ReadContext,
  name: string,
  at: At,
  key: string,
  fetch: Fetch<R>,
): Promise<readonly R[]> {
  return grouped(request, name, at, key, fetch, (row) => row.key);
}

/** {@link rowsByKey}, for rows that belong to something else than their own key. */
export function grouped<R>(
  request: ReadContext,
  name: string,
  at: At,
  key: string,
  fetch: Fetch<R>,
  keyOf: (row: R) => string,
): Promise<readonly R[]> {
  const loader = request.loader(`${name}@${at.position}`, () => {
    const load = async (keys: readonly string[]): Promise<R[][]> => {
      const byKey = new Map<string, R[]>();
      for (const row of await fetch(at, keys)) {
        const rows = byKey.get(keyOf(row));
        if (rows) rows.push(row);
        else byKey.set(keyOf(row), [row]);
      }
      return keys.map((one) => byKey.get(one) ?? []);
    };
    return new DataLoader<string, readonly R[]>(load, { maxBatchSize });
  });
  return loader.load(key);
}
