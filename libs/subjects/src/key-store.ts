/** The data key of a subject as it is kept. */
export interface SubjectKey {
  readonly subject: string;
  /** Keyed hash of scope, kind and name, by which the subject is found. */
  readonly lookup: Buffer;
  /** The data key, sealed under the master key. */
  readonly wrapped: Buffer;
}

/** Where the keys are kept: apart from the log and from the sealed names, so that a copy of those opens nothing. */
export interface KeyStore {
  /** Made with the store: tells it from any other. */
  readonly id: string;
  /** What the master key is known by; the one given where the store has none yet. */
  checkOf(masterKeyCheck: Buffer): Promise<Buffer>;
  /** The subjects that are found by these hashes. */
  find(lookups: readonly Buffer[]): Promise<Pick<SubjectKey, 'lookup' | 'subject'>[]>;
  /** Takes keys, all or none. @returns the subjects taken; one whose hash is there already is left out */
  add(keys: readonly SubjectKey[]): Promise<string[]>;
  /** The keys of subjects; those that have none are left out. */
  of(subjects: readonly string[]): Promise<SubjectKey[]>;
  /**
   * Destroys the keys of subjects, and what the database keeps of deleted rows. One caller at a time, on whichever node:
   * `first` runs before, and nothing is destroyed where it fails. Destroying again is safe.
   */
  destroy(subjects: readonly string[], first: () => Promise<void>): Promise<void>;
  /** All keys in the order of their subjects, a page at a time: those after this subject. */
  page(after: string, limit: number): Promise<SubjectKey[]>;
  /** Writes down that a backup may hold every key there is at `madeAt`, until `expiresAt`. */
  noteBackup(backup: BackupNote): Promise<void>;
  backups(): Promise<BackupNote[]>;
  /**
   * Replaces every key by what `renew` makes of it, all or none, for another master key. Whoever opened the store before
   * is refused from then on.
   */
  renew(
    masterKeyCheck: Buffer,
    renew: (keys: readonly SubjectKey[]) => Promise<SubjectKey[]>,
  ): Promise<number>;
}

/** When a backup of the keys was made, and from when on it is worth nothing. UTC. */
export interface BackupNote {
  readonly madeAt: string;
  readonly expiresAt: string;
}

/** Smaller than any subject. */
export const firstSubject = '00000000-0000-0000-0000-000000000000';
