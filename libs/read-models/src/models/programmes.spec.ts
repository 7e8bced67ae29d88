import { describe, expect, it } from '@jest/globals';
import {
  bodyStream,
  changeMandate,
  dissolveBody,
  establishBody,
  noBody,
  noProgramme,
  programmeStream,
  registerInstrument,
  registerOrganisation,
  registerProgramme,
  registerScope,
  registerTheme,
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
});
