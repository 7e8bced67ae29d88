import type { ClientBase } from 'pg';
import type { PlacedEvent } from './stored-on-server.js';

/** The arrays of {@link given}. */
export function placesOf(events: readonly PlacedEvent[]): unknown[] {
  return [
    events.map(({ position }) => position),
    events.map(({ place }) => String(place.commit)),
    events.map(({ place }) => String(place.prepare)),
  ];
}

/** Events and their places on the server, as a table, from three parameters. */
export const given =
  'unnest($1::bigint[], $2::bigint[], $3::bigint[]) as g (position, commit_position, prepare_position)';

/** Gives events of the log their places on the server, where they have none yet: a place is final. */
export async function givePlaces(client: ClientBase, events: readonly PlacedEvent[]): Promise<void> {
  await client.query(
    `update masar.event e set commit_position = g.commit_position, prepare_position = g.prepare_position
     from ${given} where e.position = g.position and e.commit_position is null`,
    placesOf(events),
  );
}

/**
 * The sequencer goes on after the last event of the log; from the beginning where there is none. Nothing is appended until
 * the log has what the server has by then.
 */
export async function followFromTheEnd(client: ClientBase): Promise<void> {
  await client.query(
    `update masar.sequencer set state = 'starting', why = null, heard_at = null, caught_up = false, (commit_position, prepare_position) =
       (select e.commit_position, e.prepare_position from masar.event e order by e.position desc limit 1)`,
  );
}
