import {
  type Relation,
  type Relations,
  type StandingRelation,
  type Step,
  familyOf,
  parseEdtf,
  lastDay,
  standingSuccessions,
  stateOf,
  wayBack,
} from '@masar/domain';

/**
 * What stands between the items one can get to from those that are about to be related: what a check for cycles needs.
 * What stands is read from the histories of those items, which know what was reopened, undone or lapsed since. Most often
 * nothing that was ever declared leads back, and then no history is read and there is nothing to give.
 *
 * @param added the relations about to be
 * @param acting items whose own relations the decision works out; of these, only what has no effect yet is given
 */
export async function standingRelations(
  { declared, said }: Relations,
  added: readonly Relation[],
  acting: ReadonlySet<string>,
  historyOf: (item: string) => Promise<readonly Step[]>,
): Promise<StandingRelation[]> {
  const families = new Set(added.map(({ kind }) => familyOf(kind)));
  // An undone reopening or a struck entry brings back what was declared once.
  if (acting.size > 0) families.add('succession');
  const inFamily = ({ kind }: Relation): boolean => {
    const family = familyOf(kind);
    return family !== undefined && families.has(family);
  };
  const ever = [...declared, ...said].filter(inFamily);
  const possible = [...ever, ...added];
  const starts = possible.filter((one) => acting.has(one.from) || added.includes(one));
  if (!wayBack(possible, starts)) return [];
  const reached = reachedFrom(starts, possible);
  const own = new Set(declared.filter(inFamily).map(({ from }) => from));
  const read = await Promise.all(
    [...own]
      .filter((item) => reached.has(item))
      .map(async (item): Promise<readonly StandingRelation[]> => {
        const history = await historyOf(item);
        const { decisions } = stateOf(history);
        const pending = declared
          .filter(({ from, decision }) => from === item && !Object.hasOwn(decisions, decision))
          .map(({ kind, from, to, effective }) => ({ kind, from, to, since: since(effective) }));
        return acting.has(item) ? pending : [...standingSuccessions(item, history), ...pending];
      }),
  );
  return [...said.filter(inFamily), ...read.flat()];
}

/** From when on a relation counts whose effect is not recorded yet. */
function since(effective: string | null): string {
  return (effective === null ? undefined : parseEdtf(effective)?.earliest) ?? lastDay;
}

function reachedFrom(starts: readonly Relation[], relations: readonly Relation[]): ReadonlySet<string> {
  const reached = new Set(starts.map(({ from }) => from));
  for (let before = -1; before !== reached.size;) {
    before = reached.size;
    for (const { from, to } of relations) if (reached.has(from)) reached.add(to);
  }
  return reached;
}
