import type { RecordedEvent } from '@masar/event-store';
import { ReadModelError } from '@masar/read-models';
import type { ModelsPinned } from '../../read/view.js';
import type { ReadSide } from '../../platform/read-side.js';
import type { Batch } from '../batch.js';
import type { Facts } from '../facts.js';
import type { ItemFacts } from '../filter.js';
import type { Pause, SimulatedLog } from './simulated-log.js';

/** Whether an item is restricted once the events up to a position are known. */
export function isRestricted(events: readonly RecordedEvent[], key: string, position: number): boolean {
  const last = events.findLast(
    (event) =>
      event.position <= position &&
      event.stream === `item-${key}` &&
      event.type === 'ReformItemVisibilitySet',
  );
  return last?.data['visibility'] === 'restricted';
}

/** What is known of a simulated log, as far behind it as chance has it. */
export class SimulatedFacts implements Facts, ReadSide {
  /** Whether the read model of items stands still. */
  halted = false;

  constructor(
    private readonly log: SimulatedLog,
    private readonly pause: Pause,
  ) {}

  async pin(atLeast = 0): Promise<ModelsPinned> {
    await this.pause();
    const head = this.log.events.length;
    // Far behind, as often as that will do.
    const position = Math.max(Math.min(atLeast, head), Math.floor(head / 2));
    return {
      pinned: { position, from: () => this.table(), state: () => 'running' },
      stamp: {},
    } as unknown as ModelsPinned;
  }

  stamp(): undefined {
    return undefined;
  }

  async batch(_read: ModelsPinned, after: number, events: readonly RecordedEvent[]): Promise<Batch> {
    await this.pause();
    const { position, recordedAt } = events.at(-1)!;
    const entries = events.map((event) => {
      const key = event.stream.slice('item-'.length);
      const [programme = '', reference = ''] = key.split('/');
      const none = { themes: [], leads: [], workshop: null, stateBefore: null, stateAfter: null };
      const item: ItemFacts = { key, programme, reference, references: [reference], ...none };
      return { event, programme, concerned: [key], items: [item] };
    });
    return { after, upTo: position, recordedAt, entries };
  }

  async restricted({ pinned }: ModelsPinned, keys: readonly string[]): Promise<ReadonlySet<string>> {
    await this.pause();
    return new Set(keys.filter((key) => isRestricted(this.log.events, key, pinned.position)));
  }

  async thereAt(
    _read: ModelsPinned,
    position: number,
    keys: readonly string[],
  ): Promise<ReadonlySet<string>> {
    await this.pause();
    const { events } = this.log;
    const existed = (key: string) =>
      events.some((event) => event.position <= position && event.stream === `item-${key}`);
    return new Set(keys.filter(existed));
  }

  private table(): string {
    if (this.halted) throw new ReadModelError('READ_MODEL_HALTED', 'items', 'simulated');
    return '';
  }
}
