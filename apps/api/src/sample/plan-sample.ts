import type { LangText } from '@masar/domain';
import { topics } from './announced.js';
import { type SampleStep, histories } from './histories.js';
import { titles } from './titles.js';

/** One item of the sample: what it asks for, when it came up, and the history it takes. */
export interface SampleItem {
  readonly reference: string;
  readonly title: LangText;
  readonly theme: string;
  /** The day it came up, YYYY-MM-DD. */
  readonly cameUpOn: string;
  readonly history: string;
  readonly steps: readonly SampleStep[];
  /** Fictional units: the one that leads, and one that does not and verifies. */
  readonly lead: string;
  readonly verifier: string;
  /** References of the items it ends in favour of, where its history says so. */
  readonly successors: readonly string[];
}

/** A step of an item's history on its day. `decide` steps of one day and kind are taken as one decision. */
export interface Dated {
  readonly date: string;
  readonly item: SampleItem;
  readonly step: SampleStep;
  readonly index: number;
}

/** `days` after a day, YYYY-MM-DD. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

const inaugural = '2017-02-07';
const units = ['A', 'B', 'C', 'D', 'E'].map((letter) => `SAMPLE-UNIT-${letter}`);

/** Histories whose items never end: the ones others can end in favour of. */
const lasting = new Set(['inImplementation', 'planned', 'approved', 'adopted']);

/** All items of the sample, in order; the same at every call. */
export function sampleItems(): SampleItem[] {
  const names = Object.keys(histories);
  const drafts = topics.flatMap(({ reference: theme }, week) =>
    titles[theme]!.map((title) => ({ theme, title, cameUpOn: addDays(inaugural, week * 7) })),
  );
  const referenceOf = (index: number) => `SAMPLE-${String(index + 1).padStart(3, '0')}`;
  return drafts.map((draft, index) => {
    const history = names[index % names.length]!;
    const steps = histories[history]!;
    const ending = steps.find(
      (step) => step.do === 'decide' && ['merge', 'split', 'supersede'].includes(step.kind),
    );
    const earlier = drafts
      .map((_, other) => other)
      .filter((other) => other < index && lasting.has(names[other % names.length]!));
    const count = ending?.do !== 'decide' ? 0 : ending.kind === 'split' ? 2 : 1;
    return {
      ...draft,
      reference: referenceOf(index),
      history,
      steps,
      lead: units[index % units.length]!,
      verifier: units[(index + 2) % units.length]!,
      successors: count === 0 ? [] : earlier.slice(-count).map(referenceOf),
    };
  });
}

/** Every step of every item, in the order of their days: the order they are recorded in. */
export function sampleSteps(items: readonly SampleItem[]): Dated[] {
  return items
    .flatMap((item) =>
      item.steps.map((step, index) => ({ date: addDays(item.cameUpOn, step.day), item, step, index })),
    )
    .sort((a, b) => a.date.localeCompare(b.date));
}
