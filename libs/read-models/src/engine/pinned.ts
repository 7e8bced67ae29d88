import { quote } from './layout.js';
import { ReadModelError } from './read-model-error.js';
import type { ReadModel } from './read-model.js';
import type { Build } from './registry.js';
import { readBuilds } from './registry.js';
import type { Queryable } from './schema.js';

export type ReadModelState = 'running' | 'halted' | 'building';

/** One request's view of all read models: one schema each, one position for all. */
export interface Pinned {
  /**
   * The position every answer of the request is true at: the least checkpoint of the models that run. 0 where
   * none does.
   */
  readonly position: number;
  state(model: ReadModel): ReadModelState;
  /**
   * The quoted name of a table, for SQL. Its rows as of position P (at most {@link position}) are those with
   * `valid_from <= P AND P < valid_to`; that is {@link validAt}.
   *
   * @throws ReadModelError `READ_MODEL_HALTED`, `READ_MODEL_BUILDING`, `READ_MODEL_UNKNOWN`
   */
  from<M extends ReadModel>(model: M, table: keyof M['tables'] & string): string;
}

/** The SQL condition for rows that hold at a position; `parameter` such as `$1`, `alias` the table's in the query. */
export function validAt(parameter: string, alias?: string): string {
  const prefix = alias === undefined ? '' : `${alias}.`;
  return `${prefix}valid_from <= ${parameter} AND ${prefix}valid_to > ${parameter}`;
}

/** Reads all pointers in one statement, so that a switch or a halt is seen whole or not at all. */
export async function pin(on: Queryable, models: readonly ReadModel[]): Promise<Pinned> {
  return pinnedTo(models, await readBuilds(on));
}

export function pinnedTo(models: readonly ReadModel[], builds: readonly Build[]): Pinned {
  const live = new Map<string, Build>();
  for (const model of models) {
    const own = builds.find(
      ({ name, version, role }) => name === model.name && version === model.version && role === 'live',
    );
    if (own) live.set(model.name, own);
  }
  const running = [...live.values()].filter(({ halted }) => halted === null);
  const known = new Set(models.map(({ name }) => name));
  return {
    position: running.length === 0 ? 0 : Math.min(...running.map(({ checkpoint }) => checkpoint)),
    state: ({ name }) => {
      const build = live.get(name);
      return build === undefined ? 'building' : build.halted ? 'halted' : 'running';
    },
    from: ({ name, version }, table) => {
      const build = live.get(name);
      if (!known.has(name)) {
        throw new ReadModelError('READ_MODEL_UNKNOWN', name, `there is no read model ${name}`);
      }
      if (build === undefined) {
        const message = `read model ${name} is being built in version ${version}: try again shortly`;
        throw new ReadModelError('READ_MODEL_BUILDING', name, message);
      }
      if (build.halted) {
        const message = `read model ${name} stands still before position ${build.halted.position}`;
        throw new ReadModelError('READ_MODEL_HALTED', name, message);
      }
      return `${quote(build.schema)}.${quote(table)}`;
    },
  };
}
