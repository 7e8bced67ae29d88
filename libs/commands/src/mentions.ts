import { type Mention, Refusal, notThere, programmeStream } from '@masar/domain';
import { programmeOf } from './aggregates.js';
import type { CommandContext } from './context.js';

/**
 * Refuses what mentions something its programme had not on a day.
 *
 * @param on EDTF, null for unknown
 * @throws Refusal `NOT_FOUND`, a field each
 */
export async function requireThere(
  { store }: Pick<CommandContext, 'store'>,
  programme: string,
  mentions: readonly Mention[],
  on: string | null,
): Promise<void> {
  if (mentions.length === 0) return;
  const there = programmeOf(await store.readStream(programmeStream(programme)));
  const problems = notThere(there, mentions, on);
  if (problems.length > 0) throw new Refusal('NOT_FOUND', problems[0]!.message, problems);
}
