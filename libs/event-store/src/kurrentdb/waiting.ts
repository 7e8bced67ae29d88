/** What is known to be on the server and awaited in the log. */
export class Waiting {
  private readonly begun = new Set<{ readonly at: number }>();

  /** @returns what ends it */
  begin(): () => void {
    const one = { at: Date.now() };
    this.begun.add(one);
    return () => {
      this.begun.delete(one);
    };
  }

  /** Since when the oldest waits, in milliseconds since 1970; undefined where nothing does. */
  get since(): number | undefined {
    return this.begun.values().next().value?.at;
  }
}
