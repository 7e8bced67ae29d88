import type { Pool } from 'pg';
import type { Feed, Knowledge, Stretch } from './follower.js';
import type { Classified, Subject } from './group.js';
import type { LiveRequest } from './live-request.js';
import type { Step } from './message.js';
import type { Pins } from './pins.js';
import { type Readers, eventSteps, itemSteps } from './subjects.js';

export interface SubjectParts {
  readonly pool: Pool;
  readonly pins: Pins;
  readonly feed: Feed;
  /** The piece of the log behind a position. */
  read(after: number): Promise<Classified>;
}

/** What a subscription follows. */
export function subjectOf(request: LiveRequest, parts: SubjectParts): Subject {
  return new LogSubject(request, parts);
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

  async next(after: number, { known }: Knowledge): Promise<Stretch> {
    const { feed, read } = this.parts;
    if (after >= feed.examined) return { steps: [], upTo: after };
    const { batch, restricted } = await read(after);
    return { upTo: batch.upTo, steps: this.steps({ batch, restricted }, (_item, position) => position > known) };
  }

  private steps({ batch, restricted }: Classified, knew: Readers['knew']): Step[] {
    const { field, filter, visibility } = this.request;
    const steps = field === 'events' ? eventSteps : itemSteps;
    return steps(filter, batch, { visibility, restricted, knew });
  }
}
