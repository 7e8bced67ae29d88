import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Dated,
  type DecisionRecorded,
  type LoadedItem,
  type Outcome,
  decide,
  decisionStream,
  effectOn,
  itemStream,
  noWorkshop,
  propose,
  registerItem,
  startReview,
  withdraw,
} from '@masar/domain';
import { History } from '../testing/history.js';
import { decisions } from './decisions.js';
import { foldModel } from './fold-model.js';

const keys = ['sample/a', 'sample/b'];
const day = (edtf: string) => ({ decidedOn: { edtf } });

let history: History;
let decision: Dated<DecisionRecorded>;

beforeEach(() => {
  history = new History();
  for (const key of keys) {
    const reference = key.slice('sample/'.length);
    history.onItem(key, (steps) =>
      registerItem(steps, { ...day('2017-01-01'), programme: 'Sample', reference, title: { en: 'T' } }),
    );
    history.onItem(key, (steps) => propose(steps, day('2017-01-02')));
    history.onItem(key, (steps) => startReview(steps, day('2017-01-03')));
  }
  const outcome: Outcome = { kind: 'adopt', manner: 'plain' };
  decision = decide(
    {
      id: 'd-1',
      programme: 'Sample',
      ...day('2017-02'),
      items: [
        { item: 'sample/a', outcome },
        { item: 'sample/b', outcome, reason: { en: 'Because' } },
      ],
      workshop: 'WS-1',
      method: 'consensus',
    },
    {
      items: new Map(
        keys.map((key): [string, LoadedItem] => [key, { history: history.stepsOf(key), revision: 2 }]),
      ),
      relations: [],
      workshop: { ...noWorkshop, reference: 'WS-1' },
    },
  );
  history.record(decisionStream('d-1'), decision);
});

/** The one event the decision comes to on an item, as the item is by now. */
function effect(key: string): void {
  const decided = decision.data.items.find(({ item }) => item === key)!;
  history.onItem(key, (steps) => effectOn(decision, decided, steps, undefined)!);
}

function rows() {
  const own = history.events.filter((event) => decisions.keyOf(event) === 'd-1');
  return foldModel(decisions, 'd-1', own);
}

describe('a decision as rows', () => {
  it('is pending on each of its items once recorded', () => {
    const { decision: own, decided_item } = rows();
    expect(own).toEqual([
      expect.objectContaining({
        programme: 'Sample',
        programme_key: 'sample',
        kinds: ['adopt'],
        workshop: 'WS-1',
        body: null,
        mode: 'notKnown',
        method: 'consensus',
        decided_on: '2017-02',
        effective: '2017-02',
        position: 7,
        pending: 2,
        lapsed: 0,
      }),
    ]);
    expect(decided_item.map(({ item, status, reason }) => [item, status, reason])).toEqual([
      ['sample/a', 'pending', null],
      ['sample/b', 'pending', { en: 'Because' }],
    ]);
  });

  it('is applied where its effect stands on the item, and names the position', () => {
    effect('sample/a');
    const { decision: own, decided_item } = rows();
    expect(own[0]).toMatchObject({ pending: 1, lapsed: 0 });
    expect(decided_item.map(({ status, effect_position }) => [status, effect_position])).toEqual([
      ['applied', 8],
      ['pending', null],
    ]);
  });

  it('has lapsed, with a code, where the item had moved on', () => {
    history.onItem('sample/b', (steps) => withdraw(steps, { ...day('2017-01-20'), reason: { en: 'Out' } }));
    effect('sample/b');
    const { decision: own, decided_item } = rows();
    expect(own[0]).toMatchObject({ pending: 1, lapsed: 1 });
    expect(decided_item[1]).toMatchObject({ status: 'lapsed', lapse: 'ITEM_ENDED', effect_position: 9 });
  });

  it('leaves the rows of its other items as they are, so that no version of them is made', () => {
    const before = rows();
    effect('sample/a');
    const change = decisions.evolve(before, history.events.at(-1)!, 'd-1');
    expect(change!.decided_item![1]).toBe(before.decided_item[1]);
  });

  it('takes no notice of an event that follows from no decision', () => {
    const [registered] = history.events;
    expect(decisions.keyOf(registered!)).toBeUndefined();
  });

  it('makes no document of an effect whose decision was never recorded', () => {
    const stray = new History().record(itemStream('sample/a'), {
      type: 'ReformItemDiscussed',
      data: { decision: 'd-2' },
      decidedOn: null,
      effective: null,
    });
    expect(decisions.keyOf(stray)).toBe('d-2');
    expect(decisions.evolve({ decision: [], decided_item: [], position: [] }, stray, 'd-2')).toBeUndefined();
  });
});
