import { validAt } from '../engine/pinned.js';
import { type DecisionRow, decisions } from '../models/decisions.js';
import { workshops } from '../models/workshops.js';
import { type At, select } from './at.js';
import { type Keyed, selectList } from './camel-case.js';

/** The decisions taken at each workshop, in the order they were recorded; `key` is the decision's. */
export async function decisionsAtWorkshops(
  at: At,
  keys: readonly string[],
): Promise<Keyed<DecisionRow & { readonly workshop_key: string }>[]> {
  return select(
    at,
    `select d.key, w.key as "workshopKey", ${selectList(decisions.tables.decision.columns, 'd')}
     from ${at.from(workshops, 'workshop')} w
     join ${at.from(decisions, 'decision')} d
       on d.programme_key = w.programme_key and d.workshop = w.reference and ${validAt('$1', 'd')}
     where ${validAt('$1', 'w')} and w.key = any($2) order by w.key, d.position`,
    [at.position, keys],
  );
}
