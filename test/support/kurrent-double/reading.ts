import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { type DoubleEvent, type DoubleLog, type Place, isBefore, tombstoneRevision } from './double-log.js';
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
    if (place && !this.isReadable(place, isBackwards)) {
      return (
        refuse(
          filter
            ? refusals.unknownResult('FilteredReadAllResult: InvalidPosition')
            : refusals.invalidPosition(),
        ) && false
      );
    }
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

  private async followAll({ call, options, filter, refuse }: Asked, wakes: Wakes): Promise<void> {
    const { all = {}, filter: filterOptions } = options;
    const last = this.node.events().at(-1);
    // What the client has: only what stands behind it is sent. One that has more than there is hears nothing until
    // the log has grown beyond it.
    let at: Place = givenPlace(options) ?? (all.allOption === 'end' ? (last ?? beginning) : beginning);
    const window = filterOptions?.window === 'max' ? (filterOptions.max ?? usualWindow) : usualWindow;
    const interval = Math.max(1, (filterOptions?.checkpointIntervalMultiplier ?? 1) * window);
    const sent: { checkpoint?: Place } = {};
    const sayCheckpoint = async () => {
      if (!filter || at.commit === 0n || (sent.checkpoint && !isBefore(sent.checkpoint, at))) return;
      sent.checkpoint = at;
      await write(call, { checkpoint: { ...placeOnWire(at), ...this.moment() } });
    };
    const isBehind = last !== undefined && isBefore(at, last);
    if (isBehind && !this.isReadable(at, false)) return void refuse(refusals.invalidPosition());
    let considered = 0;
    for (let from = at; isBehind && !wakes.isOver;) {
      const page = this.page(from, window);
      for (const event of page.events) {
        if (!isBefore(at, event) || (filter && !filter(event))) continue;
        await write(call, { event: onWire(event, options) });
        at = placeOf(event);
        if (wakes.isOver) return;
      }
      // Where nothing passed the filter, the checkpoint is where the page began, which is no event's place.
      if (isBefore(at, from) && isBefore(from, page.next)) at = from;
      considered += page.events.length;
      if (page.isLast) break;
      if (considered >= interval) {
        considered %= interval;
        await sayCheckpoint();
      }
      from = page.next;
    }
    // One where it goes live, whatever the interval.
    if (isBehind) await sayCheckpoint();
    await this.sayCaughtUp(call, at.commit > 0n ? { position: placeOnWire(at) } : {});
    let seen = at;
    for (considered = 0; ;) {
      for (const event of this.behind(seen)) {
        seen = placeOf(event);
        considered += 1;
        if (!filter || filter(event)) {
          at = seen;
          await write(call, { event: onWire(event, options) });
          if (wakes.isOver) return;
        }
        if (considered < interval) continue;
        considered = 0;
        at = seen;
        await sayCheckpoint();
      }
      if (!(await wakes.next())) return;
    }
  }

  /** Events from a place inclusive, as many as are considered at once, and where the next ones begin. */
  private page(from: Place, size: number): { events: readonly DoubleEvent[]; next: Place; isLast: boolean } {
    const all = this.node.events();
    const first = this.log.indexOf(from, 'at');
    const events = all.slice(first, first + size);
    const follower = all[first + size];
    const next = { commit: follower?.commit ?? this.log.tail, prepare: 0n };
    return { events, next, isLast: events.length < size };
  }

  /** Events behind a place, those written meanwhile included. */
  private *behind(place: Place): Iterable<DoubleEvent> {
    for (let at = place; ;) {
      const event = this.node.events()[this.log.indexOf(at, 'behind')];
      if (!event) return;
      yield event;
      at = event;
    }
  }

  private isReadable({ commit }: Place, isBackwards: boolean): boolean {
    // Behind its end the server finds nothing, forwards; backwards it has nothing to begin with.
    return commit > this.log.tail ? !isBackwards : this.log.isBeginning(commit);
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

const beginning: Place = { commit: 0n, prepare: 0n };

const placeOf = ({ commit, prepare }: DoubleEvent): Place => ({ commit, prepare });

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
