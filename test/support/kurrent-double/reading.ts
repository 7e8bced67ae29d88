import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { type DoubleEvent, type DoubleLog, type Place, tombstoneRevision } from './double-log.js';
import type { DoubleNode } from './double-node.js';
import { type EventFilter, filterOf } from './filter.js';
import { refusals } from './refusals.js';
import {
  type ReadOptions,
  type ReadReq,
  type ReadResp,
  nameOf,
  streamNamed,
  timestamp,
  uuidOnWire,
} from './wire.js';

type Call = ServerWritableStream<ReadReq, ReadResp>;

const ticksPerMs = 10_000n;
/** How many events are considered at once where a request says nothing: what a checkpoint's interval counts in. */
const usualWindow = 32;

/** The call that reads, of one node: streams and `$all`, both ways, once and as a subscription. */
export class Reading {
  constructor(
    private readonly node: DoubleNode,
    private readonly log: DoubleLog,
  ) {}

  readonly read = (call: Call): void => {
    const options = call.request.options ?? {};
    const isSubscription = options.countOption === 'subscription';
    const fault = this.node.arrives(isSubscription ? 'subscribe' : 'read');
    call.on('error', () => undefined);
    const refuse = (refusal: object) => call.emit('error', refusal);
    if (this.node.refuses(call, fault, refuse)) return;
    if (!options.uuidOption) return void refuse(refusals.invalid("'uuidOption' is a required argument"));
    const filter = options.filter && filterOf(options.filter);
    if (options.filterOption === 'filter' && !filter) return void refuse(refusals.invalid('no such filter'));
    const asked: Asked = { call, options, filter, refuse };
    this.node.answers(call, fault, () => {
      const run = isSubscription ? this.subscribe(asked, fault?.fate === 'silent') : this.once(asked);
      // A call that was cancelled, or whose connection is gone, is over: there is nobody to tell.
      run.catch((error: unknown) => {
        if (!call.cancelled && !call.destroyed) throw error;
      });
    });
  };

  private async once(asked: Asked): Promise<void> {
    const { call, options } = asked;
    const answered =
      options.streamOption === 'stream' ? await this.readStream(asked) : await this.readAll(asked);
    if (answered && !call.cancelled) call.end();
  }

  private async readStream({ call, options, refuse }: Asked): Promise<boolean> {
    const { stream = {}, count, controlOption } = options;
    const name = nameOf(stream.streamIdentifier);
    if (this.log.isTombstoned(name)) return refuse(refusals.deleted(name)) && false;
    const last = this.node.lastRevision(name);
    if (last < 0 || this.log.metadataOf(name).isDeleted) {
      await write(call, { streamNotFound: { streamIdentifier: streamNamed(name) } });
      return true;
    }
    const isBackwards = options.readDirection === 'Backwards';
    const events = this.log.visible(name).slice(0, last + 1);
    const from = Math.min(startRevision(stream, isBackwards, last), last + 1);
    const wanted = (isBackwards ? events.slice(0, from + 1).toReversed() : events.slice(from)).filter(
      isThere,
    );
    const isTold = (controlOption?.compatibility ?? 0) >= 1;
    const first = events.findIndex(isThere);
    if (isTold && !isBackwards && wanted.length === 0 && from < first) {
      await write(call, { firstStreamPosition: String(first) });
    }
    await this.send(call, options, wanted.slice(0, Number(count ?? '0')));
    if (isTold) await write(call, { lastStreamPosition: String(last) });
    return true;
  }

  private async readAll({ call, options, filter, refuse }: Asked): Promise<boolean> {
    const isBackwards = options.readDirection === 'Backwards';
    const place = givenPlace(options);
    if (place && place.commit > this.log.tail.commit) return refuse(refusals.invalidPosition()) && false;
    const events = this.node.events();
    const wanted: DoubleEvent[] = [];
    const most = Number(options.count ?? '0');
    const isWanted = filter ?? (() => true);
    // Forwards from a place gives the event that stands there; backwards gives what stands before it.
    let index = place ? this.log.indexOf(place, 'at') : options.all?.allOption === 'end' ? events.length : 0;
    if (isBackwards) {
      for (index -= 1; index >= 0 && wanted.length < most; index -= 1) {
        if (isWanted(events[index]!)) wanted.push(events[index]!);
      }
    } else {
      for (; index < events.length && wanted.length < most; index += 1) {
        if (isWanted(events[index]!)) wanted.push(events[index]!);
      }
    }
    await this.send(call, options, wanted);
    return true;
  }

  private async send(call: Call, options: ReadOptions, events: readonly DoubleEvent[]): Promise<void> {
    for (const event of events) await write(call, { event: onWire(event, options) });
  }

  /** Confirms, sends what there is behind where it begins, says that it caught up, and goes on with what is written. */
  private async subscribe(asked: Asked, isSilent: boolean): Promise<void> {
    const { call } = asked;
    await write(call, { confirmation: { subscriptionId: randomUUID() } });
    if (isSilent) return;
    const wakes = new Wakes();
    const ends = [this.node.onChange(() => wakes.wake())];
    call.on('cancelled', () => wakes.end());
    call.on('close', () => wakes.end());
    try {
      if (asked.options.streamOption === 'stream') await this.followStream(asked, wakes);
      else await this.followAll(asked, wakes);
    } finally {
      for (const end of ends) end();
    }
  }

