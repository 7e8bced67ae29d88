import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { Appending } from './appending.js';
import { Connections } from './connections.js';
import type { DoubleEvent, DoubleLog } from './double-log.js';
import { type Fault, type Faults, type RequestKind, requestKinds } from './faults.js';
import { Reading } from './reading.js';
import { type Address, refusals } from './refusals.js';
import { type Abilities, abilitiesOf, supportedMethods } from './server-versions.js';
import { services } from './wire.js';

/** What any call of a client is to a node. */
interface AnyCall {
  readonly metadata: { get(name: string): readonly (string | Buffer)[] };
  getPeer(): string;
  end?(): unknown;
  readonly cancelled: boolean;
}

/** What the nodes of a double know of one another. */
export interface Membership {
  readonly leader: DoubleNode | undefined;
  readonly nodes: readonly DoubleNode[];
  gossip(): object;
}

export interface NodeSettings {
  readonly version: string;
  readonly maxAppendSize: number;
  /** Of a message a client sends, in bytes. */
  readonly maxMessageSize: number;
  /** Where given, a request without it is denied. */
  readonly user?: { readonly name: string; readonly password: string } | undefined;
  /** Where given, connections are encrypted. */
  readonly tls?: DoubleTls | undefined;
}

/** What a double shows those that connect to it. */
export interface DoubleTls {
  /** As PEM, of 127.0.0.1. */
  readonly certificate: string;
  readonly key: string;
  /** The path of the certificate that vouches for it. */
  readonly authorityFile: string;
}

/** One listening node: a port, the connections to it, and the calls they make. */
export class DoubleNode {
  /** Requests so far, by kind, those that met a fault included. */
  readonly counts: Record<RequestKind, number> = Object.fromEntries(
    requestKinds.map((kind) => [kind, 0]),
  ) as Record<RequestKind, number>;
  readonly abilities: Abilities;
  private readonly server: Server;
  private readonly injector: ReturnType<Server['createConnectionInjector']>;
  private readonly sockets: Connections;
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly changes = new Set<() => void>();
  /** What this node has of the log, where it is held back. */
  private heldAt: number | undefined;

  private constructor(
    private readonly log: DoubleLog,
    readonly faults: Faults,
    private readonly members: Membership,
    private readonly settings: NodeSettings,
  ) {
    this.abilities = abilitiesOf(settings.version);
    this.server = new Server({ 'grpc.max_receive_message_length': settings.maxMessageSize });
    this.injector = this.server.createConnectionInjector(credentialsOf(settings.tls));
    this.sockets = new Connections((socket) => this.injector.injectConnection(socket));
    const appending = new Appending(this, log, settings.maxAppendSize);
    const { read } = new Reading(this, log);
    const { append, batchAppend, softDelete, tombstone } = appending;
    this.server.addService(services.streams, {
      read,
      append,
      batchAppend,
      delete: softDelete,
      tombstone,
    });
    const answerWith =
      (kind: RequestKind, answer: () => object) =>
      (call: ServerUnaryCall<object, object>, reply: sendUnaryData<object>): void => {
        const fault = this.arrives(kind);
        if (this.refuses(call, fault, reply, 'anybody')) return;
        this.answers(call, fault, () => reply(null, answer()));
      };
    this.server.addService(services.serverFeatures, {
      getSupportedMethods: answerWith('features', () => supportedMethods(settings.version)),
    });
    this.server.addService(services.gossip, { read: answerWith('gossip', () => members.gossip()) });
  }

  static async start(
    log: DoubleLog,
    faults: Faults,
    members: Membership,
    settings: NodeSettings,
  ): Promise<DoubleNode> {
    const node = new DoubleNode(log, faults, members, settings);
    await node.sockets.listen();
    return node;
  }

  get address(): Address {
    return { host: '127.0.0.1', port: this.sockets.port };
  }

  /** How a client connects to this node alone. */
  get url(): string {
    return urlOf('kurrentdb', [this], this.settings.tls);
  }

  get isAlive(): boolean {
    return this.sockets.isListening;
  }

  get isLeader(): boolean {
    return this.members.leader === this;
  }

  /** Connections so far. */
  get connections(): number {
    return this.sockets.count;
  }

  /** Connections that stand. */
  get open(): number {
    return this.sockets.open;
  }

  /** Subscriptions that stand, silent ones left out. */
  get following(): number {
    return this.changes.size;
  }

  /** Closes the port and resets every connection; what was written stays. */
  die(): Promise<void> {
    return this.sockets.close();
  }

  /** Listens again, on the same port. */
  revive(): Promise<void> {
    return this.sockets.listen();
  }

  /** Resets every connection there is. */
  cutAll(): void {
    this.sockets.cutAll();
  }

