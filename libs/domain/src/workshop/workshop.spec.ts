import { describe, expect, it } from '@jest/globals';
import { specification } from '../testing/given.js';
import { type Happened, recorded } from '../testing/recorded.js';
import type { AgendaPoint } from './agenda.js';
import {
  type Workshop,
  type WorkshopEvent,
  type WorkshopState,
  announceWorkshop,
  cancelWorkshop,
  closeWorkshop,
  evolveWorkshop,
  holdSession,
  markOutcomeNotKnown,
  noWorkshop,
  openWorkshop,
  recordAttendance,
  rescheduleWorkshop,
  scheduleWorkshop,
  setAgenda,
  workshopStates,
  workshopStream,
} from './workshop.js';

const fold = (events: readonly Happened<WorkshopEvent>[]) =>
  recorded(events).reduce(evolveWorkshop, noWorkshop);
const given = specification(fold);
const dates = { decidedOn: { edtf: '2017' }, effective: { edtf: '2017' } };
const text = { en: 'A text' };
const unknown = { edtf: null };
const announcement = { programme: 'SAMPLE', reference: 'WS-1', topic: text, heldOn: unknown };

const announced: WorkshopEvent = { type: 'WorkshopAnnounced', data: announcement };
const opened: WorkshopEvent = { type: 'WorkshopOpened', data: {} };
const wayTo: { readonly [state in WorkshopState]: readonly WorkshopEvent[] } = {
  announced: [announced],
  scheduled: [announced, { type: 'WorkshopScheduled', data: { heldOn: { edtf: '2017-02-07' } } }],
  open: [announced, opened],
  closed: [announced, opened, { type: 'WorkshopClosed', data: {} }],
  cancelled: [announced, { type: 'WorkshopCancelled', data: {} }],
  notKnown: [announced, { type: 'WorkshopOutcomeNotKnown', data: {} }],
};

