import type { Connection } from './connection.js';
import type { Following, LiveOperation, LiveSource, Outlet } from './live-source.js';

/**
 * One subscription of a connection: what its source sends to, and what graphql-ws waits on until it ends.
 *
 * Messages do not pass through graphql-ws, which would parse and compose each of them for each client: they are written to
 * the connection as they come. As an iterable it yields nothing, and ends or fails when the subscription does.
 */
export class Subscription implements Outlet, AsyncIterableIterator<never, undefined> {
  /** True from its end on, whoever ended it. */
  over = false;
  /** Messages of the client about its id, from its end until graphql-ws has forgotten it: the id may be used again. */
  readonly held: string[] = [];
  private readonly start: Buffer;
  private following: Following | undefined;
  private settle!: { done(): void; failed(error: unknown): void };
  private readonly ended = new Promise<IteratorReturnResult<undefined>>((resolve, reject) => {
    this.settle = { done: () => resolve({ done: true, value: undefined }), failed: reject };
  });

  constructor(
    private readonly connection: Connection,
    id: string,
    private readonly release: () => void,
  ) {
    this.start = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
    // Where the client left before, nobody waits for the error.
    this.ended.catch(() => undefined);
  }

  /** Begins to follow. @throws what the source throws, unless the client has left meanwhile */
  async begin(source: LiveSource, operation: LiveOperation): Promise<void> {
    try {
      const following = await source.follow(operation, this);
      if (this.over) following.end();
      else this.following = following;
    } catch (error) {
      if (this.over) return;
      this.finish();
      throw error;
    }
  }

  send(result: string): void {
    if (!this.over) this.connection.sendNext(this.start, result);
  }

  get backlog(): number {
    return this.connection.backlog;
  }

  async drained(): Promise<void> {
    if (this.over) return;
    await Promise.race([this.connection.drained(), this.ended.catch(() => undefined)]);
  }

  end(error?: unknown): void {
    if (this.over) return;
    this.finish();
    if (error === undefined) this.settle.done();
    else this.settle.failed(error);
  }

  /** The client left, or is gone. */
  leave(): void {
    if (this.over) return;
    const { following } = this;
    this.finish();
    this.settle.done();
    following?.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorReturnResult<undefined>> {
    return this.ended;
  }

  /** graphql-ws calls it where the client completes or its connection closes. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.leave();
    return { done: true, value: undefined };
  }

  private finish(): void {
    this.over = true;
    this.following = undefined;
    this.release();
  }
}
