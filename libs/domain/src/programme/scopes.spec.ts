import { describe, expect, it } from '@jest/globals';
import { from, givenProgramme, programmeWith } from '../testing/programmes.js';
import { type Scope, changeScopeMembership, registerScope, scopeMembersOn, scopeOn } from './scopes.js';

const scope = (reference: string, more: Partial<Scope> = {}, effective: string | null = '2010') =>
  ({ type: 'ScopeRegistered', data: { reference, name: { en: reference }, ...more }, effective }) as const;
const source = { en: 'A gazette of the tests' };
const change = (added: readonly string[], removed: readonly string[], effective: string) =>
  ({
    type: 'ScopeMembershipChanged',
    data: { scope: 'LIST', added, removed, statedIn: source },
    effective,
  }) as const;
const list = scope('LIST', { governed: true });
const places = [scope('A', { code: 'XA-01' }), scope('B'), scope('C', { within: 'A' })];

describe('a scope', () => {
  it('is a place with a code, an area within one, or a governed list', () => {
    const register = (more: Partial<Scope>) => (state: ReturnType<typeof programmeWith>) =>
      registerScope(state, { ...from('2017'), reference: 'NEW', name: { en: 'New' }, ...more });
    givenProgramme(places)
      .when(register({ code: 'IQ-NI', within: 'a' }))
      .thenLike({ type: 'ScopeRegistered', data: { code: 'IQ-NI', within: 'A' } });
    givenProgramme([])
      .when(register({ governed: true }))
      .thenLike({ data: { governed: true } });
    givenProgramme([])
      .when(register({ code: 'Nineveh' }))
      .thenRefused('INVALID_INPUT', 'code');
    givenProgramme([])
      .when(register({ code: 'IQ', governed: true }))
      .thenRefused('INVALID_INPUT', 'code');
    givenProgramme(places)
      .when(register({ code: 'XA-01' }))
      .thenRefused('ALREADY_EXISTS', 'code');
    givenProgramme([])
      .when(register({ within: 'A' }))
      .thenRefused('NOT_FOUND', 'within');
    givenProgramme([scope('A', {}, '2018')])
      .when(register({ within: 'A' }))
      .thenRefused('NOT_FOUND', 'within');
    givenProgramme([list])
      .when(register({ within: 'LIST' }))
      .thenRefused('INVALID_INPUT', 'within');
  });
});

describe('a governed list', () => {
  it('begins empty, and has on a day the members of that day, each since when and by which source', () => {
    const programme = programmeWith(
      ...places,
      list,
      change(['A'], [], '2016-06'),
      change([], ['a'], '2018'),
      change(['B'], [], '2016-01-01'),
    );
    const on = (day: string | null) => scopeMembersOn(programme, 'list', day).map((member) => member.scope);
    expect(on('2015')).toEqual([]);
    expect(on('2016-01-01')).toEqual(['B']);
    expect(on('2016-06-01')).toEqual(['B', 'A']);
    expect(on('2018-01-01')).toEqual(['B']);
    expect(on(null)).toEqual(['B']);
    expect(scopeMembersOn(programme, 'LIST', '2017')[1]).toEqual({
      scope: 'A',
      since: { earliest: '2016-06-01', latest: '2016-06-30' },
      source,
      position: 6,
    });
    expect(scopeMembersOn(programme, 'A', '2017')).toEqual([]);
    expect(scopeMembersOn(programme, 'NONE', '2017')).toEqual([]);
    expect(scopeOn(programme, 'C', '2017')).toMatchObject({ within: 'A', governed: false });
  });

  it('changes by a source, for places that are registered, and only where something changes', () => {
    const alter = (added: readonly string[] | undefined, removed?: readonly string[], more: object = {}) => {
      return (state: ReturnType<typeof programmeWith>) =>
        changeScopeMembership(state, {
          ...from('2017'),
          scope: 'LIST',
          source,
          ...(added && { added }),
          ...(removed && { removed }),
          ...more,
        });
    };
    const given = givenProgramme([...places, list, change(['A'], [], '2016')]);
    given.when(alter(['B'], ['A'])).then({
      type: 'ScopeMembershipChanged',
      data: {
        scope: 'LIST',
        added: ['B'],
        removed: ['A'],
        statedIn: source,
        dates: { effective: { basis: 'inferred' } },
      },
      decidedOn: '2017',
      effective: '2017',
    });
    given.when(alter([], [])).thenRefused('NOTHING_TO_CHANGE', 'added');
    given.when(alter(['a'])).thenRefused('NOTHING_TO_CHANGE', 'added.0');
    given.when(alter(['B', 'b'])).thenRefused('INVALID_INPUT', 'added.1');
    given.when(alter(['X'])).thenRefused('NOT_FOUND', 'added.0');
    given.when(alter(['LIST'])).thenRefused('INVALID_INPUT', 'added.0');
    given.when(alter(undefined, ['B'])).thenRefused('NOT_FOUND', 'removed.0');
    given.when(alter(['B'], undefined, { source: {} })).thenRefused('INVALID_INPUT', 'source');
    given.when(alter(['B'], undefined, { scope: 'A' })).thenRefused('INVALID_INPUT', 'scope');
    given.when(alter(['B'], undefined, { scope: 'NONE' })).thenRefused('NOT_FOUND', 'scope');
  });
});
