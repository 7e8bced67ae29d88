import { StoreError, type StoreErrorCode } from '@masar/event-store';

/** What keeps the store from doing more at the moment. */
const passing = new Set<StoreErrorCode>(['UNAVAILABLE', 'OUTCOME_UNKNOWN', 'OVERLOADED', 'CLOSED']);

/**
 * Does what comes after a command was recorded: reading what it left, and what follows from it, which a worker finishes
 * where it is not done here. Where the store cannot do it now, nobody is told that nothing was written.
 *
 * @throws StoreError `NOT_YET_READABLE`: the command stands, and a retry under its id gets the answer
 */
export async function onceRecorded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreError) || !passing.has(error.code)) throw error;
    throw notYetReadable(error);
  }
}

/** Said of a command that stands. */
export function notYetReadable(cause: StoreError): StoreError {
  const message = 'the command is recorded, and its answer cannot be read yet: retry with the same commandId';
  return new StoreError('NOT_YET_READABLE', message, { cause });
}
