import type { Client, Connection, Submittable } from 'pg';

/** The part of the driver's connection that COPY needs; its types leave it out. */
interface CopyConnection extends Connection {
  query(sql: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** Bounds the driver's write buffer per message, and what the server reads at once. */
const chunkBytes = 1 << 18;

/**
 * Loads lines of COPY's text format; one message after another, since a batch is bounded already.
 *
 * @throws DatabaseError a row was refused; none of the lines was kept
 */
export function copyIn(client: Client, into: string, lines: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    const copy: Submittable & Record<string, unknown> = {
      submit: (connection: Connection) => {
        (connection as CopyConnection).query(`COPY ${into} FROM STDIN`);
      },
      handleCopyInResponse: (connection: CopyConnection) => {
        const bytes = Buffer.from(lines);
        for (let at = 0; at < bytes.length; at += chunkBytes) {
          connection.sendCopyFromChunk(bytes.subarray(at, at + chunkBytes));
        }
        connection.endCopyFrom();
      },
      handleCommandComplete: () => undefined,
      handleReadyForQuery: () => (failure ? reject(failure) : resolve()),
      // After an error the driver forgets the query: `readyForQuery` is not handed on.
      handleError: (error: Error) => {
        failure = error;
        reject(error);
      },
    };
    client.query(copy);
  });
}
