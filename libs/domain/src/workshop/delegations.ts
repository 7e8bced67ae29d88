import type { DayWindow } from '../edtf.js';
import { type Dated, readDates } from '../event.js';
import { type Histories, type Stretch, historyOf, stretchOn, stretchesOf } from '../history.js';
import type { People } from '../item/events.js';
import { Refusal } from '../refusal.js';
import { type WorkshopCircumstances, type WorkshopInput, dated } from './circumstances.js';

/** What a delegation may do: only members decide. */
export const capacities = ['member', 'observer', 'facilitator'] as const;
export type Capacity = (typeof capacities)[number];

/*
 * The storage format of the delegations at a workshop, on its stream. Add fields, never rename.
 */
export type DelegationEvent =
  | {
      readonly type: 'DelegationSeated';
      /** Seated again, it has the new capacity and the new people. */
      readonly data: WorkshopCircumstances & {
        /** Reference of the organisation it speaks for. */
        readonly organisation: string;
        readonly capacity: Capacity;
        /** Opaque subject ids by the part they play: head, adviser. Never a name. */
        readonly people?: People;
      };
    }
  | {
      readonly type: 'DelegationLeft';
      readonly data: WorkshopCircumstances & { readonly organisation: string };
    };

/** A delegation as it was on a day. */
export interface Delegation {
  readonly organisation: string;
  readonly capacity: Capacity;
  readonly people: People;
  /** False from the day it left. */
  readonly seated: boolean;
  /** The days it may have been seated on, in this capacity. */
  readonly since: DayWindow;
}

/** The delegations at a workshop, each with its history. */
export interface Delegations {
  readonly reference: string;
  readonly delegations: Histories<DelegationEvent>;
}

/** The stretches of a delegation, in the order of effect; none where it never had a seat. */
export function delegationStretches(
  { delegations }: Pick<Delegations, 'delegations'>,
  organisation: string,
): Stretch<Delegation>[] {
  return stretchesOf<DelegationEvent, Delegation>(
    historyOf(delegations, organisation),
    (state, { event, window }) => {
      if (event.type === 'DelegationLeft') return state && { ...state, seated: false };
      const { organisation: own, capacity, people = {} } = event.data;
      return { organisation: own, capacity, people, seated: true, since: window };
    },
  );
}

/**
 * A delegation that has a seat on a day; undefined where it has none.
 *
 * @param on EDTF; a partial date stands at its first possible day, null (unknown) comes after everything recorded
 */
export function delegationOn(
  workshop: Pick<Delegations, 'delegations'>,
  organisation: string,
  on: string | null,
): Delegation | undefined {
  const state = stretchOn(delegationStretches(workshop, organisation), on)?.state;
  return state?.seated ? state : undefined;
}

/** The delegations that have a seat on a day, in the order they were first recorded. */
export function delegationsOn(
  workshop: Pick<Delegations, 'delegations'>,
  on: string | null,
): readonly Delegation[] {
  return [...workshop.delegations.keys()]
    .map((organisation) => delegationOn(workshop, organisation, on))
    .filter((delegation) => delegation !== undefined);
}

/** Gives an organisation's delegation a seat, or another capacity. The organisation is checked by who knows the programme. */
export function seatDelegation(
  workshop: Delegations,
  input: WorkshopInput & {
    readonly organisation: string;
    readonly capacity: Capacity;
    readonly people?: People;
  },
): Dated<DelegationEvent> {
  const { organisation, capacity, people } = input;
  requireWorkshop(workshop);
  const before = delegationOn(workshop, organisation, readDates(input).effective);
  if (before?.capacity === capacity && samePeople(before.people, people ?? {})) {
    refuseDelegation('NOTHING_TO_CHANGE', `${organisation} has that seat on that day`);
  }
  const data = { organisation, capacity, ...(people && Object.keys(people).length > 0 && { people }) };
  return dated({ type: 'DelegationSeated', data }, input);
}

export function unseatDelegation(
  workshop: Delegations,
  input: WorkshopInput & { readonly organisation: string },
): Dated<DelegationEvent> {
  const { organisation } = input;
  requireWorkshop(workshop);
  if (!delegationOn(workshop, organisation, readDates(input).effective)) {
    refuseDelegation('NOT_FOUND', `${organisation} has no seat on that day`);
  }
  return dated({ type: 'DelegationLeft', data: { organisation } }, input);
}

/**
 * Refuses organisations that have no seat on a day.
 *
 * @throws Refusal `NOT_FOUND`, at `path.<index>`
 */
export function requireSeats(
  workshop: Delegations,
  organisations: readonly string[],
  on: string | null,
  path: string,
): void {
  const problems = organisations.flatMap((organisation, index) => {
    const message = `${organisation} has no seat on that day: seat its delegation first`;
    return delegationOn(workshop, organisation, on) ? [] : [{ path: `${path}.${index}`, message }];
  });
  if (problems.length > 0) throw new Refusal('NOT_FOUND', problems[0]!.message, problems);
}

function requireWorkshop({ reference }: Delegations): void {
  if (reference === '') throw new Refusal('NOT_FOUND', 'there is no such workshop');
}

function refuseDelegation(code: 'NOTHING_TO_CHANGE' | 'NOT_FOUND', message: string): never {
  throw new Refusal(code, message, [{ path: 'organisation', message }]);
}

function samePeople(a: People, b: People): boolean {
  const parts = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...parts].every((part) => {
    const [some, others] = [a[part] ?? [], b[part] ?? []];
    return some.length === others.length && some.every((one) => others.includes(one));
  });
}
