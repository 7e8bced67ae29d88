import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition; what it throws meanwhile counts as not yet. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      if (await condition()) return;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`it never came to: ${what}`, { cause: last });
    await delay(20);
  }
}
