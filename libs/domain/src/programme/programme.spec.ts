import { describe, expect, it } from '@jest/globals';
import type { Dated } from '../event.js';
import { specification } from '../testing/given.js';
import { type Happened, recorded } from '../testing/recorded.js';
import { registerInstrument } from './instruments.js';
import { registerOrganisation } from './organisations.js';
import {
  type ProgrammeEvent,
  evolveProgramme,
  noProgramme,
  programmeStream,
  registerProgramme,
} from './programme.js';
import { registerScope } from './scopes.js';
import { registerTheme } from './themes.js';

const given = specification((events: readonly Happened<ProgrammeEvent>[]) =>
  recorded(events).reduce(evolveProgramme, noProgramme),
);
const dates = { decidedOn: { edtf: '2016' }, effective: { edtf: '2016' } };
const name = { en: 'A name', ar: 'اسم' };
const named = (reference: string) => ({ ...dates, reference, name });
const programme: ProgrammeEvent = { type: 'ProgrammeRegistered', data: { reference: 'SAMPLE', name } };

describe('a programme', () => {
  it('is registered once, under a reference that can stand in the ids of its items', () => {
    given([])
      .when((state) =>
        registerProgramme(state, { ...named('SAMPLE'), description: name, illustrative: true }),
      )
      .then({
        type: 'ProgrammeRegistered',
        data: { reference: 'SAMPLE', name, description: name, illustrative: true },
        decidedOn: '2016',
        effective: '2016',
      });
    given([programme])
      .when((state) => registerProgramme(state, named('SAMPLE')))
      .thenRefused('ALREADY_EXISTS', 'reference');
    given([])
      .when((state) => registerProgramme(state, named('A/B')))
      .thenRefused('INVALID_REFERENCE', 'reference');
    given([])
      .when((state) => registerProgramme(state, { ...named('A'), description: {} }))
      .thenRefused('INVALID_INPUT', 'description');
    expect(programmeStream('Sample 1')).toBe('programme-sample-1');
  });
});

describe('what a programme rests on', () => {
  type Register = (
    reference: string,
    of: readonly ProgrammeEvent[],
  ) => ReturnType<ReturnType<typeof given>['when']>;
  const registers: readonly [string, ProgrammeEvent['type'], Register][] = [
    [
      'instrument',
      'InstrumentRegistered',
      (reference, of) =>
        given(of).when((state) =>
          registerInstrument(state, { ...named(reference), kind: 'law', status: 'inForce' }),
        ),
    ],
    [
      'organisation',
      'OrganisationRegistered',
      (reference, of) => given(of).when((state) => registerOrganisation(state, named(reference))),
    ],
    [
      'theme',
      'ThemeRegistered',
      (reference, of) => given(of).when((state) => registerTheme(state, named(reference))),
    ],
    [
      'scope',
      'ScopeRegistered',
      (reference, of) => given(of).when((state) => registerScope(state, named(reference))),
    ],
  ];

  it.each(registers)('an %s is registered once, however its reference is spelled', (_, type, register) => {
    register('A 1', [programme]).thenLike({ type, data: { reference: 'A 1', name } });
    const known = { type, data: { ...named('a-١'), kind: 'law', status: 'inForce' } } as ProgrammeEvent;
    register('A 1', [programme, known]).thenRefused('ALREADY_EXISTS', 'reference');
    register('A 1', []).thenRefused('NOT_FOUND');
    register(' ', [programme]).thenRefused('INVALID_REFERENCE');
  });

  it('may be an organisation within another of the programme', () => {
    const parent: Happened<ProgrammeEvent> = {
      type: 'OrganisationRegistered',
      data: { reference: 'MINISTRY', name },
      effective: '2016',
    };
    const unit = { ...named('UNIT-A'), parent: 'MINISTRY' };
    given([programme, parent])
      .when((state) => registerOrganisation(state, unit))
      .thenLike({ data: { parent: 'MINISTRY' } });
    given([programme])
      .when((state) => registerOrganisation(state, unit))
      .thenRefused('NOT_FOUND', 'parent');
  });

  it('keeps the status of an instrument, which may not be known', () => {
    const event = registerInstrument(
      { ...noProgramme, reference: 'SAMPLE' },
      { ...named('PLAN'), kind: 'plan', status: 'notKnown' },
    ) as Dated<ProgrammeEvent & { type: 'InstrumentRegistered' }>;
    expect(event.data).toMatchObject({ kind: 'plan', status: 'notKnown' });
  });
});
