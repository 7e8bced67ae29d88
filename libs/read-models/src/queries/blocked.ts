import {
  type Programme,
  type ProgrammeEvent,
  type Provision,
  decode,
  evolveProgramme,
  instrumentOn,
  isInForce,
  noProgramme,
} from '@masar/domain';
import type { JsonObject } from '@masar/event-store';
import { validAt } from '../engine/pinned.js';
import { items } from '../models/items.js';
import { programmes } from '../models/programmes.js';
import { type At, type Parameters, select } from './at.js';
import { stands } from './item-axis-filters.js';

/** What was recorded of the instruments of a programme. */
export interface InstrumentEntry {
  readonly key: string;
  readonly position: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
  readonly effective: string | null;
  readonly recordedAt: string;
}

/** What was recorded of the instruments of these programmes, in that order. */
export async function instrumentEntriesOf(at: At, keys: readonly string[]): Promise<InstrumentEntry[]> {
  return select(
    at,
    `select e.key, e.position, e.type, e.schema_version as "schemaVersion", e.data, e.effective, e.recorded_at as "recordedAt"
     from ${at.from(programmes, 'entry')} e
     where ${validAt('$1', 'e')} and e.key = any($2) and e.body is null and e.type like 'Instrument%'
     order by e.key, e.position`,
    [at.position, keys],
  );
}

/** The provisions that were not in force on a day, of those something requires. */
export function notInForce(
  entries: readonly InstrumentEntry[],
  required: readonly Provision[],
  day: string,
): Provision[] {
  const programme = entries.reduce<Programme>(
    (state, { position, effective, recordedAt, ...stored }) =>
      evolveProgramme(state, { position, effective, recordedAt, event: decode(stored) as ProgrammeEvent }),
    noProgramme,
  );
  return required.filter(
    (provision) => !isInForce(instrumentOn(programme, provision.instrument, day), provision),
  );
}

/** A provision that blocks whatever requires it, as the items of its programme spell it. */
interface Blocking {
  readonly programmeKey: string;
  readonly provision: string;
}

/** Every provision some item requires that was not in force on a day. */
export async function blockingProvisions(at: At, day: string): Promise<Blocking[]> {
  const required = await select<Blocking>(
    at,
    `select distinct c.programme_key as "programmeKey", p.value::text as provision
     from ${at.from(items, 'classification')} c cross join json_array_elements(c.requires_enactment_of) p
     where ${validAt('$1', 'c')} and ${stands('$2', 'c')}`,
    [at.position, day],
  );
  const keys = [...new Set(required.map(({ programmeKey }) => programmeKey))];
  const entries = await instrumentEntriesOf(at, keys);
  return required.filter(({ programmeKey, provision }) => {
    const own = entries.filter(({ key }) => key === programmeKey);
    return notInForce(own, [JSON.parse(provision) as Provision], day).length > 0;
  });
}

/** The condition that the item of a register row `r` requires one of them on that day, or none. The position is `$1`. */
export function blockedCondition(
  at: At,
  blocked: boolean,
  blocking: readonly Blocking[],
  on: string,
  parameters: Parameters,
): string {
  const programmesOf = parameters.add(blocking.map(({ programmeKey }) => programmeKey));
  const provisions = parameters.add(blocking.map(({ provision }) => provision));
  return `${blocked ? '' : 'not '}exists (
    select from ${at.from(items, 'classification')} x cross join json_array_elements(x.requires_enactment_of) p
    join unnest(${programmesOf}::text[], ${provisions}::text[]) b(programme_key, provision)
      on b.programme_key = x.programme_key and b.provision = p.value::text
    where x.key = r.key and ${validAt('$1', 'x')} and ${stands(parameters.add(on), 'x')})`;
}
