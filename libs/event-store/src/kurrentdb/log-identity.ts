import { randomUUID } from 'node:crypto';
import type { EventData } from '@kurrent/kurrentdb-client';
import { StoreError } from '../errors.js';
import type { LogIdentity } from '../ports.js';
import { canonicalise } from '../postgres/canonical.js';
import type { KurrentConnection } from './kurrent-connection.js';
import { KurrentFault } from './kurrent-fault.js';
import type { StreamNames } from './names.js';
import { patiently } from './patiently.js';
import { readServerStream } from './reading.js';

/*
 * Which log the events under a prefix are: the last event of the control stream, `<prefix>.log`, which is no stream of the
 * log. Its data are the storage format: `{"epoch":1,"logId":"…"}` in octets.
 */
const type = 'LogIdentified';

/**
 * The log's identity on the server; undefined where none was written.
 *
 * @throws StoreError `UNSAFE_STORE` where what stands there is none; `UNAVAILABLE`
 */
export async function readIdentity(
  connection: KurrentConnection,
  names: StreamNames,
): Promise<LogIdentity | undefined> {
  return (await lastIdentity(connection, names))?.identity;
}

/**
 * Gives the log on the server its identity, once, whoever else does the same.
 *
 * @throws StoreError `UNSAFE_STORE` where somebody gave it another meanwhile; `UNAVAILABLE`
 */
export async function writeIdentity(
  connection: KurrentConnection,
  names: StreamNames,
  { logId, epoch }: LogIdentity,
): Promise<void> {
  const isThere = (found: LogIdentity | undefined) => found?.logId === logId && found.epoch === epoch;
  const last = await lastIdentity(connection, names);
  if (isThere(last?.identity)) return;
  const event = {
    id: randomUUID(),
    type,
    contentType: 'application/octet-stream',
    data: new Uint8Array(Buffer.from(canonicalise({ logId, epoch }))),
  } as unknown as EventData;
  const streamState = last ? last.revision : 'no_stream';
  try {
    await patiently(() =>
      connection.request(`appending to ${names.identity}`, (client) =>
        client.appendToStream(names.identity, event, { streamState }),
      ),
    );
  } catch (error) {
    if (error instanceof KurrentFault && error.kind === 'conflict') {
      const now = await readIdentity(connection, names);
      if (isThere(now)) return;
      throw new StoreError(
        'UNSAFE_STORE',
        `${names.identity} names log ${now?.logId}, epoch ${now?.epoch}, since a moment ago: somebody else writes to it`,
      );
    }
    if (error instanceof KurrentFault) {
      throw new StoreError('UNSAFE_STORE', error.message, { cause: error });
    }
    throw error;
  }
}

async function lastIdentity(
  connection: KurrentConnection,
  names: StreamNames,
): Promise<{ readonly identity: LogIdentity; readonly revision: bigint } | undefined> {
  const [event] = await patiently(() =>
    readServerStream(connection, names.identity, { direction: 'backwards', limit: 1 }),
  );
  if (!event) return undefined;
  const identity = event.type === type ? parsed(event.data) : undefined;
  if (identity) return { identity, revision: event.revision };
  throw new StoreError(
    'UNSAFE_STORE',
    `event ${event.revision} of ${names.identity}, which tells which log this is, was not written by Masar: set another KURRENTDB_PREFIX`,
  );
}

function parsed(data: unknown): LogIdentity | undefined {
  if (!(data instanceof Uint8Array)) return undefined;
  try {
    const { logId, epoch } = JSON.parse(Buffer.from(data).toString('utf8')) as Record<string, unknown>;
    return typeof logId === 'string' && Number.isSafeInteger(epoch)
      ? { logId, epoch: epoch as number }
      : undefined;
  } catch {
    return undefined;
  }
}
