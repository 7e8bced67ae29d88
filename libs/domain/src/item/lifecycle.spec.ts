import { describe, expect, it } from '@jest/globals';
import {
  type LifecycleState,
  type Standing,
  canReopenTo,
  endStates,
  isEnd,
  isPaused,
  judgeMove,
  lifecycleStates,
  moveTo,
  pathStates,
  pausedStates,
  placeOf,
} from './lifecycle.js';

function via(...states: LifecycleState[]): Standing {
  return states.reduce((from: Standing | undefined, to) => moveTo(to, from), undefined)!;
}

describe('the lifecycle', () => {
  it('names each state once: the path, the pauses and the ends', () => {
    expect(new Set(lifecycleStates).size).toBe(lifecycleStates.length);
    expect([...lifecycleStates].sort()).toEqual(
      [...new Set([...pathStates, ...pausedStates, ...endStates])].sort(),
    );
    expect(lifecycleStates.filter(isEnd)).toEqual([...endStates]);
    expect(lifecycleStates.filter(isPaused)).toEqual([...pausedStates]);
    expect(pathStates.map(placeOf)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('remembers where a pause left the path, through further pauses too', () => {
    for (const state of pathStates.slice(0, -1)) {
      expect(via(state, 'Deferred').resumesTo).toBe(state);
      expect(via(state, 'Deferred', 'Referred', 'Deferred').resumesTo).toBe(state);
    }
    expect(via('Deferred').resumesTo).toBe('Draft');
  });

  it('remembers what an end came from, through further ends too', () => {
    for (const end of endStates) {
      expect(via('Planned', end)).toEqual({ state: end, endedFrom: 'Planned' });
      expect(via('Planned', end, 'Withdrawn').endedFrom).toBe('Planned');
    }
  });

  it('remembers the pause and the path behind it where a paused item ends', () => {
    expect(via('Adopted', 'Deferred', 'Rejected')).toEqual({
      state: 'Rejected',
      endedFrom: 'Deferred',
      resumesTo: 'Adopted',
    });
    expect(via('Adopted', 'Deferred', 'Rejected', 'Deferred').resumesTo).toBe('Adopted');
  });

  it('forgets both on the way on', () => {
    expect(via('Adopted', 'Deferred', 'Rejected', 'Proposed')).toEqual({ state: 'Proposed' });
  });

  it('reopens to where the item was, to before that, or to a pause, and no further', () => {
    const rejected = via('UnderReview', 'Rejected');
    expect(lifecycleStates.filter((to) => !isEnd(to) && canReopenTo(to, rejected))).toEqual([
      'Draft',
      'Proposed',
      'UnderReview',
      'Deferred',
      'Referred',
    ]);
    expect(canReopenTo('Proposed', via('Rejected'))).toBe(true);
    expect(canReopenTo('Adopted', via('Adopted', 'Deferred', 'Withdrawn'))).toBe(true);
    expect(canReopenTo('InImplementation', via('InImplementation', 'Implemented'))).toBe(true);
  });
});

describe('judging a move', () => {
  it('finds nothing along the path, and off it from any live state', () => {
    pathStates.slice(1).forEach((to, index) => expect(judgeMove(via(pathStates[index]!), to)).toEqual([]));
    for (const from of [...pathStates.slice(0, -1), ...pausedStates]) {
      for (const end of endStates.filter((state) => state !== 'Implemented')) {
        expect([from, end, judgeMove(via('Adopted', from), end)]).toEqual([from, end, []]);
      }
    }
  });

  it('takes Draft and Proposed for fair beginnings, and all further ones for a skip', () => {
    expect(judgeMove(undefined, 'Draft')).toEqual([]);
    expect(judgeMove(undefined, 'Proposed')).toEqual([]);
    expect(judgeMove(undefined, 'Adopted')).toEqual(['SKIPPED_STATES']);
    expect(judgeMove(undefined, 'Planned')).toEqual(['SKIPPED_STATES', 'NO_APPROVAL_RECORDED']);
    expect(judgeMove(undefined, 'Rejected')).toEqual([]);
  });

  it('flags what is skipped, and an approval among it', () => {
    expect(judgeMove(via('Draft'), 'Adopted')).toEqual(['SKIPPED_STATES']);
    expect(judgeMove(via('Adopted'), 'Planned')).toEqual(['SKIPPED_STATES', 'NO_APPROVAL_RECORDED']);
    expect(judgeMove(via('Approved'), 'Implemented')).toEqual(['SKIPPED_STATES']);
  });

  it('flags going back, and leaving an end, unless a decision did it', () => {
    expect(judgeMove(via('Adopted'), 'Proposed')).toEqual(['REVERSED']);
    expect(judgeMove(via('Adopted'), 'Proposed', true)).toEqual([]);
    expect(judgeMove(via('Adopted', 'Rejected'), 'Approved')).toEqual(['REVERSED']);
    expect(judgeMove(via('Adopted', 'Rejected'), 'Withdrawn')).toEqual(['REVERSED']);
    expect(judgeMove(via('Adopted', 'Rejected'), 'Adopted', true)).toEqual([]);
  });

  it('flags a decision that reopens an item further along than it had come', () => {
    expect(judgeMove(via('UnderReview', 'Rejected'), 'Planned', true)).toEqual([
      'SKIPPED_STATES',
      'NO_APPROVAL_RECORDED',
    ]);
    expect(judgeMove(via('UnderReview', 'Rejected'), 'Adopted', true)).toEqual(['SKIPPED_STATES']);
  });

  it('counts a paused item as being where it resumes', () => {
    expect(judgeMove(via('Adopted', 'Deferred'), 'Approved')).toEqual([]);
    expect(judgeMove(via('Adopted', 'Referred'), 'Planned')).toContain('NO_APPROVAL_RECORDED');
    expect(judgeMove(via('Adopted', 'Deferred', 'Rejected'), 'Approved')).toEqual(['REVERSED']);
  });

  it('flags what was so already', () => {
    for (const state of lifecycleStates) expect(judgeMove(via(state), state)).toEqual(['ALREADY_MET']);
  });
});
