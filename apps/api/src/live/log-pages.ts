import { type Batch, sizeOf } from './batch.js';
import { BoundedCache } from '../platform/bounded-cache.js';
import { Slots } from './slots.js';

/** Events of a page read back from the log. */
const pageEvents = 100;
/** Characters of recent batches kept, and of pages further back. */
const mostRecent = 8 * 1024 * 1024;
const mostPages = 16 * 1024 * 1024;
const readsAtATime = 2;

/** The log in pieces: what was served last is at hand; what lies further back is read once for all who ask for it. */
export class LogPages {
  /** One after the other, without a gap between them. */
  private readonly recent: { readonly batch: Batch; readonly size: number }[] = [];
  private recentSize = 0;
  private readonly pages = new BoundedCache<Batch>(mostPages);
  private readonly reading = new Map<string, Promise<Batch>>();
  private readonly slots = new Slots(readsAtATime);

  constructor(
    /** Reads the events in (after, upTo], all of them, with their facts. */
    private readonly read: (after: number, upTo: number) => Promise<Batch>,
  ) {}

  /** The batch that was served last. */
  add(batch: Batch): void {
    const size = sizeOf(batch);
    this.recent.push({ batch, size });
    this.recentSize += size;
    while (this.recentSize > mostRecent) this.recentSize -= this.recent.shift()!.size;
  }

  /** The piece of the log that `after` lies in or before, whole: events up to `upTo` at most. */
  async containing(after: number, upTo: number): Promise<Batch> {
    const found = this.recent.find(({ batch }) => batch.after <= after && after < batch.upTo);
    if (found) return found.batch;
    const start = Math.floor(after / pageEvents) * pageEvents;
    const end = Math.min(start + pageEvents, upTo);
    const key = `${start}-${end}`;
    const kept = this.pages.get(key);
    if (kept) return kept;
    const reading = this.reading.get(key);
    if (reading) return reading;
    const page = this.slots.run(() => this.read(start, end)).finally(() => this.reading.delete(key));
    this.reading.set(key, page);
    const batch = await page;
    this.pages.set(key, batch, sizeOf(batch));
    return batch;
  }
}