describe('a workshop', () => {
  it('is announced as far as it was: without a date where none was given', () => {
    given([])
      .when((workshop) =>
        announceWorkshop(workshop, {
          ...dates,
          ...announcement,
          listed: 3,
          venue: text,
          note: text,
          reason: text,
        }),
      )
      .then({
        type: 'WorkshopAnnounced',
        data: { ...announcement, listed: 3, venue: text, note: text, reason: text },
        decidedOn: '2017',
        effective: '2017',
      });
    given([announced])
      .when((workshop) => announceWorkshop(workshop, { ...dates, ...announcement }))
      .thenRefused('ALREADY_EXISTS', 'reference');
    given([])
      .when((workshop) => announceWorkshop(workshop, { ...dates, ...announcement, heldOn: { edtf: 'soon' } }))
      .thenRefused('INVALID_DATE', 'heldOn');
    expect(workshopStream('Sample', 'WS ١')).toBe('workshop-sample/ws-1');
  });

  it.each(workshopStates)('can be %s', (state) => {
    expect(fold(wayTo[state]).state).toBe(state);
  });

  const session = { reference: 'S-1', order: 1 };
  const moves: readonly [string, (workshop: Workshop) => unknown, readonly WorkshopState[]][] = [
    [
      'scheduled',
      (workshop) => scheduleWorkshop(workshop, { ...dates, heldOn: { edtf: '2017-04' }, venue: text }),
      ['announced', 'scheduled', 'notKnown'],
    ],
    ['opened', (workshop) => openWorkshop(workshop, dates), ['announced', 'scheduled', 'notKnown']],
    ['given a session', (workshop) => holdSession(workshop, { ...dates, ...session }), ['open']],
    ['closed', (workshop) => closeWorkshop(workshop, dates), ['open']],
    [
      'cancelled',
      (workshop) => cancelWorkshop(workshop, { ...dates, reason: text }),
      ['announced', 'scheduled', 'notKnown'],
    ],
    [
      'given an agenda',
      (workshop) => setAgenda(workshop, { ...dates, points: [{ number: '1', title: text }] }),
      ['announced', 'scheduled', 'open', 'closed', 'notKnown'],
    ],
    [
      'marked as not known',
      (workshop) => markOutcomeNotKnown(workshop, dates),
      ['announced', 'scheduled', 'open'],
    ],
  ];

  it.each(moves)('is %s from some states and from no others', (_, decide, from) => {
    for (const state of workshopStates) {
      if (from.includes(state)) given(wayTo[state]).when(decide).thenLike({ decidedOn: '2017' });
      else given(wayTo[state]).when(decide).thenRefused('INVALID_TRANSITION');
    }
    given([]).when(decide).thenRefused('NOT_FOUND');
  });

  it('holds sessions, each reference and each number once, counted from 1', () => {
    const held: WorkshopEvent = { type: 'WorkshopSessionHeld', data: { ...session, title: text } };
    expect(fold([...wayTo.open, held]).sessions).toEqual([{ ...session, title: text, heldOn: '2017' }]);
    const hold = (more: object) => (workshop: Workshop) =>
      holdSession(workshop, { ...dates, reference: 'S-2', order: 2, ...more });
    given([...wayTo.open, held])
      .when(hold({}))
      .thenLike({ data: { reference: 'S-2', order: 2 } });
    given([...wayTo.open, held])
      .when(hold({ reference: 'S-1' }))
      .thenRefused('ALREADY_EXISTS', 'reference');
    given([...wayTo.open, held])
      .when(hold({ order: 1 }))
      .thenRefused('ALREADY_EXISTS');
    for (const order of [0, -1, 1.5, Number.NaN])
      given(wayTo.open).when(hold({ order })).thenRefused('INVALID_INPUT', 'order');
    given(wayTo.open)
      .when(hold({ title: {} }))
      .thenRefused('INVALID_INPUT', 'title');
  });

  it('has no empty texts and no unreadable dates', () => {
    for (const field of ['topic', 'venue', 'note', 'reason'])
      given([])
        .when((workshop) => announceWorkshop(workshop, { ...dates, ...announcement, [field]: {} }))
        .thenRefused('INVALID_INPUT', field);
    given([announced])
      .when((workshop) => scheduleWorkshop(workshop, { ...dates, heldOn: { edtf: '2017-02-30' } }))
      .thenRefused('INVALID_DATE', 'heldOn');
    given([announced])
      .when((workshop) => scheduleWorkshop(workshop, { ...dates, heldOn: unknown, venue: {} }))
      .thenRefused('INVALID_INPUT', 'venue');
  });

  it('is given another date for a reason, once it had one', () => {
    const move =
      (more: object = {}) =>
      (workshop: Workshop) =>
        rescheduleWorkshop(workshop, { ...dates, heldOn: { edtf: '2017-04-18' }, reason: text, ...more });
    given(wayTo.scheduled)
      .when(move({ venue: text }))
      .thenLike({
        type: 'WorkshopRescheduled',
        data: { heldOn: { edtf: '2017-04-18' }, venue: text, reason: text },
      });
    given(wayTo.scheduled)
      .when(move({ reason: undefined }))
      .thenRefused('REASON_REQUIRED', 'reason');
    given(wayTo.scheduled)
      .when(move({ heldOn: { edtf: '2017-02-07' } }))
      .thenRefused('NOTHING_TO_CHANGE', 'heldOn');
    given(wayTo.scheduled)
      .when(move({ heldOn: { edtf: '2017-13' } }))
      .thenRefused('INVALID_DATE', 'heldOn');
    given(wayTo.announced).when(move()).thenRefused('INVALID_TRANSITION', 'heldOn');
    for (const state of ['open', 'closed', 'cancelled'] as const)
      given(wayTo[state]).when(move()).thenRefused('INVALID_TRANSITION');
    const moved: WorkshopEvent = { type: 'WorkshopRescheduled', data: { heldOn: { edtf: '2017-04-18' } } };
    expect(fold([...wayTo.scheduled, moved])).toMatchObject({
      state: 'scheduled',
      heldOn: { edtf: '2017-04-18' },
    });
    // That it had been moved is found out afterwards, and undoes nothing.
    expect(fold([...wayTo.closed, moved]).state).toBe('closed');
  });

  it('is cancelled for a reason', () => {
    given(wayTo.announced)
      .when((workshop) => cancelWorkshop(workshop, dates))
      .thenRefused('REASON_REQUIRED', 'reason');
  });

  it('is recorded as it was where the order was another, and flagged', () => {
    given(wayTo.closed)
      .when((workshop) => holdSession(workshop, { ...dates, ...session, asRecorded: true }))
      .thenLike({ data: { ...session, asRecorded: true, irregularities: ['OUT_OF_ORDER'] } });
    given(wayTo.open)
      .when((workshop) => holdSession(workshop, { ...dates, ...session, asRecorded: true }))
      .then({
        type: 'WorkshopSessionHeld',
        data: { ...session, asRecorded: true },
        decidedOn: '2017',
        effective: '2017',
      });
    given(wayTo.announced)
      .when((workshop) => cancelWorkshop(workshop, { ...dates, asRecorded: true }))
      .thenLike({ type: 'WorkshopCancelled' });
    given([])
      .when((workshop) => openWorkshop(workshop, { ...dates, asRecorded: true }))
      .thenRefused('NOT_FOUND');
  });

  it('has the agenda it was given last, its points numbered and each once', () => {
    const points: readonly AgendaPoint[] = [
      { number: '1', title: text, items: ['sample/a', 'sample/b'], session: 'S-1' },
      { number: '2', title: text },
    ];
    const set =
      (...asked: readonly AgendaPoint[]) =>
      (workshop: Workshop) =>
        setAgenda(workshop, { ...dates, points: asked });
    given(wayTo.announced)
      .when(set(...points))
      .then({ type: 'WorkshopAgendaSet', data: { points }, decidedOn: '2017', effective: '2017' });
    const agenda: WorkshopEvent = { type: 'WorkshopAgendaSet', data: { points } };
    expect(fold([announced, agenda]).agenda).toEqual(points);
    given([announced, agenda])
      .when(set(...points))
      .thenRefused('NOTHING_TO_CHANGE', 'points');
    given([announced]).when(set()).thenRefused('INVALID_INPUT', 'points');
    const first = points[0]!;
    for (const [point, path] of [
      [{ ...first, number: ' ' }, 'points.1.number'],
      [{ ...first, number: '١' }, 'points.1.number'],
      [{ ...first, number: '2', title: {} }, 'points.1.title'],
      [{ ...first, number: '2', items: ['sample/a', 'sample/a'] }, 'points.1.items'],
    ] as const) {
      given([announced]).when(set(first, point)).thenRefused('INVALID_INPUT', path);
    }
    given([announced])
      .when(set(...Array.from({ length: 201 }, (_, index) => ({ number: `${index}`, title: text }))))
      .thenRefused('INVALID_INPUT', 'points');
  });

  it('knows who was at a session, of those that had a seat then', () => {
    const seated = (organisation: string, effective: string): Happened<WorkshopEvent> => ({
      type: 'DelegationSeated',
      data: { organisation, capacity: 'member' },
      effective,
    });
    const held: Happened<WorkshopEvent> = {
      type: 'WorkshopSessionHeld',
      data: session,
      effective: '2017-02-07',
    };
    const open = [...wayTo.open, seated('A', '2017'), seated('B', '2017'), seated('C', '2017-03'), held];
    const attend =
      (present: readonly string[], more: object = {}) =>
      (workshop: Workshop) =>
        recordAttendance(workshop, { ...dates, session: 's-1', present, ...more });
    given(open)
      .when(attend(['a'], { absent: ['B'] }))
      .then({
        type: 'WorkshopAttendanceRecorded',
        data: { session: 'S-1', present: ['A'], absent: ['B'] },
        decidedOn: '2017',
        effective: '2017',
      });
    given(open)
      .when(attend(['A', 'C']))
      .thenRefused('NOT_FOUND', 'present.1');
    given(open)
      .when(attend(['A'], { absent: ['C'] }))
      .thenRefused('NOT_FOUND', 'absent.0');
    given(open)
      .when(attend(['A'], { absent: ['a'] }))
      .thenRefused('INVALID_INPUT', 'absent');
    given(open)
      .when(attend(['A'], { session: 'S-2' }))
      .thenRefused('NOT_FOUND', 'session');
    given(open)
      .when(attend(['C'], { asRecorded: true }))
      .thenLike({ data: { present: ['C'] } });
    given(wayTo.announced).when(attend([])).thenRefused('INVALID_TRANSITION');
    const attended: WorkshopEvent = {
      type: 'WorkshopAttendanceRecorded',
      data: { session: 'S-1', present: ['A'], absent: ['B'] },
    };
    expect(fold([...open, attended]).sessions).toEqual([
      { ...session, heldOn: '2017-02-07', attendance: { present: ['A'], absent: ['B'] } },
    ]);
  });
});
