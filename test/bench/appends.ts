import { type Comparison, figureOf } from './measure.js';

const emmett = "Emmett's PostgreSQL store, same server";
const floors: readonly (readonly [concurrency: number, target: number])[] = [
  [1, 1.2],
  [16, 3],
  [64, 6],
  [256, 6],
];

/** Rows 1 to 3: appending, events a second over `seconds`. */
export function appendComparisons(url: string, seconds: number): Comparison[] {
  const twice = async (worker: string): Promise<number> => {
    const both = [figureOf(worker, url, 32, seconds), figureOf(worker, url, 32, seconds)];
    const [a, b] = await Promise.all(both);
    return a! + b!;
  };
  const row = { unit: 'events/s', sense: 'atLeast' as const };
  return [
    ...floors.map(([concurrency, target]) => ({
      ...row,
      name: `append one event, concurrency ${concurrency}`,
      against: emmett,
      target,
      ours: () => figureOf('append-ours', url, concurrency, seconds),
      theirs: () => figureOf('append-emmett', url, concurrency, seconds),
    })),
    {
      ...row,
      name: 'append, two processes × 32',
      against: emmett,
      target: 6,
      ours: () => twice('append-ours'),
      theirs: () => twice('append-emmett'),
    },
    {
      ...row,
      name: 'append, concurrency 256, of raw inserts',
      against: 'raw 500-row inserts, same columns and indexes',
      target: 0.6,
      ours: () => figureOf('append-ours', url, 256, seconds),
      theirs: () => figureOf('insert-raw', url, seconds),
    },
  ];
}
