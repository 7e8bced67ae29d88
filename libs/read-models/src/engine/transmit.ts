import type { Client, Connection, Submittable } from 'pg';

/** One statement; with `lines`, a `COPY … FROM STDIN` and what it reads. */
export interface Step {
  readonly sql: string;
  /** COPY's text format. */
  readonly lines?: string;
}

/** The part of the driver's connection that this needs; its types leave it out. */
interface WireConnection extends Connection {
  query(sql: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** Bounds one message. */
const chunkBytes = 1 << 18;

/**
 * Runs the steps as one transaction in one round trip: everything is sent at once, so the server works through
 * it while this process folds the next batch. It commits with the last step; an error undoes all.
 *
 * The simple query protocol runs the statements of one message in one transaction; COPY's data may follow
 * before it is asked for, since a server that has failed ignores it.
 *
 * @throws DatabaseError the first error
 */
export function transmit(client: Client, steps: readonly Step[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const nothing = (): void => undefined;
    let failed = false;
    const batch: Submittable & Record<string, unknown> = {
      submit: (connection: Connection) => {
        const wire = connection as WireConnection;
        wire.stream.cork();
        wire.query(steps.map(({ sql }) => sql).join(';\n'));
        for (const { lines } of steps) {
          if (lines === undefined) continue;
          const bytes = Buffer.from(lines);
          for (let at = 0; at < bytes.length; at += chunkBytes) {
            wire.sendCopyFromChunk(bytes.subarray(at, at + chunkBytes));
          }
          wire.endCopyFrom();
        }
        wire.stream.uncork();
      },
      handleCopyInResponse: nothing,
      handleRowDescription: nothing,
      handleDataRow: nothing,
      handleCommandComplete: nothing,
      handleEmptyQuery: nothing,
      handleReadyForQuery: () => {
        if (!failed) resolve();
      },
      // The driver lets go of a query that failed, and waits by itself until the server is ready again.
      handleError: (error: Error) => {
        failed = true;
        reject(error);
      },
    };
    client.query(batch);
  });
}
