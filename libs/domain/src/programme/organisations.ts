import { type Dated, withDates } from '../event.js';
import { type Histories, type Stretch, historyOf, stretchOn, stretchesOf } from '../history.js';
import { type LangText, normaliseReference, referenceForm, requireText } from '../text.js';
import {
  type Common,
  type Input,
  type Named,
  effectiveOf,
  reasonOf,
  refuse,
  requireNew,
  sameText,
  spoken,
} from './named.js';

export interface Organisation extends Named {
  /** Reference of the organisation it is part of. */
  readonly parent?: string;
}

/*
 * The storage format of an organisation over time, on its programme's stream. Add fields, never rename.
 */
export type OrganisationEvent =
  | { readonly type: 'OrganisationRegistered'; readonly data: Common & Organisation }
  | {
      readonly type: 'OrganisationRenamed';
      readonly data: Common & { readonly organisation: string; readonly name: LangText };
    }
  | {
      readonly type: 'OrganisationMoved';
      /** `parent: null`: part of no other from now on. */
      readonly data: Common & { readonly organisation: string; readonly parent: string | null };
    }
  | {
      readonly type: 'OrganisationsMerged';
      readonly data: Common & { readonly organisations: readonly string[]; readonly into: string };
    }
  | { readonly type: 'OrganisationDissolved'; readonly data: Common & { readonly organisation: string } }
  /** Stands again, after it was dissolved or merged into another. */
  | { readonly type: 'OrganisationReestablished'; readonly data: Common & { readonly organisation: string } };

/** An organisation as it was on a day. */
export interface OrganisationState extends Named {
  readonly parent: string | undefined;
  /** True from the day it was dissolved, or merged into another. */
  readonly dissolved: boolean;
  readonly mergedInto: string | undefined;
}

/** The organisations of a programme, each with its history. */
export interface Organisations {
  readonly reference: string;
  readonly organisations: Histories<OrganisationEvent>;
}

/** The organisations an event is about. */
export function organisationsIn(event: OrganisationEvent): readonly string[] {
  switch (event.type) {
    case 'OrganisationRegistered':
      return [event.data.reference];
    case 'OrganisationRenamed':
    case 'OrganisationMoved':
    case 'OrganisationDissolved':
    case 'OrganisationReestablished':
      return [event.data.organisation];
    case 'OrganisationsMerged':
      return event.data.organisations;
  }
}

export function evolveOrganisation(
  state: OrganisationState | undefined,
  event: OrganisationEvent,
): OrganisationState | undefined {
  if (event.type === 'OrganisationRegistered') {
    const { reference, name, parent } = event.data;
    return { reference, name, parent, dissolved: false, mergedInto: undefined };
  }
  if (!state) return undefined;
  switch (event.type) {
    case 'OrganisationRenamed':
      return { ...state, name: event.data.name };
    case 'OrganisationMoved':
      return { ...state, parent: event.data.parent ?? undefined };
    case 'OrganisationsMerged':
      return { ...state, dissolved: true, mergedInto: event.data.into };
    case 'OrganisationDissolved':
      return { ...state, dissolved: true };
    case 'OrganisationReestablished':
      return { ...state, dissolved: false, mergedInto: undefined };
  }
}

/** The stretches of an organisation, in the order of effect; none where it is not registered. */
export function organisationStretches(
  { organisations }: Pick<Organisations, 'organisations'>,
  reference: string,
): Stretch<OrganisationState>[] {
  return stretchesOf<OrganisationEvent, OrganisationState>(
    historyOf(organisations, reference),
    (state, { event }) => evolveOrganisation(state, event),
  );
}

/**
 * An organisation as it was on a day: name, parent, whether it still stood. Undefined where it was not registered, or not yet
 * there.
 *
 * @param on EDTF; a partial date stands at its first possible day, null (unknown) comes after everything recorded
 */
export function organisationOn(
  programme: Pick<Organisations, 'organisations'>,
  reference: string,
  on: string | null,
): OrganisationState | undefined {
  return stretchOn(organisationStretches(programme, reference), on)?.state;
}

/**
 * Who counts as one with an organisation on a day: itself, what it was part of, what it was merged into by then, and what
 * those were part of. By their {@link referenceForm}; of an unregistered one only itself.
 */
export function kinOf(
  programme: Pick<Organisations, 'organisations'>,
  reference: string,
  on: string | null,
): ReadonlySet<string> {
  const kin = new Set<string>();
  const visit = (next: string | undefined) => {
    if (next === undefined || kin.has(referenceForm(next))) return;
    kin.add(referenceForm(next));
    const state = organisationOn(programme, next, on);
    visit(state?.parent);
    visit(state?.mergedInto);
  };
  visit(reference);
  return kin;
}

/**
 * The organisation, which must stand on that day.
 *
 * @throws Refusal `NOT_FOUND`, at `path`
 */
