import type { EventLog, RecordedEvent } from '@masar/event-store';
import { type Batch, partOf } from './batch.js';
import type { Facts } from './facts.js';
import type { LogGuard } from './log-guard.js';
import { LogPages } from './log-pages.js';
import { patiently } from './patience.js';
import type { Pins } from './pins.js';

/** A batch, and which of the items it concerns are restricted now. */
export interface Classified {
  readonly batch: Batch;
  readonly restricted: ReadonlySet<string>;
}

interface Restricted {
  readonly generation: number;
  readonly among: Promise<ReadonlySet<string>>;
}

export interface ReaderParts {
  readonly log: EventLog;
  readonly facts: Facts;
  readonly pins: Pins;
  readonly guard: LogGuard;
  readonly signal: AbortSignal;
}

/** The log with its facts, read once for all who follow; and how items are classified, as of what was heard. */
export class LogReader {
  /** One more each time something is classified otherwise: what was found out before may not be sent any more. */
  generation = 0;
  private readonly pages: LogPages;
  private readonly restricted = new WeakMap<Batch, Restricted>();

  constructor(private readonly parts: ReaderParts) {
    this.pages = new LogPages((after, upTo) => this.read(after, upTo));
  }

  /** Takes note of events just heard of. @returns whether they classify anything otherwise: no pin from before will do */
  hear(events: readonly RecordedEvent[]): boolean {
    if (!events.some(({ type }) => type === 'ReformItemVisibilitySet')) return false;
    this.generation += 1;
    return true;
  }

  /**
   * Events with their facts, once the read models have come to them.
   *
   * @throws ApiError `LOG_REWOUND` where they are of another history
   */
  async withFacts(after: number, events: readonly RecordedEvent[]): Promise<Batch> {
    const { pins, facts, guard } = this.parts;
    const batch = await pins.read(events.at(-1)!.position, (read) => facts.batch(read, after, events));
    await guard.sameLog();
    return batch;
  }

  /** Keeps a batch at hand for those who are not far behind. */
  keep(batch: Batch): void {
    this.pages.add(batch);
  }

  /** The piece of the log behind a position, up to another at most. */
  async after(position: number, upTo: number): Promise<Classified> {
    const whole = await patiently(this.parts.signal, () => this.pages.containing(position, upTo));
    const { restricted } = await this.classify(whole);
    return { batch: partOf(whole, position, upTo), restricted };
  }

  /** With what is restricted, by all that was heard: asked once, until something is classified otherwise. */
  async classify(batch: Batch): Promise<Classified> {
    const { generation } = this;
    const known = this.restricted.get(batch);
    if (known?.generation === generation) return { batch, restricted: await known.among };
    const { pins, facts } = this.parts;
    const keys = [...new Set(batch.entries.flatMap(({ concerned }) => concerned))];
    const among =
      keys.length === 0
        ? Promise.resolve(new Set<string>())
        : pins.read(batch.upTo, (read) => facts.restricted(read, keys));
    this.restricted.set(batch, { generation, among });
    among.catch(() => this.restricted.delete(batch));
    return { batch, restricted: await among };
  }

  /** @throws ApiError `LOG_REWOUND` where the log ends before what was heard of: a page would never be whole */
  private async read(after: number, upTo: number): Promise<Batch> {
    const { log, guard } = this.parts;
    const events = await log.readAll(after, upTo - after);
    if (events.at(-1)?.position !== upTo) throw await guard.rewound('was put back to an earlier end');
    return this.withFacts(after, events);
  }
}
