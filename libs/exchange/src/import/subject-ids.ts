import type { SubjectVault } from '@masar/subjects';

const remembered = 20_000;

/** Looks names up in the vault of a programme, a batch at a time, and remembers the last of them. */
export function subjectIds(
  vault: Pick<SubjectVault, 'subjectsFor'>,
  programme: string,
): (names: readonly string[]) => Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, string>();
  return async (names) => {
    if (known.size > remembered) known.clear();
    const open = names.filter((name) => !known.has(name));
    if (open.length > 0) {
      const ids = await vault.subjectsFor(open.map((name) => ({ scope: programme, name })));
      open.forEach((name, index) => known.set(name, ids[index]!));
    }
    return new Map(names.map((name) => [name, known.get(name)!]));
  };
}
