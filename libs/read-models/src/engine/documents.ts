import type { AnyRow, TableLayout, Version } from './layout.js';

/** The current rows of one key, as `evolve` sees them and as versions. */
export interface Document {
  /** By table name; current tables only. */
  readonly rows: Record<string, readonly AnyRow[]>;
  /** By table, in the order of the layout; empty for append tables. */
  readonly versions: (readonly Version[])[];
  /** The last batch that used it. */
  batch: number;
}

/**
 * The documents in memory, least recently used first. A document weighs its rows and one; {@link evict} keeps
 * the sum within the bound.
 */
export class Documents {
  private readonly byKey = new Map<string, Document>();
  private weight = 0;

  constructor(
    private readonly layout: readonly TableLayout[],
    /** May be changed at any time; {@link evict} follows. */
    public bound: number,
  ) {}

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  get isOverfull(): boolean {
    return this.weight > this.bound;
  }

  /** The document, made empty where there is none, as the most recently used. */
  touch(key: string, batch: number): Document {
    let document = this.byKey.get(key);
    if (document === undefined) {
      document = { rows: {}, versions: this.layout.map(() => []), batch };
      for (const table of this.layout) if (!table.appends) document.rows[table.name] = [];
      this.weight += 1;
    } else if (document.batch === batch) {
      return document;
    } else {
      this.byKey.delete(key);
      document.batch = batch;
    }
    this.byKey.set(key, document);
    return document;
  }

  /** Gives a document the versions one table holds from now on, in order of identity. */
  replace(document: Document, table: number, versions: readonly Version[]): void {
    this.weight += versions.length - document.versions[table]!.length;
    document.versions[table] = versions;
    document.rows[this.layout[table]!.name] = versions.map((version) => version.row);
  }

  /** Takes in what was loaded for these keys, by table; keys without a version become empty documents. */
  put(keys: readonly string[], batch: number, loaded: readonly (readonly Version[])[]): void {
    for (const key of keys) this.touch(key, batch);
    loaded.forEach((versions, table) => {
      const byKey = new Map<string, Version[]>();
      for (const version of versions) {
        const own = byKey.get(version.key);
        if (own) own.push(version);
        else byKey.set(version.key, [version]);
      }
      for (const [key, own] of byKey) {
        own.sort((one, other) => this.layout[table]!.compare(one.row, other.row));
        this.replace(this.touch(key, batch), table, own);
      }
    });
  }

  /** Forgets the least recently used beyond the bound, but none that a batch not yet written has used. */
  evict(written: number): void {
    for (const [key, document] of this.byKey) {
      if (!this.isOverfull || document.batch > written) return;
      this.byKey.delete(key);
      this.weight -= 1 + document.versions.reduce((sum, versions) => sum + versions.length, 0);
    }
  }

  values(): Iterable<Document> {
    return this.byKey.values();
  }

  clear(): void {
    this.byKey.clear();
    this.weight = 0;
  }
}
