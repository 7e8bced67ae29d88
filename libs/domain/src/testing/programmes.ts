import type { LangText } from '../text.js';
import { type ProgrammeEvent, evolveProgramme, noProgramme } from '../programme/programme.js';
import { specification } from './given.js';
import { type Happened, recorded } from './recorded.js';

const text = (en: string): LangText => ({ en });

/** That a programme was registered; what else happened follows it. */
const registered: Happened<ProgrammeEvent> = {
  type: 'ProgrammeRegistered',
  data: { reference: 'SAMPLE', name: text('A programme') },
};

/** A programme these things happened to, in the order of recording. */
export function programmeWith(...events: readonly Happened<ProgrammeEvent>[]) {
  return recorded([registered, ...events]).reduce(evolveProgramme, noProgramme);
}

/** Given a programme these things happened to. */
export const givenProgramme = specification((events: readonly Happened<ProgrammeEvent>[]) =>
  programmeWith(...events),
);

/** Something of an organisation, from a day on. */
export function unit(reference: string, effective: string | null = '2010', parent?: string) {
  const data = { reference, name: text(reference), ...(parent !== undefined && { parent }) };
  return { type: 'OrganisationRegistered', data, effective } as const;
}

/** The dates of a decision that takes effect on a day when it was taken. */
export function from(day: string | null) {
  return { decidedOn: { edtf: day } };
}
