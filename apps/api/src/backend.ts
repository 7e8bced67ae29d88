import type { EventLog, EventStore } from '@masar/event-store';

/** Injection token of the {@link Backend}. */
export const BACKEND = Symbol('Backend');

/** The store commands write to and the log everything else reads, as the composition root opened them. */
export interface Backend {
  readonly store: EventStore;
  readonly log: EventLog;
}
