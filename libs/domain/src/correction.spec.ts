import { describe, expect, it } from '@jest/globals';
import {
  type Correction,
  type CorrectionEvent,
  type CorrectionTarget,
  confirmCorrection,
  declineCorrection,
  evolveCorrection,
  noCorrection,
  withdrawCorrection,
} from './correction.js';
import { correctionOfDecision, correctionOn } from './correction-effects.js';
import { proposeCorrection } from './correction-proposal.js';
import type { Dated } from './event.js';
import { type Entry, stateOf, timelineOf } from './item/timeline.js';
import { refusalOf, specification } from './testing/given.js';
import { setVisibility } from './item/visibility.js';
import { asEntry, on, record, wayTo } from './testing/item-histories.js';

const item = 'sample/sample-001';
const reason = { en: 'Read from the wrong line of the minutes' };

/** An item on its way to a state, its last entry being the effect of decision `d-1`. */
function history(state: keyof typeof wayTo): Entry[] {
  return record(wayTo[state]).map((entry, index, all) =>
    index < all.length - 1
      ? entry
      : {
          ...entry,
          event: { ...entry.event, data: { ...entry.event.data, decision: 'd-1' } } as Entry['event'],
        },
  );
}

const given = specification(history);
const proposing =
  (target: CorrectionTarget, more: object = {}) =>
  (entries: readonly Entry[]) =>
    proposeCorrection(
      { ...on('2017-06-01'), reason, id: 'c-1', programme: 'sample', target, ...more },
      new Map([[item, timelineOf(entries)]]),
    );
const entryTarget = (position: number, change: object): CorrectionTarget => ({
  kind: 'entry',
  item,
  entry: `event-${position}`,
  change,
});
const lastOf = (state: keyof typeof wayTo) => history(state).length;
const ofDecision = (change: object): CorrectionTarget => ({ kind: 'decision', decision: 'd-1', change });
const ofText = (change: object): CorrectionTarget => ({ kind: 'text', item, change });

