import type { Halt } from './registry.js';

/** What the engine tells its host, for log lines and metrics. Quotes no event data. */
export type Notice = { readonly model: string } & (
  | { readonly kind: 'owned' }
  /** A batch was committed; `rows` counts versions written and versions ended. */
  | {
      readonly kind: 'applied';
      readonly events: number;
      readonly rows: number;
      readonly checkpoint: number;
      readonly milliseconds: number;
      readonly building: boolean;
    }
  | { readonly kind: 'halted'; readonly halt: Halt }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'building'; readonly schema: string; readonly because: BuildReason }
  | { readonly kind: 'live'; readonly schema: string; readonly checkpoint: number }
  /** Another process had moved the checkpoint; it is read again. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'dropped'; readonly schema: string }
  /** Something failed that may pass: the database, the log. Tried again after the delay. */
  | { readonly kind: 'failed'; readonly error: string; readonly retryInMs: number }
);

/** first: there is no build of this version; lost: its tables are gone; rewound: the log is another than it was. */
export type BuildReason = 'first' | 'asked' | 'lost' | 'rewound';

export type Observe = (notice: Notice) => void;
