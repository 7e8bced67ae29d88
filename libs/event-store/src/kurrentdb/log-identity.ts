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
 * The log's identity on the server: the one it has, or this one where it has none. Of many who give it one at once, the
 * first does.
 *
 * @throws StoreError `UNSAFE_STORE`, `UNAVAILABLE`
 */
export async function identityOrThis(
  connection: KurrentConnection,
  names: StreamNames,
  identity: LogIdentity,
): Promise<LogIdentity> {
  const there = await readIdentity(connection, names);
  return there ?? (await appended(connection, names, identity, 'no_stream')) ?? identity;
}

/**
 * Gives the log on the server this identity, whatever it had.
 *
 * @throws StoreError `UNSAFE_STORE` where somebody gave it another meanwhile; `UNAVAILABLE`
 */
export async function writeIdentity(
  connection: KurrentConnection,
  names: StreamNames,
  identity: LogIdentity,
): Promise<void> {
  const last = await lastIdentity(connection, names);
  if (last && isSame(last.identity, identity)) return;
  const another = await appended(connection, names, identity, last ? last.revision : 'no_stream');
  if (!another || isSame(another, identity)) return;
  throw new StoreError(
    'UNSAFE_STORE',
    `${names.identity} names log ${another.logId}, epoch ${another.epoch}, since a moment ago: somebody else writes to it`,
  );
}

/**
 * Appends an identity where the control stream stands so.
 *
 * @returns what stands there since, where somebody else was first
 */
async function appended(
  connection: KurrentConnection,
  names: StreamNames,
  { logId, epoch }: LogIdentity,
  streamState: 'no_stream' | bigint,
): Promise<LogIdentity | undefined> {
  const event = {
    id: randomUUID(),
    type,
    contentType: 'application/octet-stream',
    data: new Uint8Array(Buffer.from(canonicalise({ logId, epoch }))),
  } as unknown as EventData;
  try {
    await patiently(() =>
      connection.request(`appending to ${names.identity}`, (client) =>
        client.appendToStream(names.identity, event, { streamState }),
      ),
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof KurrentFault)) throw error;
    const another = error.kind === 'conflict' ? await readIdentity(connection, names) : undefined;
    if (another) return another;
    throw new StoreError('UNSAFE_STORE', error.message, { cause: error });
  }
}

function isSame(one: LogIdentity, other: LogIdentity): boolean {
  return one.logId === other.logId && one.epoch === other.epoch;
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
