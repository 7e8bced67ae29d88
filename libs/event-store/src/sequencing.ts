/** What the one process that writes the ordered log says of itself, as others see it. */
export const sequencerStates = [
  /** Nobody has followed the server yet. */
  'starting',
  /** Reads what the server has and the log has not; the newest is some way ahead. */
  'catchingUp',
  /** Writes each event as it comes. */
  'following',
  /** Met what it may not pass over; nothing is written until somebody has looked. */
  'halted',
  /** Nothing was heard of it for half a minute: no process runs it, or the one that does cannot say so. */
  'stopped',
] as const;
export type SequencerState = (typeof sequencerStates)[number];

/** Where the ordered log stands against the server it is written from. */
export interface SequencingState {
  readonly state: SequencerState;
  /** Why it is halted, or what goes wrong meanwhile, in a sentence for the operator: it may name hosts and streams. */
  readonly why: string | null;
  /** Whether this process is the one that writes. */
  readonly holder: boolean;
  /**
   * How long the oldest event that this process knows to be on the server has waited for the log; while catching up, the
   * age of the newest one written. 0 where nothing waits.
   */
  readonly lagSeconds: number;
  /** Position of the last event in the log. */
  readonly position: number;
}

/** The ordered log's writing, where that is not the store's own doing. */
export interface Sequencing {
  state(): Promise<SequencingState>;
}
