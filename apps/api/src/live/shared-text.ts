import { randomUUID } from 'node:crypto';
import { BoundedCache } from '../platform/bounded-cache.js';

/** Stands in a shared text where each follower's own position belongs; a secret, so that no text can hold it. */
export const cursor = randomUUID();

/** The JSON text of an execution result, but for where its reader's last message ended. */
export class SharedText {
  private readonly parts: readonly string[];
  private last: { readonly after: number; readonly text: string } | undefined;

  constructor(result: object) {
    this.parts = JSON.stringify(result).split(JSON.stringify(cursor));
  }

  /** Characters it has. */
  get size(): number {
    return this.parts.reduce((sum, part) => sum + part.length, 100);
  }

  /** For a follower whose last message ended at `after`; the same string for all of them. */
  from(after: number): string {
    if (this.last?.after !== after) this.last = { after, text: this.parts.join(String(after)) };
    return this.last.text;
  }
}

/** Characters of texts kept, for whoever comes next. */
const mostKept = 16 * 1024 * 1024;

/** The texts made lately, by document and message: what one follower was sent is at hand for the others. */
export class SharedTexts {
  private readonly kept = new BoundedCache<SharedText>(mostKept);
  private readonly making = new Map<string, Promise<SharedText>>();
  private count = 0;
  private generation = 0;

  /** How many were made so far. */
  get made(): number {
    return this.count;
  }

  async of(key: string, make: () => Promise<SharedText>): Promise<SharedText> {
    const kept = this.kept.get(key);
    if (kept) return kept;
    const under = this.making.get(key);
    if (under) return under;
    const { generation } = this;
    const making = make();
    this.making.set(key, making);
    try {
      const text = await making;
      this.count += 1;
      // Once in its parts, once as it was put together last.
      if (generation === this.generation) this.kept.set(key, text, 2 * text.size);
      return text;
    } finally {
      if (this.making.get(key) === making) this.making.delete(key);
    }
  }

  /** Something is classified otherwise: what was made before may show what may not be seen any more. */
  forget(): void {
    this.generation += 1;
    this.kept.clear();
    this.making.clear();
  }
}
