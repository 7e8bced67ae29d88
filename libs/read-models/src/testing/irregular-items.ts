import {
  type DatedItemEvent,
  type ItemInput,
  type Step,
  lifecycleStates,
  recordDetails,
  recordState,
  registerItem,
  remove,
  renumber,
  restore,
} from '@masar/domain';
import { History } from './history.js';

export const programme = 'Sample';
export const otherProgramme = 'Other';

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Items of two programmes with late, imprecise and unknown dates, removals and new references. */
export function irregularItems(random: () => number, items: number, changes: number): History {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const day = () =>
    `${2016 + Math.floor(random() * 3)}-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 9)}`;
  const date = () => pick([day(), day(), day().slice(0, 7), day().slice(0, 4), null]);
  const input = (): ItemInput => ({ decidedOn: { edtf: date() }, asRecorded: true });
  const history = new History();
  const keys: string[] = [];
  for (let number = 1; number <= items; number += 1) {
    const own = number % 5 === 0 ? otherProgramme : programme;
    const key = `${own.toLowerCase()}/rec-${number}`;
    keys.push(key);
    history.onItem(key, (steps) =>
      registerItem(steps, {
        ...input(),
        programme: own,
        reference: `REC-${number}`,
        title: { en: `${pick(['Borders', 'border posts', 'كتاب', 'کتاب', 'Training'])} ${number % 7}` },
        state: pick(lifecycleStates),
        attributes: {
          type: pick(['law', 'order']),
          ...(number % 3 === 0 && { recipient: pick(['A', 'B']) }),
        },
        themes: number % 2 === 0 ? ['BORDERS'] : [],
      }),
    );
  }
  for (let index = 0; index < changes; index += 1) {
    const state = pick(lifecycleStates);
    const sourceStatus = pick(['open', 'shut']);
    const type = pick(['law', 'order', 'plan']);
    const decisions: ((steps: readonly Step[]) => DatedItemEvent)[] = [
      (steps) => recordState(steps, { ...input(), state, sourceStatus }),
      (steps) => recordState(steps, { ...input(), state }),
      (steps) => recordState(steps, { ...input(), state }),
      (steps) => recordDetails(steps, { ...input(), attributes: { type } }),
      (steps) => renumber(steps, { ...input(), reference: `NEW-${index % 20}` }),
      (steps) => remove(steps, input()),
      (steps) => restore(steps, input()),
    ];
    history.onItem(pick(keys), pick(decisions));
  }
  return history;
}
