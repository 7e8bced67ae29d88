import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { type DoubleEvent, type DoubleLog, type Place, tombstoneRevision } from './double-log.js';
import type { EventFilter } from './filter.js';
import { type ReadOptions, type ReadReq, type ReadResp, streamNamed, uuidOnWire } from './wire.js';

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** A request to read or to follow, as far as it was looked at. */
export interface Asked {
  readonly call: ReadCall;
  readonly options: ReadOptions;
  readonly filter: EventFilter | undefined;
  readonly refuse: (refusal: object) => boolean;
}

const ticksPerMs = 10_000n;

/** Waits where the client does not keep up. */
export async function write(call: ReadCall, response: ReadResp): Promise<void> {
  if (call.cancelled || call.destroyed) return;
  if (call.write(response)) return;
  await unlessOver(call, (signal) => once(call, 'drain', { signal }));
}

/** Lets time pass, no longer than the call lasts. */
export async function pause(call: ReadCall, ms: number): Promise<void> {
  if (call.cancelled || call.destroyed || ms === 0) return;
  await unlessOver(call, (signal) => delay(ms, undefined, { signal }));
}

async function unlessOver(call: ReadCall, wait: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  call.once('cancelled', end);
  call.once('close', end);
  await wait(over.signal).catch(() => undefined);
  call.off('cancelled', end);
  call.off('close', end);
}

/** Which revision a request names, where a stream ends with `last`. */
export function startRevision(
  { revisionOption, revision }: NonNullable<ReadOptions['stream']>,
  isBackwards: boolean,
  last: number,
  end = isBackwards ? last : last + 1,
): number {
  if (revisionOption === 'end') return end;
  return revisionOption === 'revision' ? Number(revision ?? '0') : 0;
}

/** Which place a request names, if any. */
export function givenPlace({ all }: ReadOptions): Place | undefined {
  if (all?.allOption !== 'position') return undefined;
  const { commitPosition = '0', preparePosition = '0' } = all.position ?? {};
  return { commit: BigInt(commitPosition), prepare: BigInt(preparePosition) };
}

/** Whether the server reads from there at all. */
export function isReadable(log: DoubleLog, { commit }: Place, isBackwards: boolean): boolean {
  // Behind its end the server finds nothing, forwards; backwards it has nothing to begin with.
  return commit > log.tail ? !isBackwards : log.isBeginning(commit);
}

/** A place as it is sent. */
export function placeOnWire({ commit, prepare }: Place) {
  return { commitPosition: commit.toString(), preparePosition: prepare.toString() };
}

/** An event as it is sent, its id in the form the request asked for. */
export function onWire(event: DoubleEvent, { uuidOption }: ReadOptions): object {
  const { revision, isJson } = event;
  return {
    event: {
      ...placeOnWire(event),
      id: uuidOnWire(event.id, uuidOption?.content),
      streamIdentifier: streamNamed(event.stream),
      streamRevision: Number.isSafeInteger(revision) ? String(revision) : String(tombstoneRevision),
      metadata: {
        type: event.type,
        created: String(BigInt(event.created) * ticksPerMs),
        'content-type': isJson ? 'application/json' : 'application/octet-stream',
      },
      customMetadata: event.metadata,
      data: event.data,
    },
    commitPosition: event.commit.toString(),
  };
}
