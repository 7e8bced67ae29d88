import { describe, expect, it } from '@jest/globals';
import { specification } from './testing/given.js';
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
  scheduleWorkshop,
  workshopStates,
  workshopStream,
} from './workshop.js';

const fold = (events: readonly WorkshopEvent[]) => events.reduce(evolveWorkshop, noWorkshop);
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
    ['cancelled', (workshop) => cancelWorkshop(workshop, dates), ['announced', 'scheduled', 'notKnown']],
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
    expect(fold([...wayTo.open, held]).sessions).toEqual([{ ...session, title: text }]);
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
});