describe('proposing a correction', () => {
  it('names what was recorded wrongly, what is right, and the items it reaches', () => {
    given('Adopted')
      .when(proposing(entryTarget(lastOf('Adopted'), { effective: '2017-03' })))
      .then({
        type: 'CorrectionProposed',
        data: {
          id: 'c-1',
          programme: 'sample',
          target: entryTarget(lastOf('Adopted'), { effective: '2017-03' }),
          items: [item],
          reason,
          dates: { effective: { basis: 'inferred' } },
        },
        decidedOn: '2017-06-01',
        effective: '2017-06-01',
      });
  });

  it('says what was wrong', () => {
    given('Adopted')
      .when(proposing(ofDecision({ struck: true }), { reason: undefined }))
      .thenRefused('REASON_REQUIRED', 'reason');
  });

  it('is about something that still counts', () => {
    given('Adopted')
      .when(proposing(entryTarget(99, { struck: true })))
      .thenRefused('NOTHING_TO_UNDO', 'entry');
    given('Proposed')
      .when(proposing({ kind: 'decision', decision: 'd-2', change: { struck: true } }))
      .thenRefused('NOTHING_TO_UNDO', 'decision');
    expect(refusalOf(() => proposing(ofDecision({ struck: true }))([])).code).toBe('NOT_FOUND');
  });

  it('changes something', () => {
    const last = lastOf('Adopted');
    const { effective } = history('Adopted').at(-1)!;
    given('Adopted')
      .when(proposing(entryTarget(last, { effective })))
      .thenRefused('NOTHING_TO_CHANGE', 'entry');
    given('Adopted')
      .when(proposing(entryTarget(last, {})))
      .thenRefused('NOTHING_TO_CHANGE', 'entry');
    given('Adopted')
      .when(proposing(ofDecision({})))
      .thenRefused('NOTHING_TO_CHANGE', 'decision');
    given('Adopted')
      .when(proposing(ofText({ title: { en: 'A title' } })))
      .thenRefused('NOTHING_TO_CHANGE', 'text');
    given('Adopted')
      .when(proposing(ofText({})))
      .thenRefused('INVALID_INPUT', 'text');
  });

  it('gives dates that can be read, or says that they are not known', () => {
    const last = lastOf('Adopted');
    given('Adopted')
      .when(proposing(entryTarget(last, { effective: 'May' })))
      .thenRefused('INVALID_DATE', 'effective');
    given('Adopted')
      .when(proposing(ofDecision({ decidedOn: '2017-13' })))
      .thenRefused('INVALID_DATE', 'decidedOn');
    given('Adopted')
      .when(proposing(entryTarget(last, { effective: null })))
      .thenLike({ type: 'CorrectionProposed' });
  });

  it('takes values that the field of an entry could hold, and no others', () => {
    const planned = lastOf('Planned');
    given('Planned')
      .when(proposing(entryTarget(planned, { data: { dueDate: '2018-06', leads: ['UNIT-B'] } })))
      .thenLike({ type: 'CorrectionProposed' });
    for (const [field, value] of Object.entries({
      dueDate: 'soon',
      leads: [],
      horizon: 'never',
      // Others rest on these, or the entry has no such field.
      decision: 'd-2',
      response: 'accepted',
    })) {
      given('Planned')
        .when(proposing(entryTarget(planned, { data: { [field]: value } })))
        .thenRefused('INVALID_INPUT', `entry.data.${field}`);
    }
    given('Adopted')
      .when(proposing(ofDecision({ data: { method: 'vote', minutes: 'p. 4' } })))
      .thenLike({ type: 'CorrectionProposed' });
    given('Adopted')
      .when(proposing(ofDecision({ data: { method: 'lots' } })))
      .thenRefused('INVALID_INPUT', 'decision.data.method');
    given('Adopted')
      .when(proposing(ofDecision({ data: { items: [] } })))
      .thenRefused('INVALID_INPUT', 'decision.data.items');
  });

  it('says of which version of the entry its fields speak, and is read in that of today', () => {
    const to = { name: { en: 'Another committee' }, organisation: 'UNIT-A' };
    const target = entryTarget(lastOf('Referred'), { data: { to } });
    given('Referred')
      .when(proposing(target))
      .thenLike({ data: { target: { change: { data: { to }, schemaVersion: 2 } } } });
    given('Referred')
      .when(proposing(entryTarget(lastOf('Referred'), { data: { to: { en: 'In words alone' } } })))
      .thenRefused('INVALID_INPUT', 'entry.data.to');
    const ofVersion1 = entryTarget(lastOf('Adopted'), { data: { manner: 'inPrinciple' } });
    expect(proposing(ofVersion1)(history('Adopted')).data).toMatchObject({ target: ofVersion1 });
    expect(JSON.stringify(proposing(ofVersion1)(history('Adopted')))).not.toContain('schemaVersion');
    // A release that wrote version 1 may have left a correction of it.
    const entries = history('Referred');
    const older = {
      type: 'ReformItemEntryCorrected' as const,
      data: {
        entry: entries.at(-1)!.id,
        correction: 'c-0',
        change: { data: { to: { en: 'An older committee' } } },
      },
    };
    const dates = { decidedOn: null, effective: null };
    const state = stateOf(timelineOf([...entries, asEntry({ ...older, ...dates }, entries.length + 1)]));
    expect(state.referredTo).toEqual({ name: { en: 'An older committee' } });
  });

  it('strikes no registration: there would be an item that never was', () => {
    given('Draft')
      .when(proposing(entryTarget(1, { struck: true })))
      .thenRefused('INVALID_INPUT', 'entry.struck');
  });

  it('strikes no word on who may see the item, and turns it into no other: it is set again', () => {
    const restricted = [
      ...record([
        ...wayTo.Draft,
        (steps) => setVisibility(steps, { ...on('2017-02-01'), visibility: 'restricted', reason }),
      ]),
    ];
    const refused = (change: object) => refusalOf(() => proposing(entryTarget(2, change))(restricted));
    expect(refused({ struck: true })).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'entry.struck' }],
    });
    expect(refused({ data: { visibility: 'open' } })).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'entry.data.visibility' }],
    });
  });
});

/** A correction that somebody proposed, with what followed. */
function correction(target: CorrectionTarget, ...events: CorrectionEvent[]): Correction {
  const proposed = proposing(target)(history('Adopted'));
  return [proposed, ...events].reduce(
    (state, event) => evolveCorrection(state, event, 'proposer'),
    noCorrection,
  );
}

const struck = ofDecision({ struck: true });

