import { type DateNotes, type Dated, type GivenDates, withDates } from './event.js';
import { Refusal } from './refusal.js';
import { type LangText, normaliseReference, requireText, normaliseProgramme } from './text.js';

export const instrumentKinds = ['law', 'strategy', 'plan'] as const;
export type InstrumentKind = (typeof instrumentKinds)[number];
export const instrumentStatuses = ['draft', 'adopted', 'inForce', 'amended', 'repealed', 'notKnown'] as const;
export type InstrumentStatus = (typeof instrumentStatuses)[number];

/*
 * The storage format of a programme's stream, `programme-<reference>`. Add fields, never rename.
 */
interface Common {
  readonly dates?: DateNotes;
  readonly illustrative?: boolean;
}
export type ProgrammeEvent =
  | {
      readonly type: 'ProgrammeRegistered';
      readonly data: Common & {
        readonly reference: string;
        readonly name: LangText;
        readonly description?: LangText;
      };
    }
  | { readonly type: 'InstrumentRegistered'; readonly data: Common & Instrument }
  | { readonly type: 'OrganisationRegistered'; readonly data: Common & Organisation }
  | { readonly type: 'ThemeRegistered'; readonly data: Common & Named }
  | { readonly type: 'ScopeRegistered'; readonly data: Common & Named };

export interface Named {
  readonly reference: string;
  readonly name: LangText;
}
export interface Instrument extends Named {
  readonly kind: InstrumentKind;
  readonly status: InstrumentStatus;
}
export interface Organisation extends Named {
  /** Reference of the organisation it is part of. */
  readonly parent?: string;
}

export interface Programme {
  readonly reference: string;
  readonly instruments: readonly string[];
  readonly organisations: readonly string[];
  readonly themes: readonly string[];
  readonly scopes: readonly string[];
}

export const noProgramme: Programme = {
  reference: '',
  instruments: [],
  organisations: [],
  themes: [],
  scopes: [],
};

export function programmeStream(reference: string): string {
  return `programme-${normaliseProgramme(reference)}`;
}

export function evolveProgramme(programme: Programme, event: ProgrammeEvent): Programme {
  switch (event.type) {
    case 'ProgrammeRegistered':
      return { ...programme, reference: event.data.reference };
    case 'InstrumentRegistered':
      return { ...programme, instruments: [...programme.instruments, event.data.reference] };
    case 'OrganisationRegistered':
      return { ...programme, organisations: [...programme.organisations, event.data.reference] };
    case 'ThemeRegistered':
      return { ...programme, themes: [...programme.themes, event.data.reference] };
    case 'ScopeRegistered':
      return { ...programme, scopes: [...programme.scopes, event.data.reference] };
  }
}

type Input<T> = T & GivenDates & { readonly illustrative?: boolean };

export function registerProgramme(
  programme: Programme,
  input: Input<Named & { readonly description?: LangText }>,
): Dated<ProgrammeEvent> {
  const { reference, name, description } = input;
  if (programme.reference !== '') refuseTwice('programme', reference);
  normaliseProgramme(reference, 'reference');
  requireText(name, 'name');
  const data = {
    reference,
    name,
    ...(description && { description: requireText(description, 'description') }),
  };
  return withDates({ type: 'ProgrammeRegistered', data }, input);
}

export function registerInstrument(programme: Programme, input: Input<Instrument>): Dated<ProgrammeEvent> {
  const { kind, status } = input;
  const data = { ...requireNew(programme, programme.instruments, 'instrument', input), kind, status };
  return withDates({ type: 'InstrumentRegistered', data }, input);
}

export function registerOrganisation(
  programme: Programme,
  input: Input<Organisation>,
): Dated<ProgrammeEvent> {
  const named = requireNew(programme, programme.organisations, 'organisation', input);
  if (input.parent !== undefined && !programme.organisations.includes(input.parent)) {
    throw new Refusal('NOT_FOUND', `organisation ${input.parent} is not registered`, [
      { path: 'parent', message: 'names no organisation of the programme: register it first' },
    ]);
  }
  const data = { ...named, ...(input.parent !== undefined && { parent: input.parent }) };
  return withDates({ type: 'OrganisationRegistered', data }, input);
}

export function registerTheme(programme: Programme, input: Input<Named>): Dated<ProgrammeEvent> {
  return withDates(
    { type: 'ThemeRegistered', data: requireNew(programme, programme.themes, 'theme', input) },
    input,
  );
}

export function registerScope(programme: Programme, input: Input<Named>): Dated<ProgrammeEvent> {
  return withDates(
    { type: 'ScopeRegistered', data: requireNew(programme, programme.scopes, 'scope', input) },
    input,
  );
}

function requireNew(
  programme: Programme,
  known: readonly string[],
  what: string,
  { reference, name }: Named,
): Named {
  if (programme.reference === '') throw new Refusal('NOT_FOUND', 'there is no such programme');
  const normalised = normaliseReference(reference);
  if (known.some((other) => normaliseReference(other) === normalised)) refuseTwice(what, reference);
  return { reference, name: requireText(name, 'name') };
}

function refuseTwice(what: string, reference: string): never {
  throw new Refusal('ALREADY_EXISTS', `${what} ${reference} is registered already`, [
    { path: 'reference', message: 'is in use' },
  ]);
}
