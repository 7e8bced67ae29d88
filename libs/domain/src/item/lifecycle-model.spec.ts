import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BodyEvent } from '../body.js';
import { decide } from '../decide.js';
import { effectOn } from '../decision-effects.js';
import type { DecidedItem, DecisionRecorded } from '../decision.js';
import type { GivenDates } from '../event.js';
import type { Outcome } from '../outcome.js';
import { Refusal } from '../refusal.js';
import { asEntry } from '../testing/item-histories.js';
import { recorded } from '../testing/recorded.js';
import { LifecycleModel, type Move, ends, path } from '../testing/lifecycle-model.js';
import { type DatedItemEvent, recordOnItem, registerItem } from './decisions.js';
import type { Plan } from './events.js';
import { type Entry, type Step, stateOf, stateOn, timelineOf } from './timeline.js';

const item = 'sample/sample-001';
const other = 'sample/sample-002';
const board = {
  reference: 'BOARD',
  history: recorded<BodyEvent>([
    {
      type: 'BodyEstablished',
      data: {
        programme: 'sample',
        reference: 'BOARD',
        name: { en: 'A board' },
        kind: 'committee',
        competence: 'approves',
      },
      effective: '2016',
    },
  ]),
};

const firstDay = 3;
const days = 12;
const dayOf = (day: number) => `2017-01-${String(day).padStart(2, '0')}`;
const dates = (day: number): GivenDates => ({ decidedOn: { edtf: dayOf(day) } });

const plan: Plan = { leads: ['UNIT-A'], horizon: 'immediate', dueDate: '2018', action: { en: 'A step' } };

/** How a move is made in Masar: by a decision of a body, or by a recorder. */
const outcomes: { readonly [state: string]: Outcome } = {
  Adopted: { kind: 'adopt', manner: 'plain' },
  Approved: { kind: 'approve' },
  Rejected: { kind: 'reject' },
  ClosedPartial: { kind: 'close', as: 'ClosedPartial' },
  ClosedNotImplemented: { kind: 'close', as: 'ClosedNotImplemented' },
  NoLongerApplicable: { kind: 'close', as: 'NoLongerApplicable' },
  Superseded: { kind: 'supersede', by: [other] },
  Merged: { kind: 'merge', into: other },
  Split: { kind: 'split', into: [other, 'sample/sample-003'] },
  Deferred: { kind: 'defer' },
  Referred: { kind: 'refer', to: { en: 'A committee' } },
};

type Recorded = Parameters<typeof recordOnItem>[1];
const commands: { readonly [state: string]: Recorded } = {
  Proposed: { type: 'ReformItemProposed', data: {} },
  UnderReview: { type: 'ReformItemReviewStarted', data: {} },
  Planned: { type: 'ReformItemPlanned', data: plan },
  InImplementation: { type: 'ReformItemImplementationStarted', data: {} },
  Implemented: { type: 'ReformItemImplemented', data: { verifiedBy: 'UNIT-V', evidence: [] } },
  Withdrawn: { type: 'ReformItemWithdrawn', data: {} },
};

function made(move: Move): Outcome | Recorded {
  switch (move.do) {
    case 'step':
      return outcomes[move.to] ?? commands[move.to]!;
    case 'pause':
      return outcomes[move.as]!;
    case 'resume':
      return { kind: 'resume' };
    case 'return':
      return { kind: 'return' };
    case 'end':
      return outcomes[move.as] ?? commands[move.as]!;
    case 'reopen':
      return { kind: 'reopen', ...(move.to !== undefined && { to: move.to as 'Draft' }) };
    case 'remove':
      return { type: 'ReformItemRemoved', data: {} };
    case 'restore':
      return { type: 'ReformItemRestored', data: {} };
  }
}

/** The item as Masar has it: its entries, and the decision each event of a move is the effect of. */
class Recording {
  readonly entries: Entry[] = [];

  constructor(day: number) {
    const registration = {
      programme: 'sample',
      reference: 'SAMPLE-001',
      title: { en: 'A title' },
      ...dates(day),
    };
    this.add(registerItem([], registration));
  }

  get history(): Step[] {
    return timelineOf(this.entries);
  }

  /** Records a move as decision or command number `number`. @returns the code it is refused with */
  record(number: number, what: Outcome | Recorded, day: number, asRecorded = false): string | undefined {
    try {
      this.add(
        'kind' in what
          ? this.decided(number, what, day, asRecorded)
          : this.commanded(number, what, day, asRecorded),
      );
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  }

  private decided(number: number, outcome: Outcome, day: number, asRecorded: boolean): DatedItemEvent {
    const items: DecidedItem[] = [{ item, outcome, reason: { en: 'For a reason' } }];
    const others = timelineOf([{ ...this.entries[0]!, effective: '2016' }]);
    const loaded = new Map(
      [other, 'sample/sample-003'].map((id): [string, { history: Step[]; revision: number }] => [
        id,
        { history: others, revision: 0 },
      ]),
    );
    loaded.set(item, { history: this.history, revision: this.entries.length - 1 });
    const undone = new Map(
      this.entries
        .map(({ event }) => event.data.decision)
        .filter((id) => id !== undefined)
        .map((id) => [id, { body: 'BOARD' } as DecisionRecorded['data']]),
    );
    const input = { ...dates(day), id: `d-${number}`, programme: 'sample', body: 'BOARD', items, asRecorded };
    const decision = decide(input, { items: loaded, relations: [], body: board, undone });
    const effect = effectOn(decision, items[0]!, this.history, 'declared')!;
    if (effect.type === 'DecisionEffectLapsed') throw new Error('lapsed at once');
    return effect;
  }

