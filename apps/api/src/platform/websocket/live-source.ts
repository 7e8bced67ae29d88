import type { Visibility } from '@masar/access';
import type { DocumentNode } from 'graphql';

/** A subscription somebody asks for: one operation, valid, within the limits, and allowed by the roles. */
export interface LiveOperation {
  readonly document: DocumentNode;
  /** As their types have them, defaults filled in. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** All that is known of who asks: whoever may see the same is shown the same. */
  readonly visibility: Visibility;
}

/** Where the messages of one subscription go. After it ended nothing is sent any more, and nothing fails. */
export interface Outlet {
  /** Sends one `next` message. @param result the JSON text of a GraphQL execution result, shared by all it is sent to */
  send(result: string): void;
  /** Bytes sent on the same socket that the peer has not taken yet. */
  readonly backlog: number;
  /**
   * Waits until the peer has taken most of the backlog. One that does not within a bounded time is cut off, with a close
   * code that lets it resume; the wait then ends as it does when the subscription ended.
   */
  drained(): Promise<void>;
  /** Ends the subscription: with `complete`, or with `error` where something is wrong. */
  end(error?: unknown): void;
}

/** One subscription as its source holds it. */
export interface Following {
  /** The client left, or is gone: everything held for it is released at once. */
  end(): void;
}

/** A log, and how far it has come. */
export interface LogPlace {
  readonly logId: string;
  readonly epoch: number;
  /** Of its newest event; 0 before the first. */
  readonly position: number;
}

/** What subscriptions are made of, as the WebSocket endpoint needs it. */
export interface LiveSource {
  /**
   * Asks the store: what was acknowledged before is not ahead of the answer, however far reads have come.
   *
   * @throws StoreError `UNAVAILABLE`
   */
  newest(): Promise<LogPlace>;
  /**
   * Begins to follow. Messages go to the outlet from then on, in the order of the log, until one side ends it.
   *
   * @throws ApiError where it cannot begin: `BAD_USER_INPUT`, `LOG_REWOUND`, `FORBIDDEN`, `OVERLOADED`, `UNAVAILABLE`
   */
  follow(operation: LiveOperation, outlet: Outlet): Promise<Following>;
}
