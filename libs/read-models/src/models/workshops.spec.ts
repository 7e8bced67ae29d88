import { describe, expect, it } from '@jest/globals';
import {
  type Minutes,
  type Workshop,
  addMinutesVersion,
  announceWorkshop,
  approveMinutes,
  cancelWorkshop,
  circulateMinutes,
  closeWorkshop,
  draftMinutes,
  holdSession,
  issueCorrigendum,
  markOutcomeNotKnown,
  minutesStream,
  noWorkshop,
  noteMinutesDiscrepancy,
  openWorkshop,
  recordAttendance,
  rescheduleWorkshop,
  scheduleWorkshop,
  seatDelegation,
  setAgenda,
  unseatDelegation,
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
    const { entry, ...own } = rows(history);
    expect(entry).toHaveLength(1);
    expect(own).toEqual({
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
      appointment: [{ position: 1, kind: 'announced', held_on: { edtf: null }, venue: null, reason: null }],
      session: [],
      agenda_point: [],
      delegation: [],
      minutes: [],
      minutes_version: [],
      circulation: [],
      corrigendum: [],
      discrepancy: [],
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
      {
        reference: 'S-1',
        session_order: 1,
        title: { en: 'Opening' },
        held_on: '2017-02-07',
        present: null,
        absent: null,
        irregularities: [],
        position: 4,
      },
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

  it('keeps every date it was given, and why it was moved', () => {
    const history = announced();
    const given = (edtf: string) => ({ ...on('2017-01'), heldOn: { edtf } });
    history.record(stream, scheduleWorkshop(history.workshopOf(stream), given('2017-02-07')));
    const reason = { en: 'The hall was taken' };
    history.record(
      stream,
      rescheduleWorkshop(history.workshopOf(stream), { ...given('2017-02-14'), reason, venue: { en: 'B' } }),
    );
    const { workshop, appointment } = rows(history);
    expect(workshop[0]).toMatchObject({
      state: 'scheduled',
      held_on: { edtf: '2017-02-14' },
      venue: { en: 'B' },
    });
    expect(appointment.map(({ kind, held_on, reason: why }) => [kind, held_on.edtf, why])).toEqual([
      ['announced', null, null],
      ['scheduled', '2017-02-07', null],
      ['rescheduled', '2017-02-14', reason],
    ]);
    history.record(stream, cancelWorkshop(history.workshopOf(stream), { ...on('2017-02'), reason }));
    expect(rows(history).workshop[0]).toMatchObject({ state: 'cancelled', cancelled_because: reason });
  });

  it('has its agenda, its delegations for as long as they had a seat, and who was at a session', () => {
    const history = announced();
    const seat = (organisation: string, capacity: 'member' | 'observer', day: string) =>
      history.record(
        stream,
        seatDelegation(history.workshopOf(stream), {
          ...on(day),
          organisation,
          capacity,
          people: { head: [`subject-${organisation}`] },
        }),
      );
    const points = [{ number: '1', title: { en: 'A point' }, items: ['moi/a'] }];
    history.record(stream, setAgenda(history.workshopOf(stream), { ...on('2017-01'), points }));
    seat('A', 'observer', '2017-01');
    seat('B', 'member', '2017-02');
    seat('A', 'member', '2017-02-07');
    history.record(
      stream,
      unseatDelegation(history.workshopOf(stream), {
        ...on('2017-03'),
        organisation: 'A',
        reason: { en: 'Merged' },
      }),
    );
    history.record(stream, openWorkshop(history.workshopOf(stream), on('2017-02-07')));
    const session = { ...on('2017-02-07'), reference: 'S-1', order: 1 };
    history.record(stream, holdSession(history.workshopOf(stream), session));
    const attendance = { ...on('2017-02-07'), session: 's-1', present: ['a'], absent: ['B'] };
    history.record(stream, recordAttendance(history.workshopOf(stream), attendance));
    const { agenda_point, delegation, session: sessions } = rows(history);
    expect(agenda_point).toEqual([
      { ordinal: 1, number: '1', title: { en: 'A point' }, items: ['moi/a'], session: null, position: 2 },
    ]);
    expect(
      delegation.map((row) => [
        row.organisation,
        row.capacity,
        row.from_earliest,
        row.to_earliest,
        row.left_because,
      ]),
    ).toEqual([
      ['A', 'observer', '2017-01-01', '2017-02-07', null],
      ['A', 'member', '2017-02-07', '2017-03-01', { en: 'Merged' }],
      ['B', 'member', '2017-02-01', null, null],
    ]);
    expect(delegation[0]!.people).toEqual({ head: ['subject-A'] });
    expect(sessions[0]).toMatchObject({ present: ['A'], absent: ['B'] });
  });

  it('has minutes, in every version there was, from the draft to the corrigendum', () => {
    const history = announced();
    const minutes = minutesStream('MOI', 'WS 1');
    const decide = (decision: (state: Minutes) => Parameters<History['record']>[1]) =>
      history.record(minutes, decision(history.minutesOf(minutes)));
    const day = on('2017-05');
    decide((state) => draftMinutes(state, { ...day, programme: 'MOI', workshop: 'WS 1' }));
    decide((state) => addMinutesVersion(state, { ...day, language: 'en', text: 'Draft.' }));
    decide((state) => addMinutesVersion(state, { ...day, language: 'en', text: 'Ten agreed.' }));
    decide((state) =>
      addMinutesVersion(state, {
        ...day,
        language: 'ar',
        sha256: 'a'.repeat(64),
        hashedBy: 'recorder',
        uri: 'https://example.org/minutes',
      }),
    );
    decide((state) => circulateMinutes(state, { ...day, to: ['A'] }));
    expect(rows(history).minutes).toMatchObject([{ state: 'circulated', approved_body: null }]);
    decide((state) => approveMinutes(state, { ...day, body: 'BOARD' }));
    decide((state) => issueCorrigendum(state, { ...day, number: '1', text: { en: 'Read nine.' } }));
    decide((state) => noteMinutesDiscrepancy(state, { ...day, passages: { en: 'Ten', ar: 'تسعة' } }));
    const { workshop, minutes: of, minutes_version, circulation, corrigendum, discrepancy } = rows(history);
    expect(workshop[0]).toMatchObject({ state: 'announced', revision: 0 });
    expect(of).toEqual([
      {
        programme: 'MOI',
        workshop: 'WS 1',
        state: 'approved',
        sessions: null,
        approved_body: 'BOARD',
        approved_in_workshop: null,
        approved_in_session: null,
        approved_on: '2017-05',
        approved_position: 7,
        irregularities: [],
        illustrative: false,
        revision: 7,
        last_position: 9,
        last_recorded_at: '2026-01-01T00:00:00.000009Z',
      },
    ]);
    expect(minutes_version.map(({ language, text, current }) => [language, text, current])).toEqual([
      ['en', 'Draft.', false],
      ['en', 'Ten agreed.', true],
      ['ar', null, true],
    ]);
    expect(minutes_version[2]).toMatchObject({ sha256: 'a'.repeat(64), hashed_by: 'recorder' });
    expect(circulation).toEqual([{ position: 6, recipients: ['A'], effective: '2017-05' }]);
    expect(corrigendum).toEqual([
      { position: 8, number: '1', text: { en: 'Read nine.' }, points: [], effective: '2017-05' },
    ]);
    expect(discrepancy).toMatchObject([{ passages: { en: 'Ten', ar: 'تسعة' }, note: null }]);
  });
});