  /** On connections that stand nothing is answered any more, as where a network forgot them; new ones are as ever. */
  strand(): void {
    this.sockets.strand();
    this.changed();
  }

  /** Readers of this node see nothing that is written from now on, as of a node that lags behind its leader. */
  holdBack(): void {
    this.heldAt = this.log.events.length;
  }

  catchUp(): void {
    this.heldAt = undefined;
    this.changed();
  }

  async stop(): Promise<void> {
    await this.die();
    for (const timer of this.timers) clearTimeout(timer);
    this.injector.destroy();
    this.server.forceShutdown();
  }

  /** The events of `$all` this node has. */
  events(): readonly DoubleEvent[] {
    return this.heldAt === undefined ? this.log.events : this.log.events.slice(0, this.heldAt);
  }

  /** The revision of the last event of a stream this node has; -1 where it has none. */
  lastRevision(stream: string): number {
    if (this.heldAt === undefined) return this.log.lastRevision(stream);
    return this.events().findLast((event) => event.stream === stream)?.revision ?? -1;
  }

  /** @returns what ends it */
  onChange(listener: () => void): () => void {
    this.changes.add(listener);
    const end = this.log.onAppend(listener);
    return () => {
      end();
      this.changes.delete(listener);
    };
  }

  isStranded(call: AnyCall): boolean {
    return this.sockets.isStranded(call);
  }

  /** Counts a request, and draws what becomes of it. */
  arrives(kind: RequestKind): Fault | undefined {
    this.counts[kind] += 1;
    return this.faults.next(kind);
  }

  /** @returns whether a request is without a user where one is needed, or with a wrong one */
  userOf(call: AnyCall): 'admitted' | 'anonymous' | 'unknown' {
    const { user } = this.settings;
    if (!user) return 'admitted';
    const [given] = call.metadata.get('authorization');
    if (given === undefined) return 'anonymous';
    const wanted = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
    return given === wanted ? 'admitted' : 'unknown';
  }

  /**
   * Everything that ends a request before what it asks for is done.
   *
   * @returns whether it did
   */
  refuses(
    call: AnyCall,
    fault: Fault | undefined,
    refuse: (refusal: object) => unknown,
    who: 'users' | 'anybody' = 'users',
  ): boolean {
    if (fault?.fate === 'hang' || this.isStranded(call)) return true;
    if (fault?.fate === 'cutBefore') {
      this.sockets.cut(call);
      return true;
    }
    const refusal = this.refusalFor(call, fault, who);
    if (refusal) refuse(refusal);
    return refusal !== undefined;
  }

  /** Answers what was done, as its fault has it. */
  answers(call: AnyCall, fault: Fault | undefined, answer: () => void): void {
    switch (fault?.fate) {
      case 'cutAfter':
        return this.sockets.cut(call);
      case 'end':
        call.end?.();
        return;
      case 'slow':
        return this.later(fault.ms, () => {
          if (!call.cancelled) answer();
        });
      default:
        answer();
    }
  }

  private refusalFor(call: AnyCall, fault: Fault | undefined, who: 'users' | 'anybody'): object | undefined {
    if (fault?.fate === 'unavailable') return refusals.unavailable();
    if (fault?.fate === 'notReady') return refusals.notReady();
    const user = who === 'users' ? this.userOf(call) : 'admitted';
    if (user === 'unknown') return refusals.unauthenticated();
    if (fault?.fate === 'denied' || user === 'anonymous') return refusals.denied();
    if (who === 'anybody') return undefined;
    const needsLeader = String(call.metadata.get('requires-leader')[0]).toLowerCase() === 'true';
    if (fault?.fate === 'notLeader' || (needsLeader && !this.isLeader)) {
      const { leader } = this.members;
      return leader ? refusals.notLeader(leader.address) : refusals.noLeader();
    }
    return undefined;
  }

  private later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, ms);
    this.timers.add(timer);
  }

  private changed(): void {
    for (const listener of this.changes) listener();
  }
}

/**
 * A connection string. The client's native part waits for `discoveryInterval` before it connects at all, half a second
 * unless told otherwise, and gives up after ten of them.
 */
export function urlOf(scheme: string, nodes: readonly DoubleNode[], tls: DoubleTls | undefined): string {
  const hosts = nodes.map(({ address: { host, port } }) => `${host}:${port}`).join(',');
  const trust = tls ? `tls=true&tlsCAFile=${tls.authorityFile}` : 'tls=false';
  return `${scheme}://${hosts}?${trust}&discoveryInterval=20`;
}

function credentialsOf(tls: DoubleTls | undefined): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure();
  const pair = { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) };
  return ServerCredentials.createSsl(null, [pair]);
}
