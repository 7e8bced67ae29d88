import { CommandFailure } from './failure.js';

/** The epoch `--epoch` gives. @throws CommandFailure where it is none */
export function epochOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const epoch = Number(given);
  if (!Number.isSafeInteger(epoch) || epoch < 1 || epoch > 2_147_483_647)
    throw new CommandFailure(`--epoch ${given} is no number from 1 on`);
  return epoch;
}
