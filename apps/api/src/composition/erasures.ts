import { finishErasure } from '@masar/commands';
import type { OpenedEventStore } from '@masar/event-store/open';
import { type SubjectVault, readErasures, reapply } from '@masar/subjects';
import type { Logger } from 'pino';

/**
 * Carries out every erasure anybody wrote down, in the log or in the list of this node: names that came back from a
 * backup are gone again, and a list that was lost or belongs to another node is whole.
 */
export async function carryOutErasures(
  { log, pool }: Pick<OpenedEventStore, 'log' | 'pool'>,
  vault: SubjectVault,
  path: string,
  said: Pick<Logger, 'warn'>,
): Promise<void> {
  const list = await readErasures(path);
  await reapply(vault, list);
  const listed = new Set(list.entries.map(({ event }) => event));
  const { rows } = await pool.query<{ id: string }>(
    `select id from masar.event
     where stream >= 'subject-' and stream < 'subject.' and type = 'PersonErased' order by position`,
  );
  const missing = rows.filter(({ id }) => !listed.has(id));
  for (const { id } of missing) await finishErasure(vault, (await log.find(id))!);
  if (missing.length > 0)
    said.warn(`the list of erasures lacked ${missing.length}, which the log records: it has them now`);
}
