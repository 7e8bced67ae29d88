import type { Actor, EventLog, EventStore } from '@masar/event-store';
import type { SubjectVault } from '@masar/subjects';
import type { Mapping } from '../mapping/language.js';
import type { ImportProgress } from './report.js';

export interface ImportOptions {
  readonly file: string;
  readonly mapping: Mapping;
  /** Reference of the programme to import into; registered under it where it is not, once all rows are checked. */
  readonly programme: string;
  readonly store: Pick<EventStore, 'append' | 'readStream'>;
  readonly log: Pick<EventLog, 'find' | 'head'>;
  readonly subjects: Pick<SubjectVault, 'subjectsFor'>;
  /** Who imports. What the source says of who did what is data (`claimedBy`), never the actor. */
  readonly actor: Actor;
  /** Check only: read everything, write nothing. */
  readonly dryRun?: boolean;
  /** Import the rows without a problem, and write the others to the rejects file. */
  readonly acceptRejects?: boolean;
  /** `<file>.rejects.<extension>` beside the file where not given. */
  readonly rejectsFile?: string;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Stops after the batch at hand; what was written stands. */
  readonly signal?: AbortSignal;
}