  private commanded(number: number, event: Recorded, day: number, asRecorded: boolean): DatedItemEvent {
    // Named as a decision's effect, so that it can be undone like one.
    const data = { ...event.data, decision: `d-${number}` };
    return recordOnItem(this.history, { ...event, data } as Recorded, { ...dates(day), asRecorded });
  }

  private add(event: DatedItemEvent): void {
    this.entries.push(asEntry(event, this.entries.length + 1));
  }
}

const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...path).map((to): Move => ({ do: 'step', to })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('Deferred', 'Referred')
      .map((as): Move => ({ do: 'pause', as: as as 'Deferred' })),
  },
  { weight: 2, arbitrary: fc.constant<Move>({ do: 'resume' }) },
  { weight: 1, arbitrary: fc.constant<Move>({ do: 'return' }) },
  { weight: 2, arbitrary: fc.constantFrom(...ends).map((as): Move => ({ do: 'end', as })) },
  {
    weight: 2,
    arbitrary: fc
      .option(fc.constantFrom('Draft', ...path.slice(0, -1), 'Deferred', 'Referred'), { nil: undefined })
      .map((to): Move => ({ do: 'reopen', ...(to !== undefined && { to }) })),
  },
  { weight: 1, arbitrary: fc.constantFrom<Move>({ do: 'remove' }, { do: 'restore' }) },
);

interface Turn {
  readonly turn: 'move' | 'next' | 'asRecorded' | 'annul' | 'revoke';
  readonly move: Move;
  readonly day: number;
  readonly pick: number;
}
const turns: fc.Arbitrary<Turn[]> = fc.array(
  fc.record({
    turn: fc.constantFrom('move', 'move', 'next', 'next', 'next', 'asRecorded', 'annul', 'revoke'),
    move: moves,
    day: fc.integer({ min: 1, max: days }),
    pick: fc.nat({ max: 30 }),
  }),
  { minLength: 1, maxLength: 25 },
) as fc.Arbitrary<Turn[]>;

/** The next step of the path from where an item is: so that random histories come far. */
function nextStep(state: string | undefined): Move {
  const index = ['Draft', ...path].indexOf(state ?? 'Draft');
  return { do: 'step', to: path[index] ?? 'Proposed' };
}

describe('the lifecycle, held against a model of it', () => {
  it('takes and refuses the same, and stands the same on every day, whatever is done in whichever order', () => {
    const reached = new Set<string>();
    const refused = new Set<string>();
    fc.assert(
      fc.property(turns, (sequence) => {
        const model = new LifecycleModel(firstDay);
        const recording = new Recording(firstDay);
        for (const { turn, move: given, day: any, pick } of sequence) {
          // What is recorded as it was before the item began is no rule's matter: timeline.spec.ts has it.
          const day = turn === 'asRecorded' ? Math.max(any, firstDay) : any;
          const standing = model.standing();
          if (turn === 'annul' || turn === 'revoke') {
            if (standing.length === 0) continue;
            const number = standing[pick % standing.length]!;
            const from = turn === 'annul' ? days : Math.max(day, model.dayOf(number));
            if (turn === 'annul') model.annul(number);
            else model.revoke(number, from);
            const code = recording.record(
              100 + recording.entries.length,
              { kind: turn, decision: `d-${number}` },
              from,
              true,
            );
            expect(code).toBeUndefined();
          } else {
            const move = turn === 'next' ? nextStep(model.on(day)?.state) : given;
            const code = turn === 'asRecorded' ? undefined : model.refusal(move, day);
            const number = code === undefined ? model.take(move, day) : 0;
            expect(recording.record(number, made(move), day, turn === 'asRecorded')).toBe(code);
            if (code !== undefined) refused.add(code);
          }
          const { history } = recording;
          for (let on = 1; on <= days; on += 1) {
            const expected = model.on(on);
            const actual = stateOn(history, dayOf(on));
            expect(actual?.standing?.state).toBe(expected?.state);
            expect(actual?.removed).toBe(expected?.removed);
            if (expected) reached.add(expected.state);
          }
          expect(stateOf(history).standing?.state).toBe(model.on(days)?.state);
        }
      }),
      { numRuns: 300 },
    );
    // The histories have come everywhere, or they would show little.
    expect([...reached].sort()).toEqual(
      [...new Set(['Draft', ...path, ...ends, 'Deferred', 'Referred'])].sort(),
    );
    expect([...refused].sort()).toEqual([
      'INVALID_TRANSITION',
      'ITEM_ENDED',
      'ITEM_NOT_ENDED',
      'ITEM_NOT_REMOVED',
      'ITEM_REMOVED',
      'NOT_FOUND',
    ]);
  });
});
