import type { Body } from './body.js';
import type { DecisionRecorded } from './decision.js';
import type { Step } from './item/timeline.js';
import type { Programme } from './programme/programme.js';
import { type FieldProblem, Refusal, type RefusalCode } from './refusal.js';
import type { StandingRelation } from './relation-cycles.js';
import type { Workshop } from './workshop/workshop.js';

/** An item's history as it stands, with the stream's revision. */
export interface LoadedItem {
  readonly history: readonly Step[];
  readonly revision: number;
}

/** What a decision is checked against. */
export interface Surroundings {
  /** Every item named, also as a target; missing where there is no such item. */
  readonly items: ReadonlyMap<string, LoadedItem>;
  /** What stands between the items one can get to from those it makes others of; see {@link findCycle}. */
  readonly relations: readonly StandingRelation[];
  /** The deciding body; undefined where none was named. */
  readonly body?: Body | undefined;
  /** The workshop it was decided at; undefined where none was named. */
  readonly workshop?: Workshop | undefined;
  /** The programme as it is recorded; needed where something of it is mentioned. */
  readonly programme?: Programme | undefined;
  /** The decisions it undoes, by id; missing where there is no such decision. */
  readonly undone?: ReadonlyMap<string, DecisionRecorded['data']>;
}

/** A rule a decision breaks, and where. */
export interface Problem extends FieldProblem {
  readonly code: RefusalCode;
}

/** Refuses for the first of these problems, and names the place of each. */
export function refuseFor(problems: readonly Problem[]): void {
  const [first] = problems;
  if (!first) return;
  const fields = problems.map(({ path, message }) => ({ path, message }));
  throw new Refusal(first.code, first.message, fields);
}

/** When it was decided, EDTF, as far as is known: what had to be there had to be there then. */
export function decidedWhen(dates: {
  readonly decidedOn: string | null;
  readonly effective: string | null;
}): string | null {
  return dates.decidedOn ?? dates.effective;
}
