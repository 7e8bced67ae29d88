import { type Day, daysBetween, parseEdtf } from './edtf.js';
import type { Dated, DomainEvent } from './event.js';
import type { Irregularity } from './item/lifecycle.js';
import type { Minutes } from './minutes.js';
import { type Deadlines, recordingDeadline } from './programme/recording-deadline.js';
import { normaliseReference } from './text.js';

/** What is recorded, and on which day. */
export interface Recording {
  /** EDTF, null for unknown. */
  readonly decidedOn: string | null;
  /** The day of the recorder's clock, UTC. */
  readonly today: Day;
  /** Reference of the session it was decided in, where that is known. */
  readonly session?: string | undefined;
}

/**
 * What is irregular about recording something on that day. Nothing is refused for it.
 *
 * `LATE`: more days after the last it may have been decided on than the programme gave for it then. `AFTER_MINUTES`: the
 * minutes of the workshop it was decided at are approved already. Of an unknown date nobody can say whether it is late.
 *
 * @param minutes of the workshop it was decided at; undefined where it was at none
 */
export function recordingFlags(
  { decidedOn, today, session }: Recording,
  programme: Pick<Deadlines, 'deadlines'>,
  minutes: Minutes | undefined,
): Irregularity[] {
  const flags: Irregularity[] = [];
  const decided = decidedOn === null ? undefined : parseEdtf(decidedOn);
  const days = decided && recordingDeadline(programme, decided.latest);
  if (decided && days !== undefined && daysBetween(decided.latest, today) > days) flags.push('LATE');
  if (minutes?.approval && isAbout(minutes, session)) flags.push('AFTER_MINUTES');
  return flags;
}

/** Whether minutes are of a session; those that name none are of all, and of an unknown one nobody knows better. */
function isAbout({ sessions }: Minutes, session: string | undefined): boolean {
  if (!sessions || session === undefined) return true;
  return sessions.some((one) => normaliseReference(one) === normaliseReference(session, 'session'));
}

/** The event with further flags of the recorder's. */
export function withFlags<
  E extends Dated<DomainEvent & { readonly data: { readonly irregularities?: readonly Irregularity[] } }>,
>(event: E, flags: readonly Irregularity[]): E {
  if (flags.length === 0) return event;
  const irregularities = [...new Set([...(event.data.irregularities ?? []), ...flags])].sort();
  return { ...event, data: { ...event.data, irregularities } };
}
