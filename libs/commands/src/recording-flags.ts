import {
  type Irregularity,
  type Recording,
  minutesStream,
  programmeStream,
  recordingFlags,
} from '@masar/domain';
import { minutesOf, programmeOf } from './aggregates.js';
import type { CommandContext } from './context.js';

/** What is irregular about recording something now: `LATE`, `AFTER_MINUTES`. A retry keeps the flags of the first time. */
export async function flagsNow(
  { store, now }: CommandContext,
  {
    programme,
    workshop,
    decidedOn,
    session,
  }: Omit<Recording, 'today'> & { readonly programme: string; readonly workshop?: string | undefined },
): Promise<Irregularity[]> {
  const [its, minutes] = await Promise.all([
    store.readStream(programmeStream(programme)).then(programmeOf),
    workshop === undefined ? undefined : store.readStream(minutesStream(programme, workshop)).then(minutesOf),
  ]);
  return recordingFlags({ decidedOn, session, today: dayOf(now()) }, its, minutes);
}

/** The day of a time, UTC. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
