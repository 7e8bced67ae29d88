import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReformItemEvent } from './events.js';
import { type Entry, stateOf, stateOn, statusIntervals, timelineOf } from './timeline.js';
import { requireUndoable, standingEffects } from './undoing.js';
import { refusalOf } from '../testing/given.js';

let position = 0;

function entry(event: ReformItemEvent, effective: string | null, decision?: string): Entry {
  position += 1;
  const data = decision === undefined ? event.data : { ...event.data, decision };
  return {
    position,
    id: `event-${position}`,
    event: { ...event, data } as ReformItemEvent,
    decidedOn: effective,
    effective,
    recordedAt: '2026-03-01T00:00:00.000000Z',
  };
}

const registered = () =>
  entry(
    {
      type: 'ReformItemRegistered',
      data: { programme: 'SAMPLE', reference: 'SAMPLE-001', title: { en: 'A title' }, state: 'Draft' },
    },
    '2017-01-01',
  );
const proposed = (day = '2017-01-02') => entry({ type: 'ReformItemProposed', data: {} }, day);
const reviewed = (day = '2017-01-03') => entry({ type: 'ReformItemReviewStarted', data: {} }, day);
const adopted = (day = '2017-02-01', decision = 'adoption') =>
  entry({ type: 'ReformItemAdopted', data: { manner: 'plain' } }, day, decision);
const approved = (day = '2017-03-01', decision = 'approval') =>
  entry({ type: 'ReformItemApproved', data: {} }, day, decision);
const annulled = (annuls: string, day: string, decision = 'annulment') =>
  entry({ type: 'ReformItemDecisionAnnulled', data: { annuls } }, day, decision);
const revoked = (revokes: string, day: string, decision = 'revocation') =>
  entry({ type: 'ReformItemDecisionRevoked', data: { revokes } }, day, decision);
const corrected = (target: Entry, change: object) =>
  entry(
    { type: 'ReformItemEntryCorrected', data: { entry: target.id, correction: 'correction', change } },
    '2017-06-01',
  );

const states = (entries: readonly Entry[]) =>
  statusIntervals(timelineOf(entries)).map(({ state, from }) => `${state} ${from.earliest}`);
const flagsOf = (entries: readonly Entry[], of: Entry) =>
  timelineOf(entries).find((step) => step.entry.position === of.position)!.irregularities;

describe('a decision that is annulled', () => {
  it('never counted: the item is where it would be without it, from the day it took effect', () => {
    const before = [registered(), proposed(), reviewed(), adopted()];
    const after = [...before, annulled('adoption', '2017-05-01')];
    expect(states(after)).toEqual(['Draft 2017-01-01', 'Proposed 2017-01-02', 'UnderReview 2017-01-03']);
    expect(stateOn(timelineOf(after), '2017-02-15')?.standing?.state).toBe('UnderReview');
  });

  it('counted as far as was known before: what was known earlier is unchanged', () => {
    const before = [registered(), proposed(), reviewed(), adopted()];
    const known = timelineOf(before);
    annulled('adoption', '2017-05-01');
    expect(stateOf(known).standing?.state).toBe('Adopted');
    expect(stateOn(known, '2017-02-15')?.standing?.state).toBe('Adopted');
  });

  it('stays in the history, which says by what it was undone', () => {
    const effect = adopted();
    const annulment = annulled('adoption', '2017-05-01');
    const steps = timelineOf([registered(), proposed(), reviewed(), effect, annulment]);
    const step = steps.find(({ entry: { id } }) => id === effect.id)!;
    expect(step.undone).toEqual({ how: 'annulled', by: annulment.position });
    expect(step.before).toEqual({ ...step.after, decisions: step.before.decisions });
  });

  it('leaves what rests on it where it is, flagged', () => {
    const approval = approved();
    const history = [registered(), proposed(), reviewed(), adopted(), approval];
    expect(flagsOf(history, approval)).toEqual([]);
    const now = [...history, annulled('adoption', '2017-05-01')];
    expect(stateOf(timelineOf(now)).standing?.state).toBe('Approved');
    expect(flagsOf(now, approval)).toEqual(['BASIS_ANNULLED', 'SKIPPED_STATES']);
  });

  it('is no basis lost where the item was brought there again by another way', () => {
    const again = adopted('2017-02-10', 'second');
    const approval = approved();
    const history = [registered(), proposed(), reviewed(), adopted(), again, approval];
    const now = [...history, annulled('adoption', '2017-05-01')];
    expect(flagsOf(now, again)).toEqual([]);
    expect(flagsOf(now, approval)).toEqual([]);
  });

  it('takes an item out of an end it had brought', () => {
    const rejected = entry({ type: 'ReformItemRejected', data: {} }, '2017-02-01', 'rejection');
    const now = [registered(), proposed(), reviewed(), rejected, annulled('rejection', '2017-05-01')];
    expect(stateOf(timelineOf(now)).standing).toEqual({ state: 'UnderReview' });
  });

  it('stands again where its annulment is annulled', () => {
    const history = [registered(), proposed(), reviewed(), adopted(), annulled('adoption', '2017-05-01')];
    const now = [...history, annulled('annulment', '2017-06-01', 'second annulment')];
    expect(stateOf(timelineOf(now)).standing?.state).toBe('Adopted');
    const again = [...now, annulled('second annulment', '2017-07-01', 'third')];
    expect(stateOf(timelineOf(again)).standing?.state).toBe('UnderReview');
  });

  it('keeps the number of the text version it had brought, so that later ones keep theirs', () => {
    const amended = (en: string, decision: string) =>
      entry({ type: 'ReformItemTextAmended', data: { text: { en } } }, '2017-02-01', decision);
    const history = [registered(), amended('First', 'first'), amended('Second', 'second')];
    expect(stateOf(timelineOf(history))).toMatchObject({ text: { en: 'Second' }, textVersion: 3 });
    const now = [...history, annulled('first', '2017-05-01')];
    expect(stateOf(timelineOf(now))).toMatchObject({ text: { en: 'Second' }, textVersion: 3 });
  });
});