  private async followStream({ call, options, refuse }: Asked, wakes: Wakes): Promise<void> {
    const { stream = {} } = options;
    const name = nameOf(stream.streamIdentifier);
    const last = this.node.lastRevision(name);
    // Exclusive, unlike a read.
    let next = stream.revisionOption === 'start' ? 0 : startRevision(stream, false, last, last) + 1;
    for (let isLive = false; ;) {
      if (this.log.isTombstoned(name)) return void refuse(refusals.deleted(name));
      const visible = this.log.visible(name);
      for (; next <= this.node.lastRevision(name); next += 1) {
        const event = visible[next];
        if (event) await write(call, { event: onWire(event, options) });
        if (wakes.isOver) return;
      }
      if (!isLive) {
        isLive = true;
        await this.sayCaughtUp(call, next > 0 ? { streamRevision: String(next - 1) } : {});
      }
      if (!(await wakes.next())) return;
    }
  }

  private async followAll({ call, options, filter }: Asked, wakes: Wakes): Promise<void> {
    const { all = {}, filter: filterOptions } = options;
    const begin = givenPlace(options);
    const last = this.node.events().at(-1);
    let at: Place | undefined = begin ?? (all.allOption === 'end' ? last : undefined);
    const window = filterOptions?.window === 'max' ? (filterOptions.max ?? usualWindow) : usualWindow;
    const interval = Math.max(1, (filterOptions?.checkpointIntervalMultiplier ?? 1) * window);
    let considered = 0;
    let checkpoint: Place | undefined;
    const sayCheckpoint = async () => {
      considered = 0;
      if (
        !filter ||
        !at ||
        (checkpoint && checkpoint.commit === at.commit && checkpoint.prepare === at.prepare)
      )
        return;
      checkpoint = at;
      await write(call, { checkpoint: { ...placeOnWire(at), ...this.moment() } });
    };
    for (let isLive = false; ;) {
      for (;;) {
        const events = this.node.events();
        const event = events[at ? this.log.indexOf(at, 'behind') : 0];
        if (!event) break;
        at = { commit: event.commit, prepare: event.prepare };
        if (!filter || filter(event)) await write(call, { event: onWire(event, options) });
        if (wakes.isOver) return;
        considered += 1;
        if (considered >= interval) await sayCheckpoint();
      }
      if (!isLive) {
        isLive = true;
        // One at the end of what there is, whatever the interval.
        await sayCheckpoint();
        await this.sayCaughtUp(call, at ? { position: placeOnWire(at) } : {});
      }
      if (!(await wakes.next())) return;
    }
  }

  private async sayCaughtUp(call: Call, where: object): Promise<void> {
    const { saysCaughtUp, saysWhere } = this.node.abilities;
    if (saysCaughtUp) await write(call, { caughtUp: saysWhere ? { ...this.moment(), ...where } : {} });
  }

  private moment(): object {
    return this.node.abilities.saysWhere ? { timestamp: timestamp(Date.now()) } : {};
  }
}

interface Asked {
  readonly call: Call;
  readonly options: ReadOptions;
  readonly filter: EventFilter | undefined;
  readonly refuse: (refusal: object) => boolean;
}

/** Told that something changed, however often, while nobody waited. */
class Wakes {
  isOver = false;
  private isDue = false;
  private resolve: (() => void) | undefined;

  wake(): void {
    this.isDue = true;
    this.resolve?.();
  }

  end(): void {
    this.isOver = true;
    this.resolve?.();
  }

  /** @returns whether there is anybody left to tell */
  async next(): Promise<boolean> {
    if (!this.isDue && !this.isOver) await new Promise<void>((resolve) => (this.resolve = resolve));
    this.resolve = undefined;
    this.isDue = false;
    return !this.isOver;
  }
}

const isThere = (event: DoubleEvent | undefined): event is DoubleEvent => event !== undefined;

/** Waits where the client does not keep up. */
async function write(call: Call, response: ReadResp): Promise<void> {
  if (call.cancelled || call.destroyed) return;
  if (call.write(response)) return;
  const over = new AbortController();
  const end = () => over.abort();
  call.once('cancelled', end);
  call.once('close', end);
  await once(call, 'drain', { signal: over.signal }).catch(() => undefined);
  call.off('cancelled', end);
  call.off('close', end);
}

function startRevision(
  { revisionOption, revision }: NonNullable<ReadOptions['stream']>,
  isBackwards: boolean,
  last: number,
  end = isBackwards ? last : last + 1,
): number {
  if (revisionOption === 'end') return end;
  return revisionOption === 'revision' ? Number(revision ?? '0') : 0;
}

function givenPlace({ all }: ReadOptions): Place | undefined {
  if (all?.allOption !== 'position') return undefined;
  const { commitPosition = '0', preparePosition = '0' } = all.position ?? {};
  return { commit: BigInt(commitPosition), prepare: BigInt(preparePosition) };
}

function placeOnWire({ commit, prepare }: Place) {
  return { commitPosition: commit.toString(), preparePosition: prepare.toString() };
}

function onWire(event: DoubleEvent, { uuidOption }: ReadOptions): object {
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