describe('answering a correction', () => {
  const input = { ...on('2017-06-02'), reason };

  it('takes a second person', () => {
    expect(confirmCorrection(correction(struck), input, 'somebody-else')).toMatchObject({
      type: 'CorrectionConfirmed',
      decidedOn: '2017-06-02',
    });
    expect(refusalOf(() => confirmCorrection(correction(struck), input, 'proposer')).code).toBe(
      'SAME_PERSON',
    );
  });

  it('can decline it, saying why; only who proposed it takes it back', () => {
    expect(declineCorrection(correction(struck), input)).toMatchObject({
      type: 'CorrectionDeclined',
      data: { reason },
    });
    expect(refusalOf(() => declineCorrection(correction(struck), on('2017-06-02'))).code).toBe(
      'REASON_REQUIRED',
    );
    expect(withdrawCorrection(correction(struck), input, 'proposer')).toMatchObject({
      type: 'CorrectionWithdrawn',
    });
    expect(refusalOf(() => withdrawCorrection(correction(struck), input, 'somebody-else')).code).toBe(
      'NOT_FOUND',
    );
  });

  it('comes once, and to a correction there is', () => {
    const answered: CorrectionEvent[] = [
      { type: 'CorrectionConfirmed', data: { programme: 'sample' } },
      { type: 'CorrectionDeclined', data: { programme: 'sample' } },
      { type: 'CorrectionWithdrawn', data: { programme: 'sample' } },
    ];
    for (const event of answered) {
      const run = () => confirmCorrection(correction(struck, event), input, 'somebody-else');
      expect(refusalOf(run).code).toBe('INVALID_TRANSITION');
    }
    expect(refusalOf(() => confirmCorrection(noCorrection, input, 'somebody-else')).code).toBe('NOT_FOUND');
  });
});

describe('a confirmed correction', () => {
  const confirmed: Dated<CorrectionEvent> = {
    type: 'CorrectionConfirmed',
    data: { programme: 'sample', reason },
    decidedOn: '2017-06-02',
    effective: '2017-06-02',
  };
  const leaves = (target: CorrectionTarget, entries: readonly Entry[]) => {
    const event = correctionOn(correction(target), confirmed, timelineOf(entries));
    const after = event ? [...entries, asEntry(event, entries.length + 1)] : entries;
    return { event, item: stateOf(timelineOf(after)) };
  };

  it('of a decision takes back what it did to the item, or gives it its right day', () => {
    const adopted = history('Adopted');
    expect(leaves(struck, adopted)).toMatchObject({
      event: {
        type: 'ReformItemEntryCorrected',
        data: {
          entry: adopted.at(-1)!.id,
          correction: 'c-1',
          change: { struck: true },
          ofDecision: 'd-1',
          reason,
        },
      },
      item: { standing: { state: 'UnderReview' } },
    });
    expect(leaves(ofDecision({ effective: '2017-05-05' }), adopted)).toMatchObject({
      event: { data: { change: { effective: '2017-05-05' } } },
      item: { standing: { state: 'Adopted' } },
    });
  });

  it('of what was written down of a decision stands on the decision, not on its items', () => {
    const target = ofDecision({ data: { method: 'vote' } });
    expect(leaves(target, history('Adopted')).event).toBeUndefined();
    expect(correctionOfDecision(correction(target), confirmed)).toEqual({
      type: 'DecisionCorrected',
      data: { programme: 'sample', correction: 'c-1', change: { data: { method: 'vote' } }, reason },
      decidedOn: '2017-06-02',
      effective: '2017-06-02',
    });
    expect(correctionOfDecision(correction(ofText({ title: { en: 'B' } })), confirmed)).toBeUndefined();
  });

  it('of the words makes another version, and leaves the state alone', () => {
    expect(leaves(ofText({ title: { en: 'A better title' } }), history('Adopted'))).toMatchObject({
      event: { type: 'ReformItemTextCorrected', data: { correction: 'c-1' } },
      item: { title: { en: 'A better title' }, textVersion: 2, standing: { state: 'Adopted' } },
    });
  });

  it('finds nothing to correct where the entry was undone meanwhile', () => {
    const adopted = history('Adopted');
    const first = correctionOn(correction(struck), confirmed, timelineOf(adopted))!;
    expect(leaves(struck, [...adopted, asEntry(first, adopted.length + 1)]).event).toMatchObject({
      type: 'DecisionEffectLapsed',
      data: { decision: 'c-1', code: 'NOTHING_TO_UNDO', kind: 'correct' },
    });
  });
});
