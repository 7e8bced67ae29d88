import { describe, expect, it } from '@jest/globals';
import { type MasarEventType, eventCatalogue, describeEvent } from './catalogue.js';
import { concernOf, itemsOfEvent } from './items-of-event.js';
import { exampleEvents } from './testing/example-events.js';

const types = Object.keys(eventCatalogue) as MasarEventType[];
const id = 'sample/sample-001';

/** The example of a type, on a stream of its category. */
function stored(type: MasarEventType, data: object = exampleEvents[type]) {
  const { category, schemaVersion } = describeEvent(type);
  return { stream: `${category}-${category === 'item' ? id : 'some-id'}`, type, schemaVersion, data };
}

/** Ids of items anywhere in the data of an event. */
function idsIn(data: object): string[] {
  return [...new Set(JSON.stringify(data).match(/sample\/sample-\d+/g))].sort();
}

describe('the items an event concerns', () => {
  it('are all the items its data names, and that of its stream', () => {
    for (const type of types) {
      const named = idsIn(exampleEvents[type]);
      const own = describeEvent(type).category === 'item' && type !== 'ReferenceReserved' ? [id] : [];
      expect([type, ...itemsOfEvent(stored(type))].sort()).toEqual(
        [type, ...new Set([...own, ...named])].sort(),
      );
    }
  });

  it('are each named once, in the outcomes of a decision too', () => {
    const merge = { item: 'p/a', outcome: { kind: 'merge', into: 'p/b' } };
    const split = { item: 'p/b', outcome: { kind: 'split', into: ['p/c', 'p/d'] } };
    const data = { ...exampleEvents.DecisionRecorded, items: [merge, split] };
    expect(itemsOfEvent(stored('DecisionRecorded', data))).toEqual(['p/a', 'p/b', 'p/c', 'p/d']);
  });

  it('are those of a decision or a correction where the event is about one', () => {
    expect(concernOf(stored('CorrectionConfirmed'))).toEqual({ items: [], correction: 'some-id' });
    expect(concernOf(stored('DecisionCorrected'))).toMatchObject({ decision: 'some-id' });
    expect(concernOf(stored('RelationsLapsed'))).toEqual({
      items: [],
      decision: exampleEvents.RelationsLapsed.decision,
    });
    const target = { kind: 'decision', decision: 'd-1', change: { struck: true } };
    const proposed = { ...exampleEvents.CorrectionProposed, target, items: ['p/a'] };
    expect(concernOf(stored('CorrectionProposed', proposed))).toEqual({ items: ['p/a'], decision: 'd-1' });
  });

  it('are read in the shape of today, whatever version was written', () => {
    const former = {
      stream: `item-${id}`,
      type: 'ReformItemReferred',
      schemaVersion: 1,
      data: { to: { en: 'A' } },
    };
    expect(itemsOfEvent(former)).toEqual([id]);
  });

  it('are not guessed of an event this version does not know', () => {
    expect(() => itemsOfEvent({ ...stored('ReformItemProposed'), type: 'ReformItemFlown' })).toThrow(
      /ReformItemFlown/,
    );
  });
});
