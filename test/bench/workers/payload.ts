/** About 340 bytes of event data, as a recommendation's event has. */
export function payload(n: number): { [key: string]: string | number | boolean } {
  return {
    programme: 'BENCH',
    reference: `ITEM-${n}`,
    state: 'UnderReview',
    title: 'Set up one register of cases, kept by one unit and open to the others',
    reason: 'The files of the units do not agree, and nobody can say how many cases there are. '.repeat(2),
    illustrative: true,
  };
}

/** Appends from `concurrency` loops for a while after a warm-up; prints events a second. */
export async function appendFor(
  concurrency: number,
  seconds: number,
  append: (n: number) => Promise<unknown>,
): Promise<void> {
  let n = 0;
  let counted = 0;
  const warmUntil = performance.now() + 700;
  const until = warmUntil + seconds * 1_000;
  const loop = async (): Promise<void> => {
    while (performance.now() < until) {
      await append((n += 1));
      const now = performance.now();
      if (now > warmUntil && now < until) counted += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  process.stdout.write(`${counted / seconds}\n`);
}
