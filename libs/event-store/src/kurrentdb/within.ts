/**
 * What it comes to, or what is said instead where it takes longer than this many milliseconds. What becomes of it after
 * that is heard by nobody.
 */
export async function within<T>(running: Promise<T>, ms: number, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms));
  });
  try {
    return await Promise.race([running, over.then(late)]);
  } finally {
    clearTimeout(timer);
    running.catch(() => undefined);
  }
}
