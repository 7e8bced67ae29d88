import { StoreError } from '../errors.js';

/** What to do about an error of the database. */
export type Fault =
  /** The connection or the server is gone, or it was the wrong moment: the same again may do. */
  | 'transient'
  /** The server works, and cannot write now: full, read-only, out of memory. */
  | 'exhausted'
  /** The values were refused. */
  | 'refused'
  | 'other';

/** There is no database of that name: when a service starts, a mistake; while it runs, one that is being put back. */
export const noSuchDatabase = '3D000';

const transientStates = new Set([
  noSuchDatabase,
  // The database takes no connections, as when it is about to be renamed or put back.
  '55000',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '40001',
  '40P01',
  '55P03',
  '57014',
  '53300',
]);
const exhaustedStates = new Set(['53000', '53100', '53200', '25006']);
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Sorts an error by its SQLSTATE, or its network code; `pg` gives a broken connection neither. */
export function faultOf(error: unknown): Fault {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') {
    if (transientStates.has(code) || code.startsWith('08') || networkCodes.has(code)) return 'transient';
    if (exhaustedStates.has(code) || code.startsWith('58')) return 'exhausted';
    if (code.startsWith('22') || code.startsWith('23') || code.startsWith('54')) return 'refused';
    return 'other';
  }
  return typeof message === 'string' && /connection|timeout|client was closed|not queryable/i.test(message)
    ? 'transient'
    : 'other';
}

/** The error a reader sees: never the server's own words. */
export function readError(error: unknown): unknown {
  if (faultOf(error) !== 'transient') return error;
  return new StoreError('UNAVAILABLE', 'the database does not answer; try again', { cause: error });
}
