import { StoreError } from '../errors.js';
import type { AppendRequest } from './append-request.js';

type Queued = Pick<AppendRequest, 'stream' | 'ids' | 'bytes'>;

/** What one process holds of appends that wait or are under way. */
const maxHeldBytes = 64 * 1024 * 1024;

/**
 * Appends that wait, in the order they came. What was taken is under way until it is released: meanwhile no other append
 * to its stream, or with an id of its, is given out.
 */
export class AppendQueue<A extends Queued> {
  private waiting: A[] = [];
  private readonly order = new WeakMap<A, number>();
  private added = 0;
  private heldBytes = 0;
  private readonly streams = new Map<string, A>();
  private readonly ids = new Set<string>();

  /** @param what the store, as a refusal names it */
  constructor(private readonly what: string) {}

  /** How many wait. */
  get length(): number {
    return this.waiting.length;
  }

  /** @throws StoreError `OVERLOADED` */
  add(append: A): void {
    if (this.heldBytes + append.bytes > maxHeldBytes) {
      throw new StoreError('OVERLOADED', `too many appends wait for ${this.what}; try again later`);
    }
    this.heldBytes += append.bytes;
    this.added += 1;
    this.order.set(append, this.added);
    this.waiting.push(append);
  }

  /** The next in order, each stream and each event id at most once in all that is under way. */
  take(maxEvents: number, maxBytes: number): A[] {
    const taken: A[] = [];
    const left: A[] = [];
    /** Streams of which an earlier append has to wait. */
    const held = new Set<string>();
    let events = 0;
    let bytes = 0;
    let index = 0;
    for (; index < this.waiting.length && events < maxEvents && bytes < maxBytes; index += 1) {
      const append = this.waiting[index]!;
      const { stream, ids } = append;
      if (held.has(stream) || this.streams.has(stream) || ids.some((id) => this.ids.has(id))) {
        left.push(append);
        held.add(stream);
        continue;
      }
      this.streams.set(stream, append);
      for (const id of ids) this.ids.add(id);
      events += ids.length;
      bytes += append.bytes;
      taken.push(append);
    }
    this.waiting = [...left, ...this.waiting.slice(index)];
    return taken;
  }

  /** Was taken, and waits again, where it was before: before all that came after it. */
  putBack(append: A): void {
    const cameAs = (one: A): number => this.order.get(one) ?? 0;
    const index = this.waiting.findIndex((other) => cameAs(other) > cameAs(append));
    this.waiting.splice(index < 0 ? this.waiting.length : index, 0, append);
    this.free(append);
  }

  /** Lets the next append to its stream go; its ids stay its own. */
  releaseStream(append: A): void {
    if (this.streams.get(append.stream) === append) this.streams.delete(append.stream);
  }

  /** It was answered. */
  release(append: A): void {
    this.free(append);
    this.heldBytes -= append.bytes;
  }

  private free(append: A): void {
    this.releaseStream(append);
    for (const id of append.ids) this.ids.delete(id);
  }
}
