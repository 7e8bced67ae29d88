import { parseEdtf } from './edtf.js';
import type { DateNotes, Dated, GivenDates } from './event.js';
import { readDates, withoutUndefined } from './event.js';
import type { Irregularity } from './item/lifecycle.js';
import { Refusal } from './refusal.js';
import { type Cycle, type Relation, type StandingRelation, findCycle } from './relation-cycles.js';
import { relationReads, saidKinds } from './relation-kinds.js';
import { type LangText, normaliseProgramme, requireText } from './text.js';

/*
 * The storage format of a programme's relations, `relations-<programme>`: what must hold across items is decided in one
 * place. One event for each decision that relates items, and one for each relation that is said by itself. Add fields,
 * never rename.
 */
export type RelationEvent =
  | {
      readonly type: 'RelationsDeclared';
      readonly data: {
        readonly decision: string;
        readonly added: readonly Relation[];
        /** Items that the same decision reopens: what they had become ends there. */
        readonly released: readonly string[];
        readonly illustrative?: boolean;
      };
    }
  /** The relations would have closed a cycle: every effect of the decision that needs them lapses. */
  | {
      readonly type: 'RelationsLapsed';
      readonly data: { readonly decision: string; readonly code: 'RELATION_CYCLE' };
    }
  /** Said by itself: nobody's decision on either item. */
  | { readonly type: 'ItemsRelated'; readonly data: Relation & SaidCircumstances }
  /** The relation stands no more, from its effective date on. */
  | { readonly type: 'ItemsUnrelated'; readonly data: Relation & SaidCircumstances };

interface SaidCircumstances {
  readonly reason?: LangText;
  readonly irregularities?: readonly Irregularity[];
  readonly asRecorded?: boolean;
  readonly illustrative?: boolean;
  readonly dates?: DateNotes;
}

/** A relation some decision declared. Whether its effect stands on the item, the item's own history says. */
export interface DeclaredRelation extends Relation {
  readonly decision: string;
  /** EDTF, null for unknown. */
  readonly effective: string | null;
}

export interface Relations {
  readonly declared: readonly DeclaredRelation[];
  readonly decisions: { readonly [decision: string]: 'declared' | 'lapsed' };
  /** What was said by itself, in the order of recording, with the days it stands on. */
  readonly said: readonly StandingRelation[];
}

export const noRelations: Relations = { declared: [], decisions: {}, said: [] };

export function relationsStream(programme: string): string {
  return `relations-${normaliseProgramme(programme)}`;
}

/** When an event took effect, and when it was recorded. */
interface At {
  /** EDTF, null for unknown. */
  readonly effective: string | null;
  /** UTC, ISO 8601. */
  readonly recordedAt: string;
}

export function evolveRelations(relations: Relations, event: RelationEvent, at: At): Relations {
  switch (event.type) {
    case 'RelationsDeclared': {
      const { decision, added } = event.data;
      const { effective } = at;
      return {
        ...relations,
        declared: [...relations.declared, ...added.map((one) => ({ ...one, decision, effective }))],
        decisions: { ...relations.decisions, [decision]: 'declared' },
      };
    }
    case 'RelationsLapsed':
      return { ...relations, decisions: { ...relations.decisions, [event.data.decision]: 'lapsed' } };
    case 'ItemsRelated': {
      const { kind, from, to } = event.data;
      return { ...relations, said: [...relations.said, { kind, from, to, since: dayOf(at) }] };
    }
    case 'ItemsUnrelated': {
      const last = relations.said.findLastIndex((one) => isSame(one, event.data) && one.until === undefined);
      const said = relations.said.map((one, index) => (index === last ? { ...one, until: dayOf(at) } : one));
      return { ...relations, said };
    }
  }
}

/** The day that orders it: the first its date may mean; of an unknown one, the day it was recorded. */
function dayOf({ effective, recordedAt }: At): string {
  return (effective === null ? undefined : parseEdtf(effective)?.earliest) ?? recordedAt.slice(0, 10);
}

function isSame(one: Relation, other: Relation): boolean {
  return one.kind === other.kind && one.from === other.from && one.to === other.to;
}

/** Refuses what would close a cycle. */
export function requireNoCycle(cycle: Cycle | undefined, path: string): void {
  if (!cycle) return;
  const circle = cycle.path.join(' → ');
  throw new Refusal('RELATION_CYCLE', `${cycle.path[0]} would follow from itself: ${circle}`, [
    { path, message: `would close a circle that stands on ${cycle.day}: ${circle}` },
  ]);
}

