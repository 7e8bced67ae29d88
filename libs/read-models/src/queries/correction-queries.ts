import { validAt } from '../engine/pinned.js';
import { type CorrectionRow, corrections } from '../models/corrections.js';
import { type At, Parameters, select } from './at.js';
import { type Keyed, selectList } from './camel-case.js';
import { requirePlace } from './cursor.js';
import { programmeKey } from './matched.js';

export interface CorrectionListing {
  readonly programme?: string;
  /** Programmes the reader may see; undefined for all. */
  readonly readable?: readonly string[];
  readonly states?: readonly string[];
  /** Id of an item it reaches. */
  readonly item?: string;
}

const columns = selectList(corrections.tables.correction.columns, 'c');

/**
 * The corrections after a position in the log, in the order they were proposed; one more than `first` where there are.
 *
 * @throws CursorError `BAD_CURSOR` where `after` is no position
 */
export async function listCorrections(
  at: At,
  listing: CorrectionListing,
  first: number,
  after?: number,
): Promise<Keyed<CorrectionRow>[]> {
  const parameters = new Parameters();
  const where = conditions(at, listing, parameters);
  if (after !== undefined) {
    requirePlace([after], ['number']);
    where.push(`position > ${parameters.add(after)}`);
  }
  return select(
    at,
    `select c.key, ${columns} from ${at.from(corrections, 'correction')} c where ${where.join(' and ')}
     order by position limit ${parameters.add(first + 1)}`,
    parameters.values,
  );
}

export async function countCorrections(at: At, listing: CorrectionListing): Promise<number> {
  const parameters = new Parameters();
  const where = conditions(at, listing, parameters);
  const [row] = await select<{ count: number }>(
    at,
    `select count(*) as count from ${at.from(corrections, 'correction')} where ${where.join(' and ')}`,
    parameters.values,
  );
  return row!.count;
}

function conditions(at: At, listing: CorrectionListing, parameters: Parameters): string[] {
  const { programme, readable, states, item } = listing;
  const where = [validAt(parameters.add(at.position))];
  if (programme !== undefined) where.push(`programme_key = ${parameters.add(programmeKey(programme))}`);
  if (readable) where.push(`programme_key = any(${parameters.add(readable.map(programmeKey))})`);
  if (states) where.push(`state = any(${parameters.add(states)})`);
  if (item !== undefined) where.push(`items @> array[${parameters.add(item)}]`);
  return where;
}

export async function correctionsByKey(at: At, keys: readonly string[]): Promise<Keyed<CorrectionRow>[]> {
  return select(
    at,
    `select c.key, ${columns} from ${at.from(corrections, 'correction')} c where ${validAt('$1')} and key = any($2)`,
    [at.position, keys],
  );
}
