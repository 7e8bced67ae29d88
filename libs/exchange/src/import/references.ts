/** What the rows read so far say of one reference. The only thing an import keeps for every item of a file. */
interface ReferenceRecord {
  /** Id of the item that goes by it; undefined where no row so far said. */
  item?: string;
  /** Streams taken for it in this file: the reference itself, then `~2`, `~3`. */
  claims: number;
}

/**
 * Which item a reference means at this point of the file, and how often each row identity has come up. References are
 * given in their normal form.
 */
export class References {
  private readonly records = new Map<string, ReferenceRecord>();
  private readonly occurrences = new Map<string, number>();

  /** The number of this occurrence of an identity, from 1. */
  count(identity: string): number {
    const occurrence = (this.occurrences.get(identity) ?? 0) + 1;
    this.occurrences.set(identity, occurrence);
    return occurrence;
  }

  itemOf(reference: string): string | undefined {
    return this.records.get(reference)?.item;
  }

  claimsOf(reference: string): number {
    return this.records.get(reference)?.claims ?? 0;
  }

  /** From here on the reference means this item. Answers with what takes it back. */
  point(reference: string, item: string, claims = this.claimsOf(reference)): () => void {
    const before = this.records.get(reference);
    this.records.set(reference, { item, claims });
    return () => {
      if (before) this.records.set(reference, before);
      else this.records.delete(reference);
    };
  }
}
