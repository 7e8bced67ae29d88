import type { Erasure } from './erasures.js';
import type { BackupNote } from './key-store.js';

/** Somebody an event speaks of, as the source names them. */
export interface Person {
  /** Within which names are one person's: the programme's reference. */
  readonly scope: string;
  /** At most 1,000 characters; kept as given when first seen. */
  readonly name: string;
  /** `person` unless said otherwise; the same name of another kind is another subject. */
  readonly kind?: string;
}

/**
 * Who the opaque ids in the events are. The only place that knows a name, apart from the log:
 * - `masar.subject` holds the name sealed under a data key of that subject (see sealing.ts),
 * - the {@link KeyStore} holds that data key, sealed under the master key, and the keyed hash by which the name is
 *   found. Destroying this one row erases the person: the name can then be neither read nor searched for.
 */
export interface SubjectVault {
  /** The id of a person by exact name (NFKC, white space folded); made where it is not known yet. */
  subjectFor(person: Person): Promise<string>;
  /** {@link subjectFor} for many, in the order given; a few round trips for each thousand new names. */
  subjectsFor(people: readonly Person[]): Promise<string[]>;
  /** The id of a person where there is one. Makes none. */
  find(person: Person): Promise<string | undefined>;
  /**
   * The names behind ids; null where one is erased or was never known.
   *
   * @throws VaultError `TAMPERED`
   */
  namesOf(ids: readonly string[]): Promise<Map<string, string | null>>;
  /** The scopes of ids; of people who were erased too. Ids that were never given are left out. */
  scopesOf(ids: readonly string[]): Promise<Map<string, string>>;
  /**
   * Erases people: enters them in the list of erasures, on disk, then destroys their keys and what is sealed under
   * them. Safe to do again, from any node, until it has settled.
   *
   * @throws VaultError `ERASURES_DAMAGED`, `ERASURES_UNWRITABLE`; nobody was erased then
   */
  erase(erasures: readonly Erasure[]): Promise<void>;
  /** The backups of keys that were made, oldest first; what a backup holds, an erasure reaches when it has expired. */
  backups(): Promise<BackupNote[]>;
  /** Closes what was opened for the keys. */
  close(): Promise<void>;
}
