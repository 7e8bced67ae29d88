import type { LogComparison, MissingEvents } from '@masar/event-store';

/** What a comparison of the log with its server means, for people. */
interface Judged {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Streams named in a line of their own; of more, how many there are. */
const named = 20;

/** A line for the log as a whole, and one for each stream the server hides or has lost events of. */
export function judgeComparison(comparison: LogComparison): Judged[] {
  const { upTo, difference, missing, missingEvents, unsafe } = comparison;
  const check = 'log and server';
  const whole: Judged =
    difference !== undefined
      ? {
          check,
          ok: false,
          detail: `${difference}: masar backup saves what the log has, masar rebuild --log writes it anew from the server`,
        }
      : missingEvents > 0
        ? {
            check,
            ok: false,
            detail: `the server no longer has ${missingEvents} of the ${upTo} events of the log: masar backup, and restore that into another database and KURRENTDB_PREFIX`,
          }
        : {
            check,
            ok: true,
            detail: `all ${upTo} events are the same in both: ids, streams, revisions, bytes, times and salts`,
          };
  const lines = [
    ...missing.map(lost),
    ...unsafe.map(({ stream, what }) => ({
      check: `stream ${stream}`,
      ok: false,
      detail: `${what}. Remove that from its metadata`,
    })),
  ];
  const more = lines.length - named;
  return [
    whole,
    ...lines.slice(0, named),
    ...(more > 0
      ? [{ check: 'streams', ok: false, detail: `${more} more streams are hidden or lost in part` }]
      : []),
  ];
}

function lost({ stream, events, firstRevision, lastRevision, why }: MissingEvents): Judged {
  const which =
    firstRevision === lastRevision
      ? `revision ${firstRevision}`
      : `${events} between revisions ${firstRevision} and ${lastRevision}`;
  return {
    check: `stream ${stream}`,
    ok: false,
    detail: `events the log has are gone from the server: ${which}${why === undefined ? '' : ` (${why})`}`,
  };
}
