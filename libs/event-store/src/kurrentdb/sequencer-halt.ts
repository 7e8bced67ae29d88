import type { SequencedHead, Written } from './sequenced-log.js';
import type { StoredEvent } from './stored-event.js';

/** Met what may not be passed over: nothing is written behind it until somebody has looked. */
export class SequencerHalt extends Error {
  override readonly name = 'SequencerHalt';
}

/** The log's last event is not on the server. */
export function putBack({ stream, revision, position }: SequencedHead, onServer: string): SequencerHalt {
  return new SequencerHalt(
    `the server no longer has event ${revision} of ${onServer}, which is position ${position} of the log: it was put back to an earlier state, or the end of stream ${stream} was removed. Put the server forward again; or stop every process, save what the log has with masar backup, and run masar rebuild --log, which says what would be lost`,
  );
}

/** An event of ours that cannot be written where it stands. */
export function unwritable(
  event: StoredEvent,
  onServer: string,
  { outcome, nextRevision }: Extract<Written, { nextRevision: number }>,
): SequencerHalt {
  const { revision, id, place } = event;
  const at = `event ${revision} of ${onServer}`;
  switch (outcome) {
    case 'known':
      return new SequencerHalt(
        `${at} has the id ${id}, which is in the log already: the same id was appended to two streams, or the log is ahead of where it says it is. masar doctor shows more`,
      );
    case 'gap':
      return new SequencerHalt(
        `${at} came where revision ${nextRevision} should: what stands between is missing on the server, which may have been scavenged or put back. masar doctor shows more`,
      );
    case 'order':
      return new SequencerHalt(
        `${at} stands at ${place.commit}/${place.prepare}, which is not behind the last event of the log: the server is another one, or was put back to an earlier state. Stop every process, save what the log has with masar backup, and run masar rebuild --log`,
      );
  }
}

export function refusedByDatabase({ revision }: StoredEvent, onServer: string): SequencerHalt {
  return new SequencerHalt(
    `the database refuses a value of event ${revision} of ${onServer}: Masar did not write it as it is`,
  );
}

export function unplaced(): SequencerHalt {
  return new SequencerHalt(
    'the last event of the log has no place on the server: the database was written by a Masar without KURRENTDB_URL. Stop every process, save what the log has with masar backup, and run masar rebuild --log',
  );
}
