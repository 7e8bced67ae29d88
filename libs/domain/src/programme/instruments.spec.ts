import { describe, expect, it } from '@jest/globals';
import { refusalOf } from '../testing/given.js';
import { from, givenProgramme, programmeWith } from '../testing/programmes.js';
import {
  type InstrumentStatus,
  addInstrumentVersion,
  changeInstrumentStatus,
  instrumentOn,
  isInForce,
  requireProvision,
} from './instruments.js';

const law = (status: InstrumentStatus = 'draft', effective: string | null = '2015') =>
  ({
    type: 'InstrumentRegistered',
    data: { reference: 'LAW-1', name: { en: 'A law' }, kind: 'law', status },
    effective,
  }) as const;
const version = (name: string, effective: string, ...articles: readonly string[]) =>
  ({
    type: 'InstrumentVersionAdded',
    data: { instrument: 'LAW-1', version: name, articles: articles.map((article) => ({ article })) },
    effective,
  }) as const;
const status = (to: InstrumentStatus, effective: string, of?: string) =>
  ({
    type: 'InstrumentStatusChanged',
    data: { instrument: 'law-1', status: to, ...(of !== undefined && { version: of }) },
    effective,
  }) as const;

describe('an instrument', () => {
  const programme = programmeWith(
    law(),
    version('1', '2015', '5', '6'),
    status('inForce', '2016-02-01'),
    status('adopted', '2015-12'),
    version('2', '2017', '5'),
    status('draft', '2017', '2'),
  );

  it('has on a day its status, its versions and their articles', () => {
    const on = (day: string) => {
      const state = instrumentOn(programme, 'LAW-1', day);
      return state && [state.status, state.versions.map((one) => one.version)];
    };
    expect(on('2014')).toBeUndefined();
    expect(on('2015')).toEqual(['draft', ['1']]);
    expect(on('2015-12')).toEqual(['adopted', ['1']]);
    expect(on('2016-02-01')).toEqual(['inForce', ['1']]);
    expect(on('2017')).toEqual(['inForce', ['1', '2']]);
    expect(instrumentOn(programme, 'LAW-1', '2017')?.versions[1]).toEqual({
      version: '2',
      articles: [{ article: '5' }],
      title: undefined,
      uri: undefined,
      sha256: undefined,
      status: 'draft',
    });
  });

  it('can be relied on where it is in force, in the version and the article that is meant', () => {
    const at = (day: string, provision: { article?: string; version?: string } = {}) =>
      isInForce(instrumentOn(programme, 'LAW-1', day), provision);
    expect([at('2014'), at('2015'), at('2015-12'), at('2016-02-01')]).toEqual([false, false, false, true]);
    expect(at('2016-06', { article: '٥' })).toBe(true);
    expect(at('2016-06', { article: '7' })).toBe(false);
    // The second version is a draft: what is in force is the first.
    expect([at('2017', { version: '1' }), at('2017', { version: '2' })]).toEqual([true, false]);
    expect([at('2017'), at('2017', { article: '6' }), at('2017', { version: '3' })]).toEqual([
      true,
      true,
      false,
    ]);
    const amended = programmeWith(law('amended'));
    expect(isInForce(instrumentOn(amended, 'LAW-1', '2016'), { article: '9' })).toBe(true);
    const repealed = programmeWith(law('inForce'), status('repealed', '2018'));
    expect(isInForce(instrumentOn(repealed, 'LAW-1', '2018'), {})).toBe(false);
  });

  it('gets versions, each once, whenever it is dated', () => {
    const add = (more: object) => (state: typeof programme) =>
      addInstrumentVersion(state, { ...from('2016'), instrument: 'LAW-1', version: '2', ...more });
    const sha256 = 'a'.repeat(64);
    const articles = [{ article: '1', heading: { ar: 'المادة' } }, { article: '2' }];
    givenProgramme([law()])
      .when(add({ articles, uri: 'https://example.org/law', sha256, title: { en: 'Consolidated' } }))
      .thenLike({
        type: 'InstrumentVersionAdded',
        data: { instrument: 'LAW-1', version: '2', articles, sha256, title: { en: 'Consolidated' } },
      });
    const given = givenProgramme([law(), version('2', '2018')]);
    given.when(add({})).thenRefused('ALREADY_EXISTS', 'version');
    given.when(add({ version: ' ' })).thenRefused('INVALID_INPUT', 'version');
    given.when(add({ version: '3', sha256: 'ABC' })).thenRefused('INVALID_INPUT', 'sha256');
    given.when(add({ version: '3', title: {} })).thenRefused('INVALID_INPUT', 'title');
    given
      .when(add({ version: '3', articles: [{ article: '1' }, { article: '١' }] }))
      .thenRefused('INVALID_INPUT', 'articles.1.article');
    given
      .when(add({ version: '3', articles: [{ article: '' }] }))
      .thenRefused('INVALID_INPUT', 'articles.0.article');
    given
      .when(add({ version: '3', articles: [{ article: '1', heading: {} }] }))
      .thenRefused('INVALID_INPUT', 'articles.0.heading');
    given.when(add({ instrument: 'LAW-2' })).thenRefused('NOT_FOUND', 'instrument');
    givenProgramme([law('draft', '2017')])
      .when(add({}))
      .thenRefused('NOT_FOUND', 'instrument');
  });

  it('changes its status, or that of a version, from a day on', () => {
    const change =
      (to: InstrumentStatus, more: object = {}) =>
      (state: typeof programme) =>
        changeInstrumentStatus(state, { ...from('2016'), instrument: 'LAW-1', status: to, ...more });
    const given = givenProgramme([law(), version('1', '2015')]);
    given.when(change('adopted')).thenLike({ data: { instrument: 'LAW-1', status: 'adopted' } });
    given.when(change('draft', { version: '1' })).thenLike({ data: { version: '1', status: 'draft' } });
    given.when(change('draft')).thenRefused('NOTHING_TO_CHANGE', 'status');
    givenProgramme([law(), version('1', '2015'), status('draft', '2015', '1')])
      .when(change('draft', { version: '1' }))
      .thenRefused('NOTHING_TO_CHANGE', 'status');
    given.when(change('inForce', { version: '4' })).thenRefused('NOT_FOUND', 'version');
    given.when(change('inForce', { instrument: 'LAW-2' })).thenRefused('NOT_FOUND', 'instrument');
  });

  it('is named by its provisions only as far as they are there', () => {
    const require = (provision: { instrument?: string; article?: string; version?: string }, day = '2016') =>
      refusalOf(() => requireProvision(programme, { instrument: 'LAW-1', ...provision }, day, 'basis.0'));
    const path = (refusal: ReturnType<typeof refusalOf>) => [refusal.code, refusal.fields[0]!.path];
    expect(path(require({ instrument: 'LAW-2' }))).toEqual(['NOT_FOUND', 'basis.0.instrument']);
    expect(path(require({}, '2014'))).toEqual(['NOT_FOUND', 'basis.0.instrument']);
    expect(path(require({ version: '2' }))).toEqual(['NOT_FOUND', 'basis.0.version']);
    expect(path(require({ article: '7' }))).toEqual(['NOT_FOUND', 'basis.0.article']);
    expect(
      requireProvision(programme, { instrument: 'law-1', article: '6' }, '2016-02', 'basis.0'),
    ).toMatchObject({
      status: 'inForce',
    });
  });
});
