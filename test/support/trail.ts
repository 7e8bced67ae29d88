/** A message of a subscription, as far as a follower has to understand it. */
export interface LiveMessage {
  readonly __typename: string;
  readonly position: number;
  readonly covers: {
    readonly after: number;
    readonly upTo: number;
    readonly logId: string;
    readonly epoch: number;
  };
  /** Of `EventRecorded` and `ReformItemChanged`. */
  readonly event?: { readonly position: number; readonly stream: string; readonly type: string };
  /** Of `ReformItemChanged` and `Revealed`. */
  readonly item?: { readonly key: string };
  /** Of `Hidden`. */
  readonly programme?: string;
  readonly reference?: string;
  /** Of `SummaryChanged`: items by state. */
  readonly total?: number;
  readonly counts?: readonly { readonly value: string | null; readonly count: number }[];
}

/**
 * What one follower saw, and what it can prove of it: it trusts `covers` alone. A message counts once the range it
 * belongs to is covered; of an event with several messages that broke off between them, all come again.
 */
export class Trail {
  /** What was told of, in order: the position, and with it the item's key where the message is about one item. */
  readonly seen: string[] = [];
  /** What must not be, in words. */
  readonly faults: string[] = [];
  /** Messages by type. */
  readonly counts: Record<string, number> = {};
  /** It was told everything from here on. */
  began: number | undefined;
  /** The log is examined up to here. */
  upTo: number | undefined;
  /** The log it follows: told of each message, to be said when it resumes. */
  log: { readonly logId: string; readonly epoch: number } | undefined;
  private uncovered: { readonly position: number; readonly entry: string }[] = [];
  private last = 0;

  /** @param after what the first message has to continue; undefined where the server chooses it: its head */
  constructor(after?: number) {
    this.began = after;
    this.upTo = after;
  }

  take(message: LiveMessage): void {
    const { __typename: type, position, covers } = message;
    this.counts[type] = (this.counts[type] ?? 0) + 1;
    this.began ??= covers.after;
    this.log ??= { logId: covers.logId, epoch: covers.epoch };
    if (covers.logId !== this.log.logId || covers.epoch !== this.log.epoch)
      this.fault(message, 'another log');
    if (this.upTo !== undefined && covers.after !== this.upTo)
      this.fault(message, `continues ${covers.after}, and ${this.upTo} was examined`);
    if (covers.upTo < covers.after) this.fault(message, 'covers a range that ends before it begins');
    if (type === 'FellBehind' && covers.upTo !== covers.after)
      this.fault(message, 'covers more than nothing');
    if (type === 'EventRecorded' || type === 'ReformItemChanged') this.told(message);
    this.upTo = covers.upTo;
    for (const { entry } of this.uncovered.filter((one) => one.position <= covers.upTo))
      this.seen.push(entry);
    this.uncovered = this.uncovered.filter((one) => one.position > covers.upTo);
    if (position < covers.upTo) this.fault(message, 'covers more than its position');
  }

  /** A new connection goes on where the last one had covered everything. */
  resumed(): void {
    this.uncovered = [];
  }

  private told(message: LiveMessage): void {
    const { position, covers, event, item } = message;
    if (event?.position !== position) this.fault(message, `tells of the event at ${event?.position}`);
    if (position <= covers.after || position < this.last) this.fault(message, 'tells of what was covered');
    if (covers.upTo !== position && !(item && covers.upTo < position))
      this.fault(message, 'covers another range');
    this.last = position;
    this.uncovered.push({ position, entry: item ? `${position} ${item.key}` : String(position) });
  }

  private fault({ __typename: type, position, covers }: LiveMessage, what: string): void {
    // A first fault is followed by thousands: the beginning says it all.
    if (this.faults.length < 20)
      this.faults.push(`${type} at ${position}, covering (${covers.after}, ${covers.upTo}]: ${what}`);
  }
}
