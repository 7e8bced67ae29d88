import { describe, expect, it } from '@jest/globals';
import type { People } from '../item/events.js';
import { specification } from '../testing/given.js';
import { type Happened, recorded } from '../testing/recorded.js';
import {
  type Capacity,
  delegationOn,
  delegationStretches,
  delegationsOn,
  seatDelegation,
  unseatDelegation,
} from './delegations.js';
import { type WorkshopEvent, evolveWorkshop, noWorkshop } from './workshop.js';

const fold = (events: readonly Happened<WorkshopEvent>[]) =>
  recorded<WorkshopEvent>([announced, ...events]).reduce(evolveWorkshop, noWorkshop);
const given = specification(fold);
const announced: WorkshopEvent = {
  type: 'WorkshopAnnounced',
  data: { programme: 'SAMPLE', reference: 'WS-1', topic: { en: 'A topic' }, heldOn: { edtf: null } },
};
const seated = (organisation: string, capacity: Capacity, effective: string | null, people?: People) =>
  ({
    type: 'DelegationSeated',
    data: { organisation, capacity, ...(people && { people }) },
    effective,
  }) as const;
const head = (...subjects: readonly string[]): People => ({ head: subjects });
const left = (organisation: string, effective: string) =>
  ({ type: 'DelegationLeft', data: { organisation }, effective }) as const;

describe('a delegation', () => {
  it('has a seat from a day on, in a capacity, until it leaves', () => {
    const workshop = fold([
      seated('A', 'member', '2017-02-07', head('subject-1')),
      seated('B', 'observer', '2017-02'),
      left('A', '2017-04-01'),
      // Written down last: it had watched first.
      seated('a', 'observer', '2017-01-10'),
    ]);
    const on = (day: string | null) =>
      delegationsOn(workshop, day).map(({ organisation, capacity }) => [organisation, capacity]);
    expect(on('2017-01-09')).toEqual([]);
    expect(on('2017-01-31')).toEqual([['a', 'observer']]);
    expect(on('2017-02-07')).toEqual([
      ['A', 'member'],
      ['B', 'observer'],
    ]);
    expect(on('2017-04-01')).toEqual([['B', 'observer']]);
    expect(on(null)).toEqual([['B', 'observer']]);
    expect(delegationOn(workshop, 'A', '2017-03')).toEqual({
      organisation: 'A',
      capacity: 'member',
      people: head('subject-1'),
      seated: true,
      since: { earliest: '2017-02-07', latest: '2017-02-07' },
    });
    expect(delegationOn(workshop, 'A', '2017-05')).toBeUndefined();
    expect(delegationStretches(workshop, 'A').map(({ state }) => state.seated)).toEqual([true, true, false]);
  });

  it('that has left can be seated again', () => {
    const workshop = fold([
      seated('A', 'member', '2017-01'),
      left('A', '2017-02'),
      seated('A', 'member', '2017-03'),
    ]);
    expect([delegationOn(workshop, 'A', '2017-02'), delegationOn(workshop, 'A', '2017-03')]).toMatchObject([
      undefined,
      { capacity: 'member' },
    ]);
    // One that left before it came never had a seat.
    expect(delegationOn(fold([left('A', '2017')]), 'A', '2018')).toBeUndefined();
  });

  it('is seated where that changes something, and leaves a seat it has', () => {
    const dates = { decidedOn: { edtf: '2017-03' } };
    const seat = (capacity: Capacity, people?: People) => (workshop: typeof noWorkshop) =>
      seatDelegation(workshop, { ...dates, organisation: 'A', capacity, ...(people && { people }) });
    const leave = (workshop: typeof noWorkshop) =>
      unseatDelegation(workshop, { ...dates, organisation: 'A', reason: { en: 'Called away' } });
    given([])
      .when(seat('member', head('subject-1')))
      .thenLike({
        type: 'DelegationSeated',
        data: { organisation: 'A', capacity: 'member', people: head('subject-1') },
      });
    const there = given([seated('A', 'member', '2017', head('subject-1'))]);
    there.when(seat('observer', head('subject-1'))).thenLike({ data: { capacity: 'observer' } });
    there.when(seat('member', head('subject-2'))).thenLike({ data: { people: head('subject-2') } });
    there.when(seat('member', head('subject-1'))).thenRefused('NOTHING_TO_CHANGE', 'organisation');
    there.when(leave).thenLike({ type: 'DelegationLeft', data: { reason: { en: 'Called away' } } });
    given([]).when(leave).thenRefused('NOT_FOUND', 'organisation');
    given([seated('A', 'member', '2017-05')])
      .when(leave)
      .thenRefused('NOT_FOUND', 'organisation');
    expect(() => seat('member')(noWorkshop)).toThrow('no such workshop');
    expect(() => leave(noWorkshop)).toThrow('no such workshop');
  });
});
