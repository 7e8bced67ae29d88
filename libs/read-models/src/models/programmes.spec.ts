import { describe, expect, it } from '@jest/globals';
import {
  type Programme,
  addInstrumentVersion,
  bodyStream,
  changeInstrumentStatus,
  changeMandate,
  changeScopeMembership,
  dissolveBody,
  establishBody,
  mergeOrganisations,
  nameVocabularyTerm,
  noBody,
  noProgramme,
  programmeStream,
  registerInstrument,
  registerOrganisation,
  registerProgramme,
  registerScope,
  registerTheme,
  renameOrganisation,
  setRecordingDeadline,
} from '@masar/domain';
import { History } from '../testing/history.js';
import { foldModel } from './fold-model.js';
import { programmes } from './programmes.js';

const day = { decidedOn: { edtf: '2017-02-07' } };
const own = { ...noProgramme, reference: 'MOI 2017' };

function registered(): History {
  const history = new History();
  const input = { ...day, reference: 'MOI 2017', name: { en: 'A reform' }, illustrative: true };
  history.record(programmeStream('MOI 2017'), registerProgramme(noProgramme, input));
  return history;
}

function rows({ events }: History) {
  return foldModel(
    programmes,
    'moi-2017',
    events.filter((event) => programmes.keyOf(event) === 'moi-2017'),
  );
}

