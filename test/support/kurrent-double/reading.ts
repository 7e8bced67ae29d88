import type { DoubleEvent, DoubleLog } from './double-log.js';
import type { DoubleNode } from './double-node.js';
import { filterOf, windowOf } from './filter.js';
import { Following } from './following.js';
import {
  type Asked,
  type ReadCall,
  givenPlace,
  isReadable,
  onWire,
  pause,
  startRevision,
  write,
} from './read-answers.js';
import { refusals } from './refusals.js';
import { type ReadOptions, nameOf, streamNamed } from './wire.js';

/** The call that reads, of one node: streams and `$all`, both ways, once and as a subscription. */
export class Reading {
  private readonly following: Following;

  constructor(
    private readonly node: DoubleNode,
    private readonly log: DoubleLog,
  ) {
    this.following = new Following(node, log);
  }

  readonly read = (call: ReadCall): void => {
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
    const answer = isSubscription
      ? () => this.following.subscribe(asked, fault?.fate === 'silent')
      : this.once(asked, fault?.fate === 'scan' ? fault.ms : 0);
    this.node.answers(call, fault, () => {
      const run = answer();
      // A call that was cancelled, or whose connection is gone, is over: there is nobody to tell.
      run.catch((error: unknown) => {
        if (!call.cancelled && !call.destroyed) throw error;
      });
    });
  };

  /** Reads, and answers later with what there was. */
  private once(asked: Asked, scanMs: number): () => Promise<void> {
    const { call, options } = asked;
    const answer = options.streamOption === 'stream' ? this.readStream(asked) : this.readAll(asked, scanMs);
    return async () => {
      if ((await answer()) && !call.cancelled) call.end();
    };
  }

  private readStream({ call, options, refuse }: Asked): () => Promise<boolean> {
    const { stream = {}, count, controlOption } = options;
    const name = nameOf(stream.streamIdentifier);
    if (this.log.isTombstoned(name)) return async () => refuse(refusals.deleted(name)) && false;
    const last = this.node.lastRevision(name);
    if (last < 0 || this.log.metadataOf(name).isDeleted) {
      return async () => {
        await write(call, { streamNotFound: { streamIdentifier: streamNamed(name) } });
        return true;
      };
    }
    const isBackwards = options.readDirection === 'Backwards';
    const events = this.log.visible(name).slice(0, last + 1);
    const from = Math.min(startRevision(stream, isBackwards, last), last + 1);
    const wanted = (isBackwards ? events.slice(0, from + 1).toReversed() : events.slice(from)).filter(
      isThere,
    );
    const isTold = (controlOption?.compatibility ?? 0) >= 1;
    const first = events.findIndex(isThere);
    return async () => {
      if (isTold && !isBackwards && wanted.length === 0 && from < first) {
        await write(call, { firstStreamPosition: String(first) });
      }
      await this.send(call, options, wanted.slice(0, Number(count ?? '0')));
      if (isTold) await write(call, { lastStreamPosition: String(last) });
      return true;
    };
  }

  private readAll({ call, options, filter, refuse }: Asked, scanMs: number): () => Promise<boolean> {
    const isBackwards = options.readDirection === 'Backwards';
    const place = givenPlace(options);
    if (place && !isReadable(this.log, place, isBackwards)) {
      const refusal = filter
        ? refusals.unknownResult('FilteredReadAllResult: InvalidPosition')
        : refusals.invalidPosition();
      return async () => refuse(refusal) && false;
    }
    const events = this.node.events();
    // Forwards from a place gives the event that stands there; backwards gives what stands before it.
    const at = place ? this.log.indexOf(place, 'at') : options.all?.allOption === 'end' ? events.length : 0;
    const most = Number(options.count ?? '0');
    const considered = filter ? events.length : most;
    const range = isBackwards
      ? events.slice(Math.max(0, at - considered), at).toReversed()
      : events.slice(at, at + considered);
    if (!filter) {
      return async () => {
        await this.send(call, options, range);
        return true;
      };
    }
    return async () => {
      const window = windowOf(options.filter);
      let sent = 0;
      for (const [index, event] of range.entries()) {
        if (index % window === 0) await pause(call, scanMs);
        if (call.cancelled || call.destroyed) return false;
        if (!filter(event)) continue;
        // Only another one ends it, or the end of all there is.
        if (sent === most) return true;
        await this.send(call, options, [event]);
        sent += 1;
      }
      return true;
    };
  }

  private async send(call: ReadCall, options: ReadOptions, events: readonly DoubleEvent[]): Promise<void> {
    for (const event of events) await write(call, { event: onWire(event, options) });
  }
}

const isThere = (event: DoubleEvent | undefined): event is DoubleEvent => event !== undefined;
