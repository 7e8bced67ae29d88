import { randomUUID } from 'node:crypto';
import { type DoubleEvent, type DoubleLog, type Place, isBefore } from './double-log.js';
import type { DoubleNode } from './double-node.js';
import {
  type Asked,
  type ReadCall,
  givenPlace,
  isReadable,
  onWire,
  placeOnWire,
  startRevision,
  write,
} from './read-answers.js';
import { windowOf } from './filter.js';
import { refusals } from './refusals.js';
import { nameOf, timestamp } from './wire.js';

const beginning: Place = { commit: 0n, prepare: 0n };

const placeOf = ({ commit, prepare }: DoubleEvent): Place => ({ commit, prepare });

/** Subscriptions of one node, to streams and to `$all`. */
export class Following {
  constructor(
    private readonly node: DoubleNode,
    private readonly log: DoubleLog,
  ) {}

  /** Confirms, sends what there is behind where it begins, says that it caught up, and goes on with what is written. */
  async subscribe(asked: Asked, isSilent: boolean): Promise<void> {
    const { call } = asked;
    await write(call, { confirmation: { subscriptionId: randomUUID() } });
    if (isSilent) return;
    const wakes = new Wakes();
    // A connection that was stranded is told nothing any more, and nobody tells it so.
    const end = this.node.onChange(() => (this.node.isStranded(call) ? wakes.end() : wakes.wake()));
    call.on('cancelled', () => wakes.end());
    call.on('close', () => wakes.end());
    try {
      if (asked.options.streamOption === 'stream') await this.followStream(asked, wakes);
      else await this.followAll(asked, wakes);
    } finally {
      end();
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
    const window = windowOf(filterOptions);
    const interval = Math.max(1, (filterOptions?.checkpointIntervalMultiplier ?? 1) * window);
    const sent: { checkpoint?: Place } = {};
    const sayCheckpoint = async () => {
      if (!filter || at.commit === 0n || (sent.checkpoint && !isBefore(sent.checkpoint, at))) return;
      sent.checkpoint = at;
      await write(call, { checkpoint: { ...placeOnWire(at), ...this.moment() } });
    };
    const isBehind = last !== undefined && isBefore(at, last);
    if (isBehind && !isReadable(this.log, at, false)) return void refuse(refusals.invalidPosition());
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

  private async sayCaughtUp(call: ReadCall, where: object): Promise<void> {
    const { saysCaughtUp, saysWhere } = this.node.abilities;
    if (saysCaughtUp) await write(call, { caughtUp: saysWhere ? { ...this.moment(), ...where } : {} });
  }

  private moment(): object {
    return this.node.abilities.saysWhere ? { timestamp: timestamp(Date.now()) } : {};
  }
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
