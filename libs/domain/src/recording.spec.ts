import { describe, expect, it } from '@jest/globals';
import { daysBetween } from './edtf.js';
import { type Minutes, type MinutesEvent, evolveMinutes, noMinutes } from './minutes.js';
import { recordingFlags, withFlags } from './recording.js';
import { aProgramme } from './testing/a-workshop.js';
import { recorded } from './testing/recorded.js';

const deadline = (days: number | null, effective: string) =>
  ({ type: 'RecordingDeadlineSet', data: { days }, effective }) as const;
const programme = aProgramme([deadline(30, '2017-01-01'), deadline(7, '2018-01-01')]);
const on = (decidedOn: string | null, today: string, session?: string) => ({ decidedOn, today, session });

function minutes(approved: boolean, sessions?: readonly string[]): Minutes {
  return recorded<MinutesEvent>([
    {
      type: 'MinutesDrafted',
      data: { programme: 'SAMPLE', workshop: 'WS-1', ...(sessions && { sessions }) },
    },
    ...(approved ? [{ type: 'MinutesApproved', data: {} } as const] : []),
  ]).reduce(evolveMinutes, noMinutes);
}

describe('what is recorded late', () => {
  it('is recorded more days after it was decided than the programme gave for it then', () => {
    expect(recordingFlags(on('2017-06-01', '2017-07-01'), programme, undefined)).toEqual([]);
    expect(recordingFlags(on('2017-06-01', '2017-07-02'), programme, undefined)).toEqual(['LATE']);
    expect(recordingFlags(on('2018-06-01', '2018-06-08'), programme, undefined)).toEqual([]);
    expect(recordingFlags(on('2018-06-01', '2018-06-09'), programme, undefined)).toEqual(['LATE']);
  });

  it('is reckoned from the last day it may have been decided on', () => {
    expect(recordingFlags(on('2017-06', '2017-07-30'), programme, undefined)).toEqual([]);
    expect(recordingFlags(on('2017-06', '2017-07-31'), programme, undefined)).toEqual(['LATE']);
    expect(recordingFlags(on('2017-06-01/..', '2026-01-01'), programme, undefined)).toEqual([]);
  });

  it('is nothing of an unknown date, before there was a deadline, and once there is none', () => {
    expect(recordingFlags(on(null, '2026-01-01'), programme, undefined)).toEqual([]);
    expect(recordingFlags(on('2016-06-01', '2026-01-01'), programme, undefined)).toEqual([]);
    expect(recordingFlags(on('2017-06-01', '2026-01-01'), aProgramme(), undefined)).toEqual([]);
    const lifted = aProgramme([deadline(7, '2017'), deadline(null, '2018')]);
    expect(recordingFlags(on('2018-06-01', '2026-01-01'), lifted, undefined)).toEqual([]);
  });
});

describe('what is recorded after the minutes', () => {
  const today = '2017-06-02';

  it('is about a workshop whose minutes are approved already', () => {
    const at = (of: Minutes) => recordingFlags(on('2017-06-01', today), programme, of);
    expect(at(minutes(true))).toEqual(['AFTER_MINUTES']);
    expect(at(minutes(false))).toEqual([]);
    expect(at(noMinutes)).toEqual([]);
  });

  it('is about a session the minutes are of, or about one nobody knows', () => {
    const in1 = (session?: string) =>
      recordingFlags(on('2017-06-01', today, session), programme, minutes(true, ['S-1']));
    expect(in1('s-1')).toEqual(['AFTER_MINUTES']);
    expect(in1()).toEqual(['AFTER_MINUTES']);
    expect(in1('S-2')).toEqual([]);
  });
});

describe('flags', () => {
  it('are added to those an event has, once each and in order', () => {
    const event = {
      type: 'X',
      data: { irregularities: ['OUT_OF_ORDER', 'LATE'] as const },
      decidedOn: null,
      effective: null,
    };
    expect(withFlags(event, ['LATE', 'AFTER_MINUTES']).data.irregularities).toEqual([
      'AFTER_MINUTES',
      'LATE',
      'OUT_OF_ORDER',
    ]);
    expect(withFlags(event, [])).toBe(event);
  });
});

describe('the days between two days', () => {
  it('are counted across leap years and months, also backwards', () => {
    expect(daysBetween('2016-02-28', '2016-03-01')).toBe(2);
    expect(daysBetween('2017-02-28', '2017-03-01')).toBe(1);
    expect(daysBetween('2017-01-01', '2016-01-01')).toBe(-366);
    expect(daysBetween('0001-01-01', '0001-12-31')).toBe(364);
  });
});
