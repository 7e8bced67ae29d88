import { describe, expect, it } from '@jest/globals';
import {
  type Minutes,
  type MinutesEvent,
  type MinutesState,
  approvedOn,
  evolveMinutes,
  minutesStates,
  minutesStream,
  noMinutes,
} from './minutes.js';
import {
  addMinutesVersion,
  approveMinutes,
  circulateMinutes,
  draftMinutes,
  issueCorrigendum,
  maxMinutesBytes,
  noteMinutesDiscrepancy,
} from './minutes-decisions.js';
import { specification } from './testing/given.js';
import { type Happened, recorded } from './testing/recorded.js';

const fold = (events: readonly Happened<MinutesEvent>[]) => recorded(events).reduce(evolveMinutes, noMinutes);
const given = specification(fold);
const dates = { decidedOn: { edtf: '2017-05-02' }, effective: { edtf: '2017-05-02' } };
const text = { en: 'A text' };
const sha256 = 'a'.repeat(64);

const drafted: MinutesEvent = { type: 'MinutesDrafted', data: { programme: 'SAMPLE', workshop: 'WS-1' } };
const added = (language: string, words = 'They agreed.'): MinutesEvent => ({
  type: 'MinutesVersionAdded',
  data: { language, text: words },
});
const circulated: MinutesEvent = { type: 'MinutesCirculated', data: {} };
const approved: MinutesEvent = { type: 'MinutesApproved', data: { body: 'BOARD' } };
const wayTo: { readonly [state in MinutesState]: readonly MinutesEvent[] } = {
  draft: [drafted, added('en')],
  circulated: [drafted, added('en'), circulated],
  approved: [drafted, added('en'), circulated, approved],
};

