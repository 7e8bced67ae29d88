import { patienceMs } from '../appending/append-request.js';

/** How long the parts of an append and of a read may take. Every wait ends. */
export interface KurrentLimits {
  /** An append, from the call until the server's answer is known, every try included. */
  readonly patienceMs: number;
  /** One try: then another is made over a new connection, with the same ids. */
  readonly tryMs: number;
  /** From the server's answer until the ordered log has the events. */
  readonly logMs: number;
  /** A read, every try included. */
  readonly readMs: number;
  /** Appends under way, once the store is being closed. */
  readonly closeMs: number;
}

export const kurrentLimits: KurrentLimits = {
  patienceMs,
  tryMs: 5_000,
  logMs: 15_000,
  readMs: 15_000,
  closeMs: 10_000,
};
