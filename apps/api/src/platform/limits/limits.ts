/** What one request may ask for. Counts are of the document with its fragments written out. */
export interface Limits {
  /** Bytes of an HTTP body. */
  readonly bodyBytes: number;
  /** Characters of a document. */
  readonly documentCharacters: number;
  /** Lexical tokens of a document. */
  readonly tokens: number;
  readonly selections: number;
  readonly aliases: number;
  /** Fields within fields, introspection included: the standard introspection query has 15. */
  readonly depth: number;
  /** Directives on one node. */
  readonly directivesOnNode: number;
  readonly directives: number;
  /** Values an answer could hold, by the operation's own `first` arguments. */
  readonly cost: number;
  /** The largest page, `first`. */
  readonly first: number;
  /** Documents kept parsed, validated and compiled. */
  readonly cachedDocuments: number;
  /** Requests executed at a time; more are told `OVERLOADED`. */
  readonly inFlight: number;
  readonly sockets: SocketLimits;
}

/** What WebSocket connections may hold, and how long what is said on them is waited for. */
export interface SocketLimits {
  /** Connections of a node; more are answered 503. */
  readonly connections: number;
  /** New connections a second from one address, once a burst is spent; more are answered 429. */
  readonly connectionsPerSecond: number;
  readonly connectionBurst: number;
  /** Connections of one user to a node; one more is closed with 1013. */
  readonly connectionsOfUser: number;
  /** Subscriptions of one connection, and of one user on a node; one more ends with `OVERLOADED`. */
  readonly subscriptions: number;
  readonly subscriptionsOfUser: number;
  /** Bytes of a message from the client; a larger one closes the connection with 1009. */
  readonly messageBytes: number;
  /** Characters of the id a client gives a subscription: it goes out with each message. */
  readonly idCharacters: number;
  /** A backlog of so few bytes counts as drained. */
  readonly drainedBytes: number;
  /** A connection with a backlog beyond this is cut whatever it is sent: its source should have stopped long before. */
  readonly backlogBytes: number;
  /** Milliseconds from the connection to its `connection_init`; then it is closed with 4408. */
  readonly initMs: number;
  /** Milliseconds between pings. */
  readonly pingMs: number;
  /** Milliseconds without a word or a pong, after which a peer is taken for dead and cut. */
  readonly silenceMs: number;
  /** Milliseconds a backlog may take to drain; then the connection is closed with 1013. */
  readonly drainMs: number;
  /** Milliseconds a peer has to take a close and answer it; then the connection is cut. */
  readonly closeMs: number;
  /** Milliseconds between two looks at all connections: how exactly the times above are kept. */
  readonly sweepMs: number;
}

/** The largest page anywhere. */
export const LARGEST_PAGE = 200;

export const LIMITS: Limits = {
  bodyBytes: 256 * 1024,
  documentCharacters: 100_000,
  tokens: 2_000,
  selections: 400,
  aliases: 50,
  depth: 16,
  directivesOnNode: 4,
  directives: 50,
  cost: 20_000,
  first: LARGEST_PAGE,
  cachedDocuments: 128,
  inFlight: 512,
  sockets: {
    connections: 10_000,
    connectionsPerSecond: 50,
    connectionBurst: 500,
    connectionsOfUser: 200,
    subscriptions: 20,
    subscriptionsOfUser: 1_000,
    messageBytes: 64 * 1024,
    idCharacters: 256,
    drainedBytes: 32 * 1024,
    backlogBytes: 4 * 1024 * 1024,
    initMs: 10_000,
    pingMs: 15_000,
    silenceMs: 40_000,
    drainMs: 30_000,
    closeMs: 5_000,
    sweepMs: 1_000,
  },
};
