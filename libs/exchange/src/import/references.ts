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
  /** The reference each item goes by, as far as the file says. */
  private readonly names = new Map<string, string>();
  private readonly occurrences = new Map<string, number>();

  /** The number of this occurrence of an identity, from 1. */
  count(identity: string): number {
    const occurrence = this.counted(identity) + 1;
    this.occurrences.set(identity, occurrence);
    return occurrence;
  }

  /** How often an identity has come up so far. */
  counted(identity: string): number {
    return this.occurrences.get(identity) ?? 0;
  }

  itemOf(reference: string): string | undefined {
    return this.records.get(reference)?.item;
  }

  claimsOf(reference: string): number {
    return this.records.get(reference)?.claims ?? 0;
  }

  /** The reference an item goes by; undefined where the file has not said. */
  nameOf(item: string): string | undefined {
    return this.names.get(item);
  }

  /** From here on the reference means this item. Answers with what takes it back. */
  point(reference: string, item: string, claims = this.claimsOf(reference)): () => void {
    const before = this.records.get(reference);
    this.records.set(reference, { item, claims });
    return () => restore(this.records, reference, before);
  }

  /** From here on the item goes by this reference. Answers with what takes it back. */
  name(item: string, reference: string): () => void {
    const before = this.names.get(item);
    this.names.set(item, reference);
    return () => restore(this.names, item, before);
  }
}

function restore<V>(map: Map<string, V>, key: string, before: V | undefined): void {
  if (before === undefined) map.delete(key);
  else map.set(key, before);
}
