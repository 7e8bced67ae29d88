import type { Lasting } from '@masar/domain';

/** The days of a stretch under the names columns give them. */
export function daysOf({ from, to }: Lasting) {
  return {
    from_earliest: from.earliest,
    from_latest: from.latest,
    to_earliest: to?.earliest ?? null,
    to_latest: to?.latest ?? null,
  };
}
