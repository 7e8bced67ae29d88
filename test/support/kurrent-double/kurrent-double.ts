import { randomUUID } from 'node:crypto';
import {
  type AppendOutcome,
  type DoubleEvent,
  DoubleLog,
  type ExpectedRevision,
  type Place,
} from './double-log.js';
import { DoubleNode, type DoubleTls, urlOf } from './double-node.js';
import { Faults, type RequestKind, requestKinds } from './faults.js';
import { uuidOnWire } from './wire.js';

export interface DoubleOptions {
  /** How many nodes listen, over one log; the first leads. */
  readonly nodes?: number;
  /** What it says its version is. */
  readonly version?: string;
  /** Of all events of an append, in bytes as the server counts them. */
  readonly maxAppendSize?: number;
  /** Of a message a client sends, in bytes. */
  readonly maxMessageSize?: number;
  /** Where given, a request without it is denied. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Where given, it is connected to by TLS. */
  readonly tls?: DoubleTls;
  /** Milliseconds since 1970, of the clock by which events are dated and expire. */
  readonly clock?: () => number;
}

/** An event to write past Masar, as somebody else's program would. */
export interface ForeignEvent {
  readonly id?: string;
  readonly type?: string;
  /** Octets are kept as they are; anything else is written as JSON. */
  readonly data?: unknown;
  readonly metadata?: unknown;
}

/**
 * A protocol double of KurrentDB: it speaks what its clients speak and keeps events by the server's rules, in memory, on
 * ports of its own, so that processes can use it too. It is no KurrentDB: nothing is on a disk or replicated, and what
 * it does not know of the server no test of ours can know.
 */
export class KurrentDouble {
  private leading: DoubleNode | undefined;
  readonly nodes: DoubleNode[] = [];

  private constructor(
    private readonly log: DoubleLog,
    /** What goes wrong from now on, at every node. */
    readonly faults: Faults,
    private readonly tls: DoubleTls | undefined,
  ) {}

  static async start(options: DoubleOptions = {}): Promise<KurrentDouble> {
    const log = new DoubleLog(options.clock ?? Date.now);
    const double = new KurrentDouble(log, new Faults(), options.tls);
    const {
      nodes = 1,
      version = '26.0.0',
      maxAppendSize = 1024 * 1024,
      maxMessageSize = 17 * 1024 * 1024,
    } = options;
    const members = {
      get leader() {
        return double.leader;
      },
      nodes: double.nodes,
      gossip: () => double.gossip(),
    };
    const settings = { version, maxAppendSize, maxMessageSize, user: options.user, tls: options.tls };
    for (let index = 0; index < nodes; index += 1) {
      double.nodes.push(await DoubleNode.start(log, double.faults, members, settings));
    }
    double.leading = double.nodes[0];
    return double;
  }

  /** How a client connects to it: to the one node, or to the cluster. */
  get url(): string {
    return urlOf('kurrentdb', this.nodes, this.tls);
  }

  /** How a client finds the cluster by asking one of its nodes. */
  get discoverUrl(): string {
    return urlOf('kurrentdb+discover', this.nodes.slice(0, 1), this.tls);
  }

  get leader(): DoubleNode | undefined {
    return this.leading;
  }

  /** Requests so far, by kind. */
  get counts(): Readonly<Record<RequestKind, number>> {
    return Object.fromEntries(
      requestKinds.map((kind) => [kind, this.nodes.reduce((sum, { counts }) => sum + counts[kind], 0)]),
    ) as Record<RequestKind, number>;
  }

  /** Connections so far. */
  get connections(): number {
    return this.nodes.reduce((sum, node) => sum + node.connections, 0);
  }

  /** Connections that stand. */
  get open(): number {
    return this.nodes.reduce((sum, node) => sum + node.open, 0);
  }

  /** Subscriptions that stand, silent ones left out. */
  get following(): number {
    return this.nodes.reduce((sum, node) => sum + node.following, 0);
  }

  /** All events, in the order of `$all`. */
  contents(): readonly DoubleEvent[] {
    return this.log.events;
  }

  /** Writes events as another program would. */
  append(stream: string, events: readonly ForeignEvent[], expected: ExpectedRevision = 'any'): AppendOutcome {
    return this.log.append(
      stream,
      expected,
      events.map(({ id = randomUUID(), type = 'Foreign', data = {}, metadata }) => ({
        id,
        type,
        isJson: !(data instanceof Uint8Array),
        data: bytesOf(data),
        metadata: metadata === undefined ? Buffer.alloc(0) : bytesOf(metadata),
      })),
    );
  }

  /** Sets a stream's metadata, as `$maxAge`, in seconds, `$maxCount`, `$tb` or `$acl`. */
  setMetadata(stream: string, metadata: Readonly<Record<string, unknown>>): void {
    this.append(`$$${stream}`, [{ type: '$metadata', data: metadata }]);
  }

  softDelete(stream: string): void {
    this.log.softDelete(stream, 'any');
  }

  tombstone(stream: string): void {
    this.log.tombstone(stream, 'any');
  }

  /**
   * Removes for good what metadata hide.
   *
   * @param alsoRemove events to remove whatever their metadata say
   * @returns how many events are gone
   */
  scavenge(alsoRemove?: (event: DoubleEvent) => boolean): number {
    return this.log.scavenge(alsoRemove);
  }

  /** Puts it back to what it was before an event was written, as from an older backup; every connection is reset. */
  truncate(from: Place): void {
    this.log.truncate(from);
    this.cutAll();
  }

  /** Ports are closed and connections reset. */
  async die(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.die()));
  }

  /** Listens again on the same ports, with the same data. */
  async revive(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.revive()));
  }

  /** Resets every connection. */
  cutAll(): void {
    for (const node of this.nodes) node.cutAll();
  }

  /** On connections that stand nothing is answered any more; new ones are as ever. */
  strand(): void {
    for (const node of this.nodes) node.strand();
  }

  /** Another node leads from now on; undefined: none does. */
  elect(node: DoubleNode | undefined): void {
    this.leading = node;
  }

  /** The node after the one that leads takes over, of those that are alive. */
  failOver(): DoubleNode | undefined {
    const at = this.leading ? this.nodes.indexOf(this.leading) : -1;
    const others = [...this.nodes.slice(at + 1), ...this.nodes.slice(0, at + 1)];
    this.leading = others.find(({ isAlive }) => isAlive);
    return this.leading;
  }

  /** Closes ports and connections: a read that was still waiting fails, and lets go of the process it kept alive. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  private gossip(): object {
    return {
      members: this.nodes.map((node, index) => ({
        instanceId: uuidOnWire(`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`, 'structured'),
        timeStamp: String(Date.now() * 10_000),
        state: !node.isAlive ? 'Unknown' : node.isLeader ? 'Leader' : 'Follower',
        isAlive: node.isAlive,
        httpEndPoint: { address: node.address.host, port: node.address.port },
      })),
    };
  }
}

function bytesOf(data: unknown): Buffer {
  return data instanceof Uint8Array ? Buffer.from(data) : Buffer.from(JSON.stringify(data), 'utf8');
}
