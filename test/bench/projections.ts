import { type Comparison, figureOf } from './measure.js';

/** Long enough for a second or more of steady work on either side. */
const events = 120_000;
const eventsOfEmmett = 6_000;

/** Live builds are made while the log is empty: each is then caught up once. */
const live = (round: number): string => `bench_live_${round}`;

/** Fills the log the projections read, for as many live projections as there are rounds of the rows that need one. */
export function fillLog(url: string, rounds: number): Promise<number> {
  return figureOf('fill', url, events, ...Array.from({ length: 2 * rounds }, (_, round) => live(round)));
}

/** Rows 4 to 6: projecting, events a second. */
export function projectionComparisons(url: string, rounds: number): Comparison[] {
  const row = { unit: 'events/s', sense: 'atLeast' as const };
  const pages = 'keyset pages of 1,000 of the same events, parsed';
  return [
    {
      ...row,
      name: 'live projection',
      against: pages,
      target: 0.45,
      ours: (round) => figureOf('project', url, live(round)),
      theirs: () => figureOf('read-pages', url),
    },
    {
      ...row,
      name: 'rebuild',
      against: pages,
      target: 0.6,
      ours: (round) => figureOf('project', url, `bench_rebuild_${round}`),
      theirs: () => figureOf('read-pages', url),
    },
    {
      ...row,
      name: "projection, of Emmett's",
      against: "Emmett's SQL projector",
      target: 15,
      ours: (round) => figureOf('project', url, live(rounds + round)),
      theirs: () => figureOf('project-emmett', url, eventsOfEmmett),
    },
  ];
}
