import type { KindsOf } from '../decision-kind.js';
import { withoutUndefined } from '../event.js';
import { type Mention, mentionsOf } from '../mentions.js';
import type { ItemEvent } from './circumstances.js';

/** Organisations by the part they play in an item, each by reference. */
export interface Assignment {
  /** One lead, or several co-leads. */
  readonly leads: readonly string[];
  readonly supporting?: readonly string[];
  readonly partners?: readonly string[];
  readonly funders?: readonly string[];
}

/*
 * The storage format of who carries an item. The whole assignment stands in each event; the former ones are its history.
 */
export type AssignmentEvent = ItemEvent<'ReformItemAssigned', Assignment>;

export const noAssignment: Required<Assignment> = { leads: [], supporting: [], partners: [], funders: [] };

export function evolveAssignment(event: AssignmentEvent): Required<Assignment> {
  const { leads, supporting = [], partners = [], funders = [] } = event.data;
  return { leads, supporting, partners, funders };
}

/** The organisations an assignment names. */
export function mentionedInAssignment({ leads, supporting, partners, funders }: Assignment): Mention[] {
  return Object.entries({ leads, supporting, partners, funders }).flatMap(([part, organisations]) =>
    mentionsOf('organisation', organisations, part),
  );
}

/** The decision on who carries an item. */
export type AssignmentOutcome = { readonly kind: 'assign' } & Assignment;

export const assignmentDecisions: KindsOf<AssignmentOutcome> = {
  assign: {
    summary: 'Leads, and who supports, takes part and funds.',
    requireShape: ({ leads, supporting, partners, funders }, fail) => {
      if (leads.length === 0) fail('leads', 'names no lead: name one, or several co-leads');
      for (const [part, named] of Object.entries({ leads, supporting, partners, funders })) {
        if (named && new Set(named).size < named.length) fail(part, 'names an organisation twice');
      }
    },
    mentions: mentionedInAssignment,
    event: ({ kind: _kind, ...data }) => ({ type: 'ReformItemAssigned', data: withoutUndefined(data) }),
  },
};
