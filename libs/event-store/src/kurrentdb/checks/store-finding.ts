import type { KurrentFault } from '../kurrent-fault.js';

/** What was looked at on the server, and what was found. */
export interface StoreFinding {
  readonly check: string;
  /** `refuse`: nothing is written to it; `warn`: said, and gone on. */
  readonly level: 'ok' | 'warn' | 'refuse';
  /** What was found and, unless all is well, what to do. */
  readonly detail: string;
}

/** What could not be asked is said, and never passed over. */
export function notAsked(check: string, fault: KurrentFault, what: string): StoreFinding {
  return { check, level: 'warn', detail: `${what} could not be asked (${fault.message})` };
}
