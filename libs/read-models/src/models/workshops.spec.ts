import { describe, expect, it } from '@jest/globals';
import {
  type Workshop,
  announceWorkshop,
  cancelWorkshop,
  closeWorkshop,
  holdSession,
  markOutcomeNotKnown,
  noWorkshop,
  openWorkshop,
  scheduleWorkshop,
  workshopStream,
} from '@masar/domain';
import { History } from '../testing/history.js';
import { foldModel } from './fold-model.js';
import { workshops } from './workshops.js';

const on = (edtf: string | null) => ({ decidedOn: { edtf } });
const stream = workshopStream('MOI', 'WS 1');
const key = 'moi/ws-1';
const standing = (state: Workshop['state']): Workshop => ({ ...noWorkshop, reference: 'WS 1', state });

function announced(): History {
  const history = new History();
  const input = {
    ...on('2017-01'),
    programme: 'MOI',
    reference: 'WS 1',
    topic: { en: 'Borders' },
    listed: 3,
  };
  history.record(stream, announceWorkshop(noWorkshop, { ...input, heldOn: { edtf: null } }));
  return history;
}

const rows = ({ events }: History) => foldModel(workshops, key, events);

describe('a workshop as rows', () => {
  it('is what was announced: a date that was not given is not known', () => {
    const history = announced();
    expect(workshops.keyOf(history.events[0]!)).toBe(key);
    expect(rows(history)).toEqual({
      workshop: [
        expect.objectContaining({
          programme: 'MOI',
          programme_key: 'moi',
          reference: 'WS 1',
          topic: { en: 'Borders' },
          listed: 3,
          state: 'announced',
          held_on: { edtf: null },
          venue: null,
          revision: 0,
        }),
      ],
      session: [],
    });
  });

  it('was held when it was scheduled for, with its sessions by number', () => {
    const history = announced();
    const heldOn = { edtf: '2017-02-07', asWritten: '7 February' };
    history.record(
      stream,
      scheduleWorkshop(standing('announced'), { ...on('2017-01'), heldOn, venue: { en: 'A hall' } }),
    );
    history.record(stream, openWorkshop(standing('scheduled'), on('2017-02-07')));
    const session = { ...on('2017-02-07'), reference: 'S-1', order: 1, title: { en: 'Opening' } };
    history.record(stream, holdSession(standing('open'), session));
    expect(rows(history).workshop[0]).toMatchObject({
      state: 'open',
      held_on: heldOn,
      venue: { en: 'A hall' },
    });
    history.record(stream, closeWorkshop(standing('open'), on('2017-02-08')));
    const { workshop, session: sessions } = rows(history);
    expect(workshop[0]).toMatchObject({ state: 'closed', held_on: heldOn, revision: 4, last_position: 5 });
    expect(sessions).toEqual([
      { reference: 'S-1', session_order: 1, title: { en: 'Opening' }, held_on: '2017-02-07', position: 4 },
    ]);
  });

  it.each([
    ['cancelled', cancelWorkshop],
    ['notKnown', markOutcomeNotKnown],
  ] as const)('can end as %s', (state, decide) => {
    const history = announced();
    history.record(stream, decide(standing('announced'), { ...on('2017-03'), reason: { en: 'No room' } }));
    expect(rows(history).workshop[0]).toMatchObject({ state, held_on: { edtf: null } });
  });
});
