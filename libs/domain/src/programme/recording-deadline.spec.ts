import { describe, expect, it } from '@jest/globals';
import { from, givenProgramme, programmeWith } from '../testing/programmes.js';
import { noProgramme } from './programme.js';
import { recordingDeadline, setRecordingDeadline } from './recording-deadline.js';

const set = (days: number | null, effective: string) =>
  ({ type: 'RecordingDeadlineSet', data: { days }, effective }) as const;

describe('the recording deadline', () => {
  it('is that of the day, and none before one was set', () => {
    const programme = programmeWith(set(30, '2017'), set(null, '2019'), set(14, '2018-06'));
    expect(recordingDeadline(programme, '2016')).toBeUndefined();
    expect(recordingDeadline(programme, '2017')).toBe(30);
    expect(recordingDeadline(programme, '2018-06-01')).toBe(14);
    expect(recordingDeadline(programme)).toBeUndefined();
    expect(recordingDeadline(noProgramme)).toBeUndefined();
  });

  it('is a number of days, or none', () => {
    const to = (days: number | null) => (state: typeof noProgramme) =>
      setRecordingDeadline(state, { ...from('2018'), days });
    const given = givenProgramme([set(30, '2017')]);
    given.when(to(0)).thenLike({ type: 'RecordingDeadlineSet', data: { days: 0 } });
    given.when(to(null)).thenLike({ data: { days: null } });
    given.when(to(30)).thenRefused('NOTHING_TO_CHANGE', 'days');
    for (const days of [-1, 1.5, 40_000]) given.when(to(days)).thenRefused('INVALID_INPUT', 'days');
    givenProgramme([]).when(to(null)).thenRefused('NOTHING_TO_CHANGE', 'days');
    expect(() => to(3)(noProgramme)).toThrow('no such programme');
  });
});
