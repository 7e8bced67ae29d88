/** Every reason the domain can refuse for. A closed list: clients match on it, so codes are added, never renamed. */
export const refusalCodes = [
  'ALREADY_EXISTS',
  'NOT_FOUND',
  'INVALID_INPUT',
  'INVALID_DATE',
  'INVALID_TRANSITION',
  'INVALID_REFERENCE',
  'ITEM_ENDED',
  'ITEM_NOT_ENDED',
  'ITEM_REMOVED',
  'ITEM_NOT_REMOVED',
  'NOTHING_TO_CHANGE',
  'NOT_COMPETENT',
  'NOT_INDEPENDENT',
  'NO_EVIDENCE',
  'REASON_REQUIRED',
  'RELATION_CYCLE',
  'REVISION_MISMATCH',
  'COMMAND_ID_REUSED',
  /** What somebody proposed, somebody else has to confirm. */
  'SAME_PERSON',
  /** What was to be undone does not stand, or never was. */
  'NOTHING_TO_UNDO',
  /** Fewer were present than the rules ask for. */
  'NO_QUORUM',
  /** A delegation that is no member took part in deciding. */
  'NOT_A_MEMBER',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/** Where in the input a refusal lies, and what to do about it. */
export interface FieldProblem {
  /** Path in the command's input, dotted: `items.0.reference`. */
  readonly path: string;
  readonly message: string;
}

/** A rule of the domain said no. Expected, typed, shown to the user; anything else thrown is a fault. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly fields: readonly FieldProblem[] = [],
  ) {
    super(message);
  }
}
