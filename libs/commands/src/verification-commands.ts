import {
  type DatedItemEvent,
  type GivenDates,
  type KinOf,
  type Step,
  kinOf,
  programmeStream,
  readDates,
} from '@masar/domain';
import { programmeOf } from './aggregates.js';
import type { CommandContext } from './context.js';
import type { CommandDone } from './execute.js';
import { type ItemAddress, type OnItem, executeOnItem } from './item-commands.js';

/**
 * Records a verification on an item. `decide` is told which organisations count as one at the date of effect, as the
 * programme knows them.
 */
export async function executeVerification(
  context: CommandContext,
  address: ItemAddress & GivenDates,
  command: Omit<OnItem, 'decide'> & {
    readonly decide: (history: readonly Step[], kinOf: KinOf) => DatedItemEvent;
  },
): Promise<CommandDone> {
  const programme = programmeOf(await context.store.readStream(programmeStream(address.programme)));
  const { effective } = readDates(address);
  const kin: KinOf = (organisation) => kinOf(programme, organisation, effective);
  return executeOnItem(context, address, {
    ...command,
    decide: (history) => command.decide(history, kin),
  });
}