export interface RelationInput extends GivenDates, Relation {
  readonly asRecorded?: boolean;
  readonly reason?: LangText;
  readonly illustrative?: boolean;
  /** Flags only the recorder can know: `LATE`. */
  readonly flags?: readonly Irregularity[];
}

/** What a relation is checked against. */
export interface RelationSurroundings {
  readonly relations: Relations;
  /** Whether an item is on the register; undefined where there is no such item. */
  readonly onRegister: (item: string) => boolean | undefined;
  /** What stands between the items one can get to from the other; see {@link findCycle}. */
  readonly standing: readonly StandingRelation[];
  /** Today, for what has an unknown date. */
  readonly today: string;
}

/** Says how one item stands to another, by itself: no decision on either. */
export function relateItems(input: RelationInput, around: RelationSurroundings): Dated<RelationEvent> {
  const { kind, from, to } = input;
  const dates = readDates(input);
  requireSaid(input, around);
  const since = dayOf({ effective: dates.effective, recordedAt: around.today });
  const twice = around.relations.said.find(
    (one) =>
      (isSame(one, input) || (kind === 'duplicateOf' && isSame(one, { kind, from: to, to: from }))) &&
      (one.until === undefined || one.until > since),
  );
  if (twice) {
    const message = `is said already: ${twice.from} ${relationReads(kind, 'from')} ${twice.to} since ${twice.since}`;
    throw new Refusal('ALREADY_EXISTS', `the relation ${message}`, [{ path: 'to', message }]);
  }
  requireNoCycle(findCycle(around.standing, [{ kind, from, to, since }]), 'to');
  return { type: 'ItemsRelated', ...relationSaid(input, dates) };
}

/** Takes back how one item stood to another, from a day on. */
export function unrelateItems(
  input: RelationInput,
  around: Omit<RelationSurroundings, 'standing'>,
): Dated<RelationEvent> {
  const dates = readDates(input);
  requireSaid(input, around, true);
  if (!input.reason && !input.asRecorded) {
    throw new Refusal('REASON_REQUIRED', 'a relation is taken back for a reason', [
      { path: 'reason', message: 'is missing' },
    ]);
  }
  const standing = around.relations.said.findLast((one) => isSame(one, input) && one.until === undefined);
  if (!standing) {
    const message = `is not said: nothing says that ${input.from} ${relationReads(input.kind, 'from')} ${input.to}`;
    throw new Refusal('NOT_FOUND', `the relation ${message}`, [{ path: 'to', message }]);
  }
  const day = dayOf({ effective: dates.effective, recordedAt: around.today });
  if (day < standing.since) {
    const message = `lies before ${standing.since}, when the relation began: give that day to say that it never stood`;
    throw new Refusal('INVALID_DATE', `effective ${message}`, [{ path: 'effective', message }]);
  }
  return { type: 'ItemsUnrelated', ...relationSaid(input, dates) };
}

function requireSaid(
  { kind, from, to, reason, asRecorded }: RelationInput,
  { onRegister }: Pick<RelationSurroundings, 'onRegister'>,
  leaving = false,
): void {
  const refuse = (code: Refusal['code'], path: string, message: string) => {
    throw new Refusal(code, `${path} ${message}`, [{ path, message }]);
  };
  if (!saidKinds.includes(kind)) {
    refuse('INVALID_INPUT', 'kind', `comes of a decision: decide it, or say one of ${saidKinds.join(', ')}`);
  }
  if (from === to) refuse('INVALID_INPUT', 'to', 'is the item itself');
  if (reason) requireText(reason, 'reason');
  for (const [path, item] of [
    ['reference', from],
    ['to', to],
  ] as const) {
    const registered = onRegister(item);
    if (registered === undefined) refuse('NOT_FOUND', path, `names no item: there is no ${item}`);
    if (!registered && !asRecorded && !leaving)
      refuse('ITEM_REMOVED', path, `is off the register: restore ${item} first`);
  }
}

/** What was said of a relation, with its dates. */
function relationSaid(
  { kind, from, to, reason, flags, asRecorded, illustrative }: RelationInput,
  { decidedOn, effective, notes }: ReturnType<typeof readDates>,
): Omit<Dated<Extract<RelationEvent, { type: 'ItemsRelated' }>>, 'type'> {
  const irregularities: Irregularity[] = [...(flags ?? [])];
  if (effective === null) irregularities.push('UNKNOWN_DATE');
  const data = withoutUndefined({
    kind,
    from,
    to,
    reason,
    irregularities: irregularities.length > 0 ? irregularities.sort() : undefined,
    asRecorded: asRecorded || undefined,
    illustrative: illustrative || undefined,
    ...notes,
  });
  return { data, decidedOn, effective };
}
