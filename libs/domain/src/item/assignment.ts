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