describe('a programme as rows', () => {
  it('is the programme and its parts in the order they were registered', () => {
    const history = registered();
    const stream = programmeStream('MOI 2017');
    const named = (reference: string) => ({ ...day, reference, name: { en: reference } });
    history.record(stream, registerTheme(own, named('Borders')));
    history.record(stream, registerInstrument(own, { ...named('LAW-20'), kind: 'law', status: 'inForce' }));
    history.record(stream, registerScope(own, named('Nationwide')));
    history.record(stream, registerOrganisation(own, named('UNIT-A')));
    history.record(
      stream,
      registerOrganisation(history.programmeOf(stream), { ...named('UNIT-B'), parent: 'UNIT-A' }),
    );
    const { programme, part } = rows(history);
    expect(programme).toEqual([
      expect.objectContaining({
        reference: 'MOI 2017',
        name: { en: 'A reform' },
        description: null,
        illustrative: true,
        revision: 5,
        last_position: 6,
      }),
    ]);
    expect(
      part.map(({ kind, reference, instrument_kind, status, parent, position }) => [
        kind,
        reference,
        instrument_kind,
        status,
        parent,
        position,
      ]),
    ).toEqual([
      ['theme', 'Borders', null, null, null, 2],
      ['instrument', 'LAW-20', 'law', 'inForce', null, 3],
      ['scope', 'Nationwide', null, null, null, 4],
      ['organisation', 'UNIT-A', null, null, null, 5],
      ['organisation', 'UNIT-B', null, null, 'UNIT-A', 6],
    ]);
  });

  it('has its bodies, each with the mandate it has by now, whatever the spelling in its stream', () => {
    const history = registered();
    const stream = bodyStream('MOI 2017', 'Committee  A');
    expect(stream).toBe('body-moi-2017/committee-a');
    const established = {
      ...day,
      programme: 'MOI 2017',
      reference: 'Committee  A',
      name: { en: 'A committee' },
      kind: 'committee' as const,
      competence: 'advises' as const,
    };
    history.record(stream, establishBody(noBody, established));
    history.record(
      bodyStream('MOI 2017', 'Office'),
      establishBody(noBody, { ...established, reference: 'Office', kind: 'office' }),
    );
    const mandate = { en: 'To approve' };
    history.record(
      stream,
      changeMandate(history.bodyOf(stream), { ...day, competence: 'approves', mandate }),
    );
    history.record(stream, dissolveBody(history.bodyOf(stream), day));
    expect(rows(history).body).toEqual([
      {
        reference: 'Committee  A',
        name: { en: 'A committee' },
        kind: 'committee',
        competence: 'approves',
        mandate,
        dissolved: true,
        illustrative: false,
        revision: 2,
        position: 2,
      },
      expect.objectContaining({ reference: 'Office', competence: 'advises', dissolved: false, revision: 0 }),
    ]);
  });

  it('keeps what its parts were, and for how long', () => {
    const history = registered();
    const stream = programmeStream('MOI 2017');
    const decide = (decision: (programme: Programme) => Parameters<History['record']>[1]) =>
      history.record(stream, decision(history.programmeOf(stream)));
    const from = (edtf: string) => ({ decidedOn: { edtf } });
    const named = (reference: string) => ({ ...from('2015'), reference, name: { en: reference } });
    decide((state) => registerOrganisation(state, named('UNIT-A')));
    decide((state) => registerOrganisation(state, named('UNIT-B')));
    decide((state) =>
      renameOrganisation(state, { ...from('2017'), organisation: 'unit-a', name: { en: 'Unit Alpha' } }),
    );
    decide((state) =>
      mergeOrganisations(state, {
        ...from('2018'),
        organisations: ['UNIT-A'],
        into: 'UNIT-B',
        reason: { en: 'By order' },
      }),
    );
    const { part, part_stretch } = rows(history);
    expect(
      part.map(({ reference, name, dissolved, merged_into }) => [
        reference,
        name['en'],
        dissolved,
        merged_into,
      ]),
    ).toEqual([
      ['UNIT-A', 'Unit Alpha', true, 'UNIT-B'],
      ['UNIT-B', 'UNIT-B', false, null],
    ]);
    expect(
      part_stretch
        .filter(({ part_key }) => part_key === 'unit-a')
        .map((row) => [row.name['en'], row.dissolved, row.reason, row.from_earliest, row.to_earliest]),
    ).toEqual([
      ['UNIT-A', false, null, '2015-01-01', '2017-01-01'],
      ['Unit Alpha', false, null, '2017-01-01', '2018-01-01'],
      ['Unit Alpha', true, { en: 'By order' }, '2018-01-01', null],
    ]);
  });

  it('keeps the status of its instruments and of each version', () => {
    const history = registered();
    const stream = programmeStream('MOI 2017');
    const decide = (decision: (programme: Programme) => Parameters<History['record']>[1]) =>
      history.record(stream, decision(history.programmeOf(stream)));
    const from = (edtf: string) => ({ decidedOn: { edtf }, instrument: 'LAW-1' });
    decide((state) =>
      registerInstrument(state, {
        ...from('2015'),
        reference: 'LAW-1',
        name: { en: 'Law' },
        kind: 'law',
        status: 'draft',
      }),
    );
    decide((state) =>
      addInstrumentVersion(state, { ...from('2015-06'), version: '1', articles: [{ article: '5' }] }),
    );
    decide((state) => changeInstrumentStatus(state, { ...from('2016'), status: 'inForce' }));
    decide((state) => addInstrumentVersion(state, { ...from('2017'), version: '2' }));
    decide((state) => changeInstrumentStatus(state, { ...from('2017'), status: 'draft', version: '2' }));
    decide((state) => changeInstrumentStatus(state, { ...from('2018'), status: 'inForce', version: '2' }));
    const { part, part_stretch, instrument_version } = rows(history);
    expect(part).toMatchObject([{ reference: 'LAW-1', status: 'inForce' }]);
    expect(part_stretch.map(({ status, from_earliest }) => [from_earliest, status])).toEqual([
      ['2015-01-01', 'draft'],
      ['2015-06-01', 'draft'],
      ['2016-01-01', 'inForce'],
      ['2017-01-01', 'inForce'],
      ['2017-01-01', 'inForce'],
      ['2018-01-01', 'inForce'],
    ]);
    expect(
      instrument_version.map((row) => [
        row.version,
        row.ordinal,
        row.status,
        row.from_earliest,
        row.to_earliest,
      ]),
    ).toEqual([
      ['1', 1, null, '2015-06-01', null],
      ['2', 2, null, '2017-01-01', '2017-01-01'],
      ['2', 2, 'draft', '2017-01-01', '2018-01-01'],
      ['2', 2, 'inForce', '2018-01-01', null],
    ]);
    expect(instrument_version[0]!.articles).toEqual([{ article: '5' }]);
  });

  it('keeps who was on a governed list, since when and by which source', () => {
    const history = registered();
    const stream = programmeStream('MOI 2017');
    const decide = (decision: (programme: Programme) => Parameters<History['record']>[1]) =>
      history.record(stream, decision(history.programmeOf(stream)));
    const from = (edtf: string) => ({ decidedOn: { edtf }, name: { en: 'Name' } });
    const alter = (edtf: string, change: { added?: string[]; removed?: string[] }) =>
      decide((state) =>
        changeScopeMembership(state, {
          ...from(edtf),
          scope: 'LIST',
          source: { en: `Source of ${edtf}` },
          ...change,
        }),
      );
    decide((state) => registerScope(state, { ...from('2010'), reference: 'A', code: 'XA-01' }));
    decide((state) => registerScope(state, { ...from('2010'), reference: 'B', within: 'A' }));
    decide((state) => registerScope(state, { ...from('2010'), reference: 'LIST', governed: true }));
    alter('2016', { added: ['A', 'B'] });
    alter('2017', { removed: ['A'] });
    alter('2018', { added: ['A'] });
    const { part, scope_member } = rows(history);
    expect(part.map(({ reference, code, within, governed }) => [reference, code, within, governed])).toEqual([
      ['A', 'XA-01', null, false],
      ['B', null, 'A', false],
      ['LIST', null, null, true],
    ]);
    expect(
      scope_member
        .toSorted((a, b) => a.position - b.position)
        .map((row) => [
          row.scope,
          row.source['en'],
          row.from_earliest,
          row.to_earliest,
          row.left_source?.['en'],
        ]),
    ).toEqual([
      ['A', 'Source of 2016', '2016-01-01', '2017-01-01', 'Source of 2017'],
      ['B', 'Source of 2016', '2016-01-01', null, undefined],
      ['A', 'Source of 2018', '2018-01-01', null, undefined],
    ]);
  });

  it('has names for terms, and the deadlines it set', () => {
    const history = registered();
    const stream = programmeStream('MOI 2017');
    const decide = (decision: (programme: Programme) => Parameters<History['record']>[1]) =>
      history.record(stream, decision(history.programmeOf(stream)));
    const term = { vocabulary: 'horizon', term: 'immediate' } as const;
    decide((state) => nameVocabularyTerm(state, { ...day, ...term, name: { en: 'Now' } }));
    decide((state) => nameVocabularyTerm(state, { ...day, ...term, name: { ar: 'فوري' } }));
    decide((state) => setRecordingDeadline(state, { decidedOn: { edtf: '2017' }, days: 30 }));
    decide((state) => setRecordingDeadline(state, { decidedOn: { edtf: '2016' }, days: 10 }));
    const found = rows(history);
    expect(found.term).toEqual([{ ...term, name: { en: 'Now', ar: 'فوري' }, position: 3 }]);
    expect(found.programme).toMatchObject([{ recording_deadline: 30, revision: 4 }]);
    expect(
      found.deadline.map(({ days, from_earliest, to_earliest }) => [days, from_earliest, to_earliest]),
    ).toEqual([
      [10, '2016-01-01', '2017-01-01'],
      [30, '2017-01-01', null],
    ]);
  });

  it('keeps what a body might do, and for how long it stood', () => {
    const history = registered();
    const stream = bodyStream('MOI 2017', 'Board');
    const from = (edtf: string) => ({ decidedOn: { edtf } });
    history.record(
      stream,
      establishBody(noBody, {
        ...from('2015'),
        programme: 'MOI 2017',
        reference: 'Board',
        name: { en: 'Board' },
        kind: 'committee',
        competence: 'advises',
      }),
    );
    history.record(stream, dissolveBody(history.bodyOf(stream), from('2018')));
    const change = { ...from('2016'), competence: 'approves', reason: { en: 'By law' } } as const;
    history.record(stream, changeMandate(history.bodyOf(stream), change));
    const { body, body_stretch } = rows(history);
    expect(body).toMatchObject([{ competence: 'approves', dissolved: true, revision: 2 }]);
    expect(
      body_stretch.map((row) => [
        row.competence,
        row.dissolved,
        row.reason,
        row.from_earliest,
        row.to_earliest,
      ]),
    ).toEqual([
      ['advises', false, null, '2015-01-01', '2016-01-01'],
      ['approves', false, { en: 'By law' }, '2016-01-01', '2018-01-01'],
      ['approves', true, null, '2018-01-01', null],
    ]);
  });
});
