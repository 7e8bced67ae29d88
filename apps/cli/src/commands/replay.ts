import { historyOf, reservedFor } from '@masar/commands';
import { decode, itemStream, normaliseReference, programmeStream, stateOf } from '@masar/domain';
import type { EventStore, RecordedEvent } from '@masar/event-store';
import type { Command } from 'commander';
import { withStore } from '../composition/workplace.js';
import { CommandFailure } from '../failure.js';

interface Options {
  readonly until?: string;
  readonly json?: boolean;
}

/** `masar replay`: the history of an item as it was recorded, from the log and nothing else. */
export function addReplay(program: Command): void {
  program
    .command('replay <ref>')
    .description('replay an item step by step, as it was recorded: PROGRAMME/REFERENCE')
    .option('--until <position>', 'stop after this position of the log')
    .option('--json', 'one JSON object a line')
    .action(async (ref: string, { until, json }: Options) => {
      const last = until === undefined ? Infinity : Number(until);
      if (Number.isNaN(last) || last < 0) throw new CommandFailure(`--until ${until} is no position`);
      await withStore(async ({ store }) => {
        const events = (await itemEvents(store, ref)).filter(({ position }) => position <= last);
        for (let step = 1; step <= events.length; step += 1) {
          process.stdout.write(`${line(events.slice(0, step), json ?? false)}\n`);
        }
      });
    });
}

async function itemEvents(store: EventStore, ref: string): Promise<RecordedEvent[]> {
  const slash = ref.indexOf('/');
  if (slash < 1)
    throw new CommandFailure(`${ref} names no item: write PROGRAMME/REFERENCE, such as MOI-2017/SAMPLE-001`);
  const programme = programmeStream(ref.slice(0, slash)).slice('programme-'.length);
  const stream = itemStream(`${programme}/${normaliseReference(ref.slice(slash + 1))}`);
  const events = await store.readStream(stream);
  if (events.length === 0) throw new CommandFailure(`there is no item ${ref}`);
  const owner = reservedFor(events);
  return owner === undefined ? events : store.readStream(itemStream(owner));
}

function line(events: readonly RecordedEvent[], json: boolean): string {
  const event = events.at(-1)!;
  const history = historyOf(events);
  const { standing, reference } = stateOf(history);
  const { irregularities } = history.find((step) => step.entry.position === event.position)!;
  const state = standing?.state ?? null;
  const { position, recordedAt, decidedOn, effective } = event;
  if (json) {
    const { type, data } = decode(event);
    return JSON.stringify({
      position,
      recordedAt,
      type,
      decidedOn,
      effective,
      reference,
      state,
      irregularities,
      data,
    });
  }
  const when = effective ?? 'unknown';
  const flags = irregularities.length > 0 ? `  [${irregularities.join(', ')}]` : '';
  return `${String(position).padStart(8)}  ${recordedAt}  ${when.padEnd(10)}  ${event.type.padEnd(32)} → ${state ?? '–'}${flags}`;
}
