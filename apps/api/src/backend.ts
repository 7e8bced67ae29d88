import type { EventLog, EventStore } from '@masar/event-store';
import type { SubjectVault } from '@masar/subjects';
import type { Pool } from 'pg';

/** Injection token of the {@link Backend}. */
export const BACKEND = Symbol('Backend');

/** What the composition root opened: the store commands write to, the log, the rows, and the names. */
export interface Backend {
  readonly store: EventStore;
  readonly log: EventLog;
  /** Connections in UTC. */
  readonly pool: Pool;
  readonly vault: SubjectVault;
  /** The recorder's clock. */
  readonly now: () => Date;
}