describe('minutes', () => {
  it('are drafted once for a workshop, or for some of its sessions', () => {
    const draft = (minutes: Minutes) =>
      draftMinutes(minutes, { ...dates, programme: 'SAMPLE', workshop: 'WS-1', sessions: ['S-1'] });
    given([])
      .when(draft)
      .then({
        type: 'MinutesDrafted',
        data: { programme: 'SAMPLE', workshop: 'WS-1', sessions: ['S-1'] },
        decidedOn: '2017-05-02',
        effective: '2017-05-02',
      });
    given([drafted]).when(draft).thenRefused('ALREADY_EXISTS', 'workshop');
    expect(minutesStream('Sample', 'WS ١')).toBe('minutes-sample/ws-1');
  });

  it.each(minutesStates)('can be %s', (state) => {
    expect(fold(wayTo[state]).state).toBe(state);
  });

  const moves: readonly [string, (minutes: Minutes) => unknown, readonly MinutesState[]][] = [
    ['circulated', (minutes) => circulateMinutes(minutes, { ...dates, to: ['A'] }), ['draft', 'circulated']],
    ['approved', (minutes) => approveMinutes(minutes, { ...dates, body: 'BOARD' }), ['circulated']],
    [
      'corrected by a corrigendum',
      (minutes) => issueCorrigendum(minutes, { ...dates, number: '1', text, points: ['2'] }),
      ['approved'],
    ],
    [
      'drafted anew in a language',
      (minutes) => addMinutesVersion(minutes, { ...dates, language: 'en', text: 'They agreed at last.' }),
      ['draft', 'circulated'],
    ],
    [
      'translated',
      (minutes) => addMinutesVersion(minutes, { ...dates, language: 'ar', text: 'اتفقوا.' }),
      ['draft', 'circulated', 'approved'],
    ],
  ];

  it.each(moves)('are %s in some states and in no others', (_, decide, from) => {
    for (const state of minutesStates) {
      if (from.includes(state)) given(wayTo[state]).when(decide).thenLike({ decidedOn: '2017-05-02' });
      else given(wayTo[state]).when(decide).thenRefused('INVALID_TRANSITION');
    }
    given([]).when(decide).thenRefused('NOT_FOUND', 'workshop');
  });

  it('have a version in each language: its words, or the digest of a document with where it is and who worked it out', () => {
    const add = (more: object) => (minutes: Minutes) =>
      addMinutesVersion(minutes, { ...dates, language: 'ar', ...more });
    const uri = 'https://example.org/minutes';
    given([drafted])
      .when(add({ sha256, hashedBy: 'provider', uri }))
      .thenLike({
        type: 'MinutesVersionAdded',
        data: { language: 'ar', sha256, hashedBy: 'provider', uri },
      });
    for (const [more, path] of [
      [{ language: 'Arabic', text: 'x' }, 'language'],
      [{}, 'text'],
      [{ text: '  ' }, 'text'],
      [{ text: 'م'.repeat(maxMinutesBytes / 2 + 1) }, 'text'],
      [{ sha256: 'A1', hashedBy: 'provider', uri }, 'sha256'],
      [{ sha256, uri }, 'hashedBy'],
      [{ sha256, hashedBy: 'provider' }, 'uri'],
    ] as const) {
      given([drafted]).when(add(more)).thenRefused('INVALID_INPUT', path);
    }
    given([drafted, added('ar')])
      .when(add({ text: 'They agreed.' }))
      .thenRefused('NOTHING_TO_CHANGE', 'text');
    given([drafted])
      .when(add({ text: 'م'.repeat(maxMinutesBytes / 2) }))
      .thenLike({ data: { language: 'ar' } });
    expect(fold([drafted, added('en', 'One.'), added('en', 'Two.')]).versions).toMatchObject([
      { language: 'en', text: 'One.', position: 2, on: '2017' },
      { language: 'en', text: 'Two.', position: 3 },
    ]);
  });

  it('are circulated once there is something to send', () => {
    given([drafted])
      .when((minutes) => circulateMinutes(minutes, dates))
      .thenRefused('INVALID_TRANSITION', 'workshop');
    given(wayTo.draft)
      .when((minutes) => circulateMinutes(minutes, { ...dates, to: [] }))
      .thenRefused('INVALID_INPUT', 'to');
    expect(fold([...wayTo.circulated, circulated]).circulations).toHaveLength(2);
  });

  it('are approved by a body or in a session, and have been since that day', () => {
    const approve = (more: object) => (minutes: Minutes) => approveMinutes(minutes, { ...dates, ...more });
    given(wayTo.circulated)
      .when(approve({ inWorkshop: 'WS-2', inSession: 'S-1' }))
      .then({
        type: 'MinutesApproved',
        data: { inWorkshop: 'WS-2', inSession: 'S-1' },
        decidedOn: '2017-05-02',
        effective: '2017-05-02',
      });
    given(wayTo.circulated).when(approve({})).thenRefused('INVALID_INPUT', 'body');
    given(wayTo.circulated)
      .when(approve({ inSession: 'S-1' }))
      .thenRefused('INVALID_INPUT', 'inWorkshop');
    expect(approvedOn(fold(wayTo.circulated))).toBeUndefined();
    expect(approvedOn(fold([...wayTo.circulated, { ...approved, effective: '2017-05' }]))).toEqual({
      position: 4,
      on: '2017-05',
    });
  });

  it('can be recorded as approved where nobody recorded that they were circulated, and are flagged', () => {
    given(wayTo.draft)
      .when((minutes) => approveMinutes(minutes, { ...dates, asRecorded: true }))
      .thenLike({
        type: 'MinutesApproved',
        data: { asRecorded: true, irregularities: ['SKIPPED_STATES'] },
      });
    given(wayTo.approved)
      .when((minutes) => approveMinutes(minutes, { ...dates, asRecorded: true }))
      .thenRefused('INVALID_TRANSITION', 'workshop');
    const flagged: MinutesEvent = {
      type: 'MinutesApproved',
      data: { asRecorded: true, irregularities: ['SKIPPED_STATES'] },
    };
    expect(fold([...wayTo.draft, flagged]).approval?.irregularities).toEqual(['SKIPPED_STATES']);
    // That they had been circulated is found out afterwards: they stay approved.
    expect(fold([...wayTo.draft, flagged, circulated]).state).toBe('approved');
  });

  it('stay as they were approved, beside their corrigenda', () => {
    const issue = (more: object) => (minutes: Minutes) =>
      issueCorrigendum(minutes, { ...dates, number: 'Corr. 1', text, ...more });
    const issued: MinutesEvent = { type: 'MinutesCorrigendumIssued', data: { number: 'corr. 1', text } };
    given([...wayTo.approved, issued])
      .when(issue({}))
      .thenRefused('ALREADY_EXISTS', 'number');
    given(wayTo.approved)
      .when(issue({ text: {} }))
      .thenRefused('INVALID_INPUT', 'text');
    given(wayTo.approved)
      .when(issue({ number: ' ' }))
      .thenRefused('INVALID_REFERENCE', 'number');
    expect(fold([...wayTo.approved, issued])).toMatchObject({
      state: 'approved',
      versions: [{ language: 'en', text: 'They agreed.' }],
      corrigenda: [{ number: 'corr. 1', text, position: 5 }],
    });
  });

  it('name both passages where two languages disagree, and prefer none', () => {
    const bilingual = [drafted, added('en', 'They agreed on ten.'), added('ar', 'اتفقوا على تسعة.')];
    const note =
      (passages: Readonly<Record<string, string>>, more: object = {}) =>
      (minutes: Minutes) =>
        noteMinutesDiscrepancy(minutes, { ...dates, passages, ...more });
    const passages = { en: 'ten', ar: 'تسعة' };
    given(bilingual)
      .when(note(passages, { note: text }))
      .then({
        type: 'MinutesDiscrepancyNoted',
        data: { passages, note: text },
        decidedOn: '2017-05-02',
        effective: '2017-05-02',
      });
    given([...bilingual, circulated, approved])
      .when(note(passages))
      .thenLike({ data: { passages } });
    given(bilingual)
      .when(note({ en: 'ten' }))
      .thenRefused('INVALID_INPUT', 'passages');
    given(bilingual)
      .when(note({ ...passages, ckb: 'نۆ' }))
      .thenRefused('NOT_FOUND', 'passages.ckb');
    given(bilingual)
      .when(note({ ...passages, en: 'eleven' }))
      .thenRefused('NOT_FOUND', 'passages.en');
    given(bilingual)
      .when(note(passages, { note: {} }))
      .thenRefused('INVALID_INPUT', 'note');
    given([]).when(note(passages)).thenRefused('NOT_FOUND', 'workshop');
  });
});