export function requireOrganisation(
  programme: Pick<Organisations, 'organisations'>,
  reference: string,
  on: string | null,
  path: string,
): OrganisationState {
  const state = organisationOn(programme, reference, on);
  if (!state) {
    const known = historyOf(programme.organisations, reference).length > 0;
    const message = known
      ? `organisation ${reference} was not there yet on ${spoken(on)}: it is registered with a later date`
      : `organisation ${reference} is not registered: register it first`;
    refuse('NOT_FOUND', path, message);
  }
  if (state.dissolved) {
    const how = state.mergedInto === undefined ? 'dissolved' : `merged into ${state.mergedInto}`;
    refuse('NOT_FOUND', path, `organisation ${reference} was ${how} on ${spoken(on)}`);
  }
  return state;
}

export function registerOrganisation(
  programme: Organisations,
  input: Input<Organisation>,
): Dated<OrganisationEvent> {
  const named = requireNew(programme, programme.organisations, 'organisation', input);
  const within = input.parent !== undefined && {
    parent: requireOrganisation(programme, input.parent, effectiveOf(input), 'parent').reference,
  };
  return withDates(
    { type: 'OrganisationRegistered', data: { ...named, ...within, ...reasonOf(input) } },
    input,
  );
}

export function renameOrganisation(
  programme: Organisations,
  input: Input<{ readonly organisation: string; readonly name: LangText }>,
): Dated<OrganisationEvent> {
  const name = requireText(input.name, 'name');
  const state = requireOrganisation(programme, input.organisation, effectiveOf(input), 'organisation');
  const organisation = state.reference;
  if (sameText(state.name, name)) {
    refuse('NOTHING_TO_CHANGE', 'name', `${organisation} has that name on that day`);
  }
  return withDates({ type: 'OrganisationRenamed', data: { organisation, name, ...reasonOf(input) } }, input);
}

export function moveOrganisation(
  programme: Organisations,
  input: Input<{ readonly organisation: string; readonly parent: string | null }>,
): Dated<OrganisationEvent> {
  const on = effectiveOf(input);
  const state = requireOrganisation(programme, input.organisation, on, 'organisation');
  const organisation = state.reference;
  const parent =
    input.parent === null ? null : requireOrganisation(programme, input.parent, on, 'parent').reference;
  if (parent !== null && kinOf(programme, parent, on).has(normaliseReference(organisation))) {
    refuse('RELATION_CYCLE', 'parent', `${parent} is ${organisation} itself or lies within it`);
  }
  if ((state.parent ?? null) === parent) {
    refuse('NOTHING_TO_CHANGE', 'parent', `${organisation} is part of ${parent ?? 'no other'} on that day`);
  }
  return withDates({ type: 'OrganisationMoved', data: { organisation, parent, ...reasonOf(input) } }, input);
}

export function mergeOrganisations(
  programme: Organisations,
  input: Input<{ readonly organisations: readonly string[]; readonly into: string }>,
): Dated<OrganisationEvent> {
  const on = effectiveOf(input);
  if (input.organisations.length === 0) {
    refuse('INVALID_INPUT', 'organisations', 'name at least one organisation');
  }
  const into = requireOrganisation(programme, input.into, on, 'into').reference;
  const seen = new Set([into]);
  const organisations = input.organisations.map((organisation, index) => {
    const path = `organisations.${index}`;
    const { reference } = requireOrganisation(programme, organisation, on, path);
    if (seen.has(reference)) refuse('INVALID_INPUT', path, `${reference} is named twice in the merger`);
    seen.add(reference);
    return reference;
  });
  const data = { organisations, into, ...reasonOf(input) };
  return withDates({ type: 'OrganisationsMerged', data }, input);
}

export function dissolveOrganisation(
  programme: Organisations,
  input: Input<{ readonly organisation: string }>,
): Dated<OrganisationEvent> {
  const on = effectiveOf(input);
  const { reference: organisation } = requireOrganisation(programme, input.organisation, on, 'organisation');
  return withDates({ type: 'OrganisationDissolved', data: { organisation, ...reasonOf(input) } }, input);
}

export function reestablishOrganisation(
  programme: Organisations,
  input: Input<{ readonly organisation: string }>,
): Dated<OrganisationEvent> {
  const state = organisationOn(programme, input.organisation, effectiveOf(input));
  if (!state) {
    refuse('NOT_FOUND', 'organisation', `there is no organisation ${input.organisation} on that day`);
  }
  const organisation = state.reference;
  if (!state.dissolved) {
    refuse('NOTHING_TO_CHANGE', 'organisation', `organisation ${organisation} stands on that day`);
  }
  return withDates({ type: 'OrganisationReestablished', data: { organisation, ...reasonOf(input) } }, input);
}
