import { validAt } from '../engine/pinned.js';
import type { ProgrammeRow } from '../models/programme-tables.js';
import { programmes } from '../models/programmes.js';
import type { WorkshopRow } from '../models/workshop-tables.js';
import { workshops } from '../models/workshops.js';
import { type At, Parameters, select } from './at.js';
import { type Keyed, selectList } from './camel-case.js';
import { requirePlace } from './cursor.js';
import { programmeKey, referenceKey } from './matched.js';

/** All programmes, or those named; by reference. There are few. */
export async function listProgrammes(at: At, references?: readonly string[]): Promise<Keyed<ProgrammeRow>[]> {
  const keys = references?.map(programmeKey) ?? null;
  return select(
    at,
    `select p.key, ${selectList(programmes.tables.programme.columns, 'p')} from ${at.from(programmes, 'programme')} p
     where ${validAt('$1')} and ($2::text[] is null or key = any($2)) order by key`,
    [at.position, keys],
  );
}

export interface WorkshopListing {
  readonly programme?: string;
  readonly readable?: readonly string[];
  readonly states?: readonly string[];
}

/** The order of workshops: by programme, then as listed in their announcement, then by reference. */
const workshopOrder = `programme_key, coalesce(listed, 2147483647), key`;

export type WorkshopPlace = readonly [programme: string, listed: number, key: string];

/**
 * The workshops after a place, one more than `first` where there are more.
 *
 * @throws CursorError `BAD_CURSOR` where `after` is no such place
 */
export async function listWorkshops(
  at: At,
  listing: WorkshopListing,
  first: number,
  after?: WorkshopPlace,
): Promise<Keyed<WorkshopRow>[]> {
  const parameters = new Parameters();
  const where = workshopConditions(at, listing, parameters);
  if (after) {
    requirePlace(after, ['string', 'number', 'string']);
    const [programme, listed, key] = after;
    where.push(
      `(${workshopOrder}) > (${parameters.add(programme)}, ${parameters.add(listed)}::bigint, ${parameters.add(key)})`,
    );
  }
  return select(
    at,
    `select w.key, ${selectList(workshops.tables.workshop.columns, 'w')} from ${at.from(workshops, 'workshop')} w where ${where.join(' and ')}
     order by ${workshopOrder} limit ${parameters.add(first + 1)}`,
    parameters.values,
  );
}

export async function countWorkshops(at: At, listing: WorkshopListing): Promise<number> {
  const parameters = new Parameters();
  const where = workshopConditions(at, listing, parameters);
  const [row] = await select<{ count: number }>(
    at,
    `select count(*) as count from ${at.from(workshops, 'workshop')} where ${where.join(' and ')}`,
    parameters.values,
  );
  return row!.count;
}

function workshopConditions(
  at: At,
  { programme, readable, states }: WorkshopListing,
  parameters: Parameters,
): string[] {
  const where = [validAt(parameters.add(at.position))];
  if (programme !== undefined) where.push(`programme_key = ${parameters.add(programmeKey(programme))}`);
  if (readable) where.push(`programme_key = any(${parameters.add(readable.map(programmeKey))})`);
  if (states) where.push(`state = any(${parameters.add(states)})`);
  return where;
}

export async function findWorkshop(
  at: At,
  programme: string,
  reference: string,
): Promise<Keyed<WorkshopRow> | undefined> {
  const [programmePart, referencePart] = [programmeKey(programme), referenceKey(reference)];
  if (programmePart === null || referencePart === null) return undefined;
  const [row] = await select<Keyed<WorkshopRow>>(
    at,
    `select w.key, ${selectList(workshops.tables.workshop.columns, 'w')} from ${at.from(workshops, 'workshop')} w where ${validAt('$1')} and key = $2`,
    [at.position, `${programmePart}/${referencePart}`],
  );
  return row;
}
