import { type Dated, withDates } from '../event.js';
import { type Recorded, withEntry } from '../history.js';
import { type LangText, normaliseProgramme, requireText } from '../text.js';
import type { Deadlines, DeadlineEvent } from './recording-deadline.js';
import { type InstrumentEvent, type Instruments, instrumentIn } from './instruments.js';
import { type Common, type Input, type Named, reasonOf, refuseTwice } from './named.js';
import { type OrganisationEvent, type Organisations, organisationsIn } from './organisations.js';
import { type ScopeEvent, type Scopes, scopeIn } from './scopes.js';
import type { ThemeEvent, Themes } from './themes.js';
import { type Terms, type VocabularyEvent, evolveTerms } from './vocabularies.js';

/*
 * The storage format of a programme's stream, `programme-<reference>`. Add fields, never rename.
 */
export type ProgrammeEvent =
  | {
      readonly type: 'ProgrammeRegistered';
      readonly data: Common & {
        readonly reference: string;
        readonly name: LangText;
        readonly description?: LangText;
      };
    }
  | InstrumentEvent
  | OrganisationEvent
  | ThemeEvent
  | ScopeEvent
  | VocabularyEvent
  | DeadlineEvent;

/** A programme with the dated histories of what it is made of. Ask them with `…On(programme, reference, day)`. */
export interface Programme extends Organisations, Instruments, Scopes, Themes, Terms, Deadlines {
  readonly reference: string;
}

export const noProgramme: Programme = {
  reference: '',
  instruments: new Map(),
  organisations: new Map(),
  themes: new Map(),
  scopes: new Map(),
  terms: new Map(),
  deadlines: [],
};

export function programmeStream(reference: string): string {
  return `programme-${normaliseProgramme(reference)}`;
}

/** The programme after one more entry, in the order of recording. */
export function evolveProgramme(programme: Programme, recorded: Recorded<ProgrammeEvent>): Programme {
  const { event } = recorded;
  const { instruments, organisations, scopes, themes } = programme;
  switch (event.type) {
    case 'ProgrammeRegistered':
      return { ...programme, reference: event.data.reference };
    case 'InstrumentRegistered':
    case 'InstrumentVersionAdded':
    case 'InstrumentStatusChanged':
      return {
        ...programme,
        instruments: withEntry(instruments, [instrumentIn(event)], { ...recorded, event }),
      };
    case 'OrganisationRegistered':
    case 'OrganisationRenamed':
    case 'OrganisationMoved':
    case 'OrganisationsMerged':
    case 'OrganisationDissolved':
    case 'OrganisationReestablished':
      return {
        ...programme,
        organisations: withEntry(organisations, organisationsIn(event), { ...recorded, event }),
      };
    case 'ScopeRegistered':
    case 'ScopeMembershipChanged':
      return { ...programme, scopes: withEntry(scopes, [scopeIn(event)], { ...recorded, event }) };
    case 'ThemeRegistered':
      return { ...programme, themes: withEntry(themes, [event.data.reference], { ...recorded, event }) };
    case 'VocabularyTermNamed':
      return { ...programme, terms: evolveTerms(programme.terms, event) };
    case 'RecordingDeadlineSet':
      return { ...programme, deadlines: [...programme.deadlines, { ...recorded, event }] };
  }
}

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
    ...reasonOf(input),
  };
  return withDates({ type: 'ProgrammeRegistered', data }, input);
}
