import { describe, expect, it } from '@jest/globals';
import { from, givenProgramme, programmeWith, unit } from '../testing/programmes.js';
import {
  dissolveOrganisation,
  kinOf,
  mergeOrganisations,
  moveOrganisation,
  organisationOn,
  organisationStretches,
  reestablishOrganisation,
  registerOrganisation,
  renameOrganisation,
  requireOrganisation,
} from './organisations.js';

const name = (en: string) => ({ en });
const renamed = (organisation: string, en: string, effective: string) =>
  ({ type: 'OrganisationRenamed', data: { organisation, name: name(en) }, effective }) as const;
const moved = (organisation: string, parent: string | null, effective: string) =>
  ({ type: 'OrganisationMoved', data: { organisation, parent }, effective }) as const;
const merged = (organisations: readonly string[], into: string, effective: string) =>
  ({ type: 'OrganisationsMerged', data: { organisations, into }, effective }) as const;
const dissolved = (organisation: string, effective: string) =>
  ({ type: 'OrganisationDissolved', data: { organisation }, effective }) as const;

describe('an organisation', () => {
  it('has on a day the name and the parent of that day, whenever they were written down', () => {
    const programme = programmeWith(
      unit('MINISTRY'),
      unit('UNIT-A', '2012-05-01'),
      renamed('UNIT-A', 'The third name', '2017'),
      renamed('unit-a', 'The second name', '2015-03'),
      moved('UNIT-A', 'MINISTRY', '2016-01-01'),
    );
    const on = (day: string | null) => {
      const state = organisationOn(programme, 'Unit-A', day);
      return state && [state.name['en'], state.parent];
    };
    expect(on('2012-04-30')).toBeUndefined();
    expect(on('2012-05-01')).toEqual(['UNIT-A', undefined]);
    expect(on('2015-03-01')).toEqual(['The second name', undefined]);
    expect(on('2016')).toEqual(['The second name', 'MINISTRY']);
    expect(on(null)).toEqual(['The third name', 'MINISTRY']);
    expect(organisationStretches(programme, 'UNIT-A').map(({ from: { earliest } }) => earliest)).toEqual([
      '2012-05-01',
      '2015-03-01',
      '2016-01-01',
      '2017-01-01',
    ]);
    expect(organisationOn(programme, 'NOBODY', null)).toBeUndefined();
    expect(organisationOn(programme, ' ', null)).toBeUndefined();
  });

  it('is renamed by who finds it standing', () => {
    givenProgramme([unit('UNIT-A')])
      .when((state) =>
        renameOrganisation(state, {
          ...from('2017-04'),
          organisation: 'UNIT-A',
          name: name('Another'),
          reason: name('By order'),
        }),
      )
      .then({
        type: 'OrganisationRenamed',
        data: {
          organisation: 'UNIT-A',
          name: name('Another'),
          reason: name('By order'),
          dates: { effective: { basis: 'inferred' } },
        },
        decidedOn: '2017-04',
        effective: '2017-04',
      });
    const rename = (day: string, en: string) => (state: ReturnType<typeof programmeWith>) =>
      renameOrganisation(state, { ...from(day), organisation: 'UNIT-A', name: name(en) });
    givenProgramme([unit('UNIT-A')])
      .when(rename('2017', 'UNIT-A'))
      .thenRefused('NOTHING_TO_CHANGE', 'name');
    givenProgramme([unit('UNIT-A')])
      .when(rename('2017', ' '))
      .thenRefused('INVALID_INPUT', 'name.en');
    givenProgramme([]).when(rename('2017', 'B')).thenRefused('NOT_FOUND', 'organisation');
    givenProgramme([unit('UNIT-A', '2018')])
      .when(rename('2017', 'B'))
      .thenRefused('NOT_FOUND', 'organisation');
    givenProgramme([unit('UNIT-A'), dissolved('UNIT-A', '2016')])
      .when(rename('2017', 'B'))
      .thenRefused('NOT_FOUND', 'organisation');
    // Written down late, it meets the organisation of its day.
    givenProgramme([unit('UNIT-A'), dissolved('UNIT-A', '2018')])
      .when(rename('2017', 'B'))
      .thenLike({ data: { name: name('B') } });
  });

  it('becomes part of another, or of none, and never of itself', () => {
    const units = [unit('MINISTRY'), unit('AGENCY', '2010', 'MINISTRY'), unit('OFFICE', '2010', 'AGENCY')];
    const move = (organisation: string, parent: string | null) => (state: ReturnType<typeof programmeWith>) =>
      moveOrganisation(state, { ...from('2017'), organisation, parent });
    givenProgramme(units)
      .when(move('OFFICE', 'MINISTRY'))
      .thenLike({ type: 'OrganisationMoved', data: { parent: 'MINISTRY' } });
    givenProgramme(units)
      .when(move('OFFICE', null))
      .thenLike({ data: { parent: null } });
    givenProgramme(units).when(move('OFFICE', 'agency')).thenRefused('NOTHING_TO_CHANGE', 'parent');
    givenProgramme(units).when(move('MINISTRY', null)).thenRefused('NOTHING_TO_CHANGE', 'parent');
    givenProgramme(units).when(move('MINISTRY', 'OFFICE')).thenRefused('RELATION_CYCLE', 'parent');
    givenProgramme(units).when(move('OFFICE', 'office')).thenRefused('RELATION_CYCLE', 'parent');
    givenProgramme(units).when(move('OFFICE', 'NOBODY')).thenRefused('NOT_FOUND', 'parent');
    givenProgramme(units).when(move('NOBODY', 'OFFICE')).thenRefused('NOT_FOUND', 'organisation');
  });

  it('is registered within one that stands on that day', () => {
    const register = (day: string) => (state: ReturnType<typeof programmeWith>) =>
      registerOrganisation(state, { ...from(day), reference: 'B', name: name('B'), parent: 'A' });
    const units = [unit('A', '2012'), dissolved('A', '2015')];
    givenProgramme(units)
      .when(register('2013'))
      .thenLike({ data: { parent: 'A' } });
    givenProgramme(units).when(register('2011')).thenRefused('NOT_FOUND', 'parent');
    givenProgramme(units).when(register('2016')).thenRefused('NOT_FOUND', 'parent');
  });

  it('merges into another and stands no more', () => {
    const units = [unit('A'), unit('B'), unit('C')];
    const merge = (organisations: readonly string[], into: string) => {
      return (state: ReturnType<typeof programmeWith>) =>
        mergeOrganisations(state, { ...from('2017'), organisations, into });
    };
    givenProgramme(units)
      .when(merge(['A', 'B'], 'C'))
      .thenLike({ type: 'OrganisationsMerged', data: { organisations: ['A', 'B'], into: 'C' } });
    givenProgramme(units).when(merge([], 'C')).thenRefused('INVALID_INPUT', 'organisations');
    givenProgramme(units)
      .when(merge(['A', 'a'], 'C'))
      .thenRefused('INVALID_INPUT', 'organisations.1');
    givenProgramme(units)
      .when(merge(['C'], 'C'))
      .thenRefused('INVALID_INPUT', 'organisations.0');
    givenProgramme(units)
      .when(merge(['A', 'X'], 'C'))
      .thenRefused('NOT_FOUND', 'organisations.1');
    givenProgramme(units)
      .when(merge(['A'], 'X'))
      .thenRefused('NOT_FOUND', 'into');
    const programme = programmeWith(...units, merged(['A', 'B'], 'C', '2017'));
    for (const reference of ['A', 'B']) {
      expect(organisationOn(programme, reference, '2016-12-31')).toMatchObject({ dissolved: false });
      expect(organisationOn(programme, reference, '2017')).toMatchObject({
        dissolved: true,
        mergedInto: 'C',
      });
    }
    expect(organisationOn(programme, 'C', '2017')).toMatchObject({ dissolved: false, mergedInto: undefined });
    expect(() => requireOrganisation(programme, 'A', '2017', 'leads.0')).toThrow(/merged into C/);
    expect(requireOrganisation(programme, 'A', '2016', 'leads.0')).toMatchObject({ reference: 'A' });
  });

  it('is dissolved, and can be established again', () => {
    const dissolve = (state: ReturnType<typeof programmeWith>) =>
      dissolveOrganisation(state, { ...from('2017'), organisation: 'A' });
    const again = (state: ReturnType<typeof programmeWith>) =>
      reestablishOrganisation(state, { ...from('2018'), organisation: 'A' });
    givenProgramme([unit('A')])
      .when(dissolve)
      .thenLike({ type: 'OrganisationDissolved' });
    givenProgramme([]).when(dissolve).thenRefused('NOT_FOUND', 'organisation');
    givenProgramme([unit('A'), dissolved('A', '2016')])
      .when(dissolve)
      .thenRefused('NOT_FOUND', 'organisation');
    givenProgramme([unit('A'), dissolved('A', '2016')])
      .when(again)
      .thenLike({ type: 'OrganisationReestablished' });
    givenProgramme([unit('A')])
      .when(again)
      .thenRefused('NOTHING_TO_CHANGE', 'organisation');
    givenProgramme([]).when(again).thenRefused('NOT_FOUND', 'organisation');
    const programme = programmeWith(unit('A'), unit('B'), merged(['A'], 'B', '2016'), {
      type: 'OrganisationReestablished',
      data: { organisation: 'A' },
      effective: '2018',
    });
    expect(organisationOn(programme, 'A', '2018')).toMatchObject({ dissolved: false, mergedInto: undefined });
  });
});

