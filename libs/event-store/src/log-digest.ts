import { createHash } from 'node:crypto';
import { canonicalise } from './postgres/canonical.js';
import type { RestorableEvent } from './ports.js';

/**
 * The line of an event, without its line feed, as archives have it (docs/backup.md): canonical JSON of everything that
 * is kept of it. The data stand in it as a string: the stored bytes, not what they mean.
 */
export function eventLine(event: RestorableEvent): string {
  const { actor, causationId, commandId, correlationId, decidedOn, effective, id, position } = event;
  const { recordedAt, revision, schemaVersion, stream, type, bytes, salt } = event;
  return canonicalise({
    actor: { ...actor },
    causationId,
    commandId,
    correlationId,
    data: bytes,
    decidedOn,
    effective,
    id,
    position,
    recordedAt,
    revision,
    salt: Buffer.from(salt).toString('hex'),
    schemaVersion,
    stream,
    type,
  });
}

/** How many events a log has, and what tells it from every other: wherever it is kept, the same log has the same. */
export interface DigestedLog {
  readonly events: number;
  /** SHA-256, hex, of the lines of its events from position 1 on, each with its line feed. */
  readonly digest: string;
}

/** {@link DigestedLog} of the events given to it, for whoever does something else with them besides. */
export class LogDigest {
  private readonly hash = createHash('sha256');
  private events = 0;

  add(event: RestorableEvent): void {
    this.hash.update(`${eventLine(event)}\n`);
    this.events += 1;
  }

  /** Of those given so far; more may follow. */
  soFar(): DigestedLog {
    return { events: this.events, digest: this.hash.copy().digest('hex') };
  }
}

/**
 * The digest of a log, without its identity: a copy under another one has the same. Of an archive it is what
 * `zcat FILE | sed '1d;$d' | sha256sum` prints.
 *
 * @param events from position 1 on
 */
export async function logDigest(events: AsyncIterable<readonly RestorableEvent[]>): Promise<DigestedLog> {
  const digest = new LogDigest();
  for await (const batch of events) {
    for (const event of batch) digest.add(event);
  }
  return digest.soFar();
}
