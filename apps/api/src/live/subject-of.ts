import { At, stateCounts } from '@masar/read-models';
import type { Pool } from 'pg';
import type { Facts } from './facts.js';
import type { Feed, Knowledge, Stretch } from './follower.js';
import type { Subject } from './group.js';
import type { LiveRequest } from './live-request.js';
import type { Classified } from './log-reader.js';
import { type Step, stepAt } from './message.js';
import type { Pins } from './pins.js';
import { type Readers, eventSteps, itemSteps } from './subjects.js';

export interface SubjectParts {
  readonly pool: Pool;
  readonly pins: Pins;
  readonly facts: Facts;
  readonly feed: Feed;
  /** The piece of the log behind a position. */
  readonly read: (after: number) => Promise<Classified>;
}

/** What a subscription follows. */
export function subjectOf(request: LiveRequest, parts: SubjectParts): Subject {
  return request.field === 'summary' ? new SummarySubject(request, parts) : new LogSubject(request, parts);
}

/** The events of the log, one after the other. */
class LogSubject implements Subject {
  constructor(
    private readonly request: LiveRequest,
    private readonly parts: SubjectParts,
  ) {}

  async live({ batch, restricted }: Classified): Promise<readonly Step[]> {
    return this.steps({ batch, restricted }, () => true);
  }

  async next(after: number, knowledge: Knowledge): Promise<Stretch> {
    const { feed, read } = this.parts;
    if (after >= feed.examined) return { steps: [], upTo: after };
    const classified = await read(after);
    const known = await this.knownBefore(classified, knowledge);
    const knew = (item: string, position: number) => position > knowledge.known || known.has(item);
    return { upTo: classified.batch.upTo, steps: this.steps(classified, knew) };
  }

  /**
   * Items that were hidden before their catch-up began, and that they may hold since before: whoever is told of one they
   * never had has nothing to forget.
   */
  private async knownBefore(
    { batch, restricted }: Classified,
    { after, known }: Knowledge,
  ): Promise<ReadonlySet<string>> {
    const { pins, facts } = this.parts;
    const keys = batch.entries
      .filter(({ event }) => event.type === 'ReformItemVisibilitySet' && event.position <= known)
      .flatMap(({ concerned }) => concerned)
      .filter((key) => restricted.has(key));
    if (keys.length === 0) return new Set();
    return pins.read(after, (pinned) => facts.thereAt(pinned, after, keys));
  }

  private steps({ batch, restricted }: Classified, knew: Readers['knew']): Step[] {
    const { field, filter, visibility } = this.request;
    const steps = field === 'events' ? eventSteps : itemSteps;
    return steps(filter, batch, { visibility, restricted, knew });
  }
}

/** How many items there are in each state: as they are, however they came to be so. */
class SummarySubject implements Subject {
  constructor(
    private readonly request: LiveRequest,
    private readonly parts: SubjectParts,
  ) {}

  async live({ batch }: Classified): Promise<readonly Step[]> {
    const { programme } = this.request.filter;
    const isTouched = batch.entries.some((entry) => entry.programme === programme);
    return isTouched ? this.counted(batch.upTo, batch.recordedAt) : [];
  }

  async next(): Promise<Stretch> {
    const { examined, examinedAt } = this.parts.feed;
    return { steps: await this.counted(examined, examinedAt), upTo: examined };
  }

  private async counted(position: number, recordedAt: string | null): Promise<Step[]> {
    const { pool, pins } = this.parts;
    const { given, visibility } = this.request;
    const { programme = '', theme, lead, workshop } = given;
    const counts = await pins.read(position, ({ pinned }) =>
      stateCounts(new At(pool, pinned, position, visibility.restricted), {
        programme,
        theme,
        lead,
        workshop,
      }),
    );
    const total = counts.reduce((sum, { count }) => sum + count, 0);
    const digest = JSON.stringify(counts);
    // At one position they differ with what is restricted by now.
    const key = `SummaryChanged@${position} ${digest}`;
    const step = stepAt(position, [
      { key, type: 'SummaryChanged', fields: { fixed: { recordedAt, total, counts } } },
    ]);
    return [{ ...step!, digest }];
  }
}