describe('who counts as one with an organisation', () => {
  const programme = programmeWith(
    unit('MINISTRY'),
    unit('AGENCY', '2010', 'MINISTRY'),
    unit('OFFICE', '2010', 'AGENCY'),
    unit('BOARD', null),
    moved('OFFICE', null, '2016'),
    merged(['OFFICE'], 'BOARD', '2018'),
  );
  const kin = (reference: string, day: string) => [...kinOf(programme, reference, day)].sort();

  it('is itself and what it is part of on that day', () => {
    expect(kin('OFFICE', '2015')).toEqual(['agency', 'ministry', 'office']);
    expect(kin('Office', '2016')).toEqual(['office']);
    expect(kin('MINISTRY', '2015')).toEqual(['ministry']);
  });

  it('is also what it has become part of by merging', () => {
    expect(kin('OFFICE', '2018')).toEqual(['board', 'office']);
    expect(kin('BOARD', '2018')).toEqual(['board']);
  });

  it('is only itself where it is not registered, or where what late entries say goes round', () => {
    expect(kin('Nobody', '2015')).toEqual(['nobody']);
    const round = programmeWith(unit('A'), unit('B'), moved('A', 'B', '2015'), moved('B', 'A', '2015'));
    expect([...kinOf(round, 'A', '2016')].sort()).toEqual(['a', 'b']);
  });
});