describe('a decision that is revoked', () => {
  it('counts until the day it is revoked, and no more from then on', () => {
    const history = [registered(), proposed(), reviewed(), adopted(), revoked('adoption', '2017-05-01')];
    expect(states(history)).toEqual([
      'Draft 2017-01-01',
      'Proposed 2017-01-02',
      'UnderReview 2017-01-03',
      'Adopted 2017-02-01',
      'UnderReview 2017-05-01',
    ]);
    expect(stateOn(timelineOf(history), '2017-04-30')?.standing?.state).toBe('Adopted');
  });

  it('says so on its effect, with the days the revocation may have begun on', () => {
    const effect = adopted();
    const revocation = revoked('adoption', '2017-05');
    const steps = timelineOf([registered(), proposed(), reviewed(), effect, revocation]);
    expect(steps.find(({ entry: { id } }) => id === effect.id)!.undone).toEqual({
      how: 'revoked',
      by: revocation.position,
      from: { earliest: '2017-05-01', latest: '2017-05-31' },
    });
  });

  it('takes back what it had set besides states', () => {
    const assigned = entry(
      { type: 'ReformItemAssigned', data: { leads: ['UNIT-B'] } },
      '2017-02-01',
      'second',
    );
    const first = entry({ type: 'ReformItemAssigned', data: { leads: ['UNIT-A'] } }, '2017-01-05', 'first');
    const history = [registered(), first, assigned, revoked('second', '2017-05-01')];
    expect(stateOn(timelineOf(history), '2017-04-01')?.assignment.leads).toEqual(['UNIT-B']);
    expect(stateOf(timelineOf(history)).assignment.leads).toEqual(['UNIT-A']);
  });

  it('counts again where the revocation is annulled', () => {
    const history = [registered(), proposed(), reviewed(), adopted(), revoked('adoption', '2017-05-01')];
    const now = [...history, annulled('revocation', '2017-06-01')];
    expect(stateOf(timelineOf(now)).standing?.state).toBe('Adopted');
    expect(
      timelineOf(now)
        .filter(({ undone }) => undone)
        .map(({ entry: { event } }) => event.type),
    ).toEqual(['ReformItemDecisionRevoked']);
  });

  it('cannot be revoked from before it took effect, nor undone twice', () => {
    const history = [registered(), proposed(), reviewed(), adopted()];
    const revocation = { type: 'ReformItemDecisionRevoked', data: { revokes: 'adoption' } } as const;
    const annulment = { type: 'ReformItemDecisionAnnulled', data: { annuls: 'adoption' } } as const;
    const attempt =
      (entries: Entry[], event: typeof revocation | typeof annulment, day: string | null) => () =>
        requireUndoable(timelineOf(entries), event, day);
    expect(attempt(history, revocation, '2017-02-01')).not.toThrow();
    expect(attempt(history, annulment, '2017-01-01')).not.toThrow();
    expect(attempt(history, revocation, null)).not.toThrow();
    expect(refusalOf(attempt(history, revocation, '2017-01-31')).code).toBe('INVALID_DATE');
    const undone = [...history, annulled('adoption', '2017-05-01')];
    expect(refusalOf(attempt(undone, annulment, '2017-05-02')).code).toBe('NOTHING_TO_UNDO');
    expect(standingEffects(timelineOf(undone), 'adoption')).toEqual([]);
  });

  it('can be annulled after it was revoked: then it never counted, not even until then', () => {
    const effect = adopted();
    const history = [registered(), proposed(), reviewed(), effect, revoked('adoption', '2017-05-01')];
    const annulment = { type: 'ReformItemDecisionAnnulled', data: { annuls: 'adoption' } } as const;
    const revocation = { type: 'ReformItemDecisionRevoked', data: { revokes: 'adoption' } } as const;
    expect(() => requireUndoable(timelineOf(history), annulment, '2017-06-01')).not.toThrow();
    expect(refusalOf(() => requireUndoable(timelineOf(history), revocation, '2017-06-01')).code).toBe(
      'NOTHING_TO_UNDO',
    );
    const steps = timelineOf([...history, annulled('adoption', '2017-06-01')]);
    expect(stateOn(timelineOf(history), '2017-03-01')?.standing?.state).toBe('Adopted');
    expect(stateOn(steps, '2017-03-01')?.standing?.state).toBe('UnderReview');
    expect(steps.find((step) => step.entry.id === effect.id)?.undone?.how).toBe('annulled');
  });
});

describe('an entry that is corrected', () => {
  it('counts as it should have been recorded, at its right day', () => {
    const wrong = adopted('2017-02-01');
    const history = [registered(), proposed(), reviewed(), wrong];
    const now = [...history, corrected(wrong, { effective: '2017-04-01', data: { manner: 'inPrinciple' } })];
    expect(states(now).at(-1)).toBe('Adopted 2017-04-01');
    const step = timelineOf(now).find(({ entry: { id } }) => id === wrong.id)!;
    expect(step).toMatchObject({ undone: undefined, correctedBy: [now.at(-1)!.position] });
    expect(step.entry.event.data).toMatchObject({ manner: 'inPrinciple', decision: 'adoption' });
    expect(states(history).at(-1)).toBe('Adopted 2017-02-01');
  });

  it('is not counted where it never happened', () => {
    const wrong = adopted();
    const now = [registered(), proposed(), reviewed(), wrong, corrected(wrong, { struck: true })];
    expect(stateOf(timelineOf(now)).standing?.state).toBe('UnderReview');
    expect(timelineOf(now).find(({ entry: { id } }) => id === wrong.id)!.undone).toEqual({
      how: 'corrected',
      by: now.at(-1)!.position,
    });
  });

  it('takes later corrections over earlier ones, and none once its correction is struck', () => {
    const wrong = adopted('2017-02-01');
    const history = [registered(), proposed(), reviewed(), wrong];
    const first = corrected(wrong, { effective: '2017-04-01' });
    const second = corrected(wrong, { effective: '2017-03-01' });
    expect(states([...history, first, second]).at(-1)).toBe('Adopted 2017-03-01');
    const third = corrected(second, { struck: true });
    expect(states([...history, first, second, third]).at(-1)).toBe('Adopted 2017-04-01');
  });
});

describe('whatever is undone', () => {
  const kinds = fc.constantFrom('annul', 'revoke', 'strike');
  it('and undone again, the item stands as before, but for flags and words on undoing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 5 }),
        fc.integer({ min: 0, max: 4 }),
        kinds,
        (length, target, kind) => {
          const all = [registered(), proposed(), reviewed(), adopted(), approved()];
          const history = all
            .slice(0, length)
            .map((one, index) =>
              index === 0
                ? one
                : { ...one, event: { ...one.event, data: { ...one.event.data, decision: `d-${index}` } } },
            ) as Entry[];
          const index = 1 + (target % (length - 1));
          const undo =
            kind === 'annul'
              ? annulled(`d-${index}`, '2017-05-01', 'undo')
              : kind === 'revoke'
                ? revoked(`d-${index}`, '2017-05-01', 'undo')
                : corrected(history[index]!, { struck: true });
          const redo =
            kind === 'strike' ? corrected(undo, { struck: true }) : annulled('undo', '2017-06-01', 'redo');
          const before = timelineOf(history);
          const after = timelineOf([...history, undo, redo]);
          expect(statusIntervals(after)).toEqual(statusIntervals(before));
          expect(stateOf(after).standing).toEqual(stateOf(before).standing);
          for (const step of before) {
            const same = after.find(({ entry: { id } }) => id === step.entry.id)!;
            expect(same.irregularities).toEqual(step.irregularities);
            expect(same.undone).toBeUndefined();
          }
        },
      ),
    );
  });
});
