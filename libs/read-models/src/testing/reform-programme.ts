import {
  type Dated,
  type DatedItemEvent,
  type DecisionRecorded,
  type LoadedItem,
  type Outcome,
  type Step,
  announceWorkshop,
  bodyStream,
  decide,
  decisionStream,
  effectOn,
  establishBody,
  noBody,
  noProgramme,
  noWorkshop,
  openWorkshop,
  holdSession,
  programmeStream,
  propose,
  registerItem,
  registerOrganisation,
  registerProgramme,
  registerTheme,
  startReview,
  withdraw,
  workshopStream,
} from '@masar/domain';
import { History } from './history.js';

const day = { decidedOn: { edtf: '2017-02-07' } };

/** The items of {@link reformProgramme}, all under review. */
export const reviewed = ['a', 'b', 'c'].map((reference) => `reform/${reference}`);

/** Two programmes; one with a body, parts, workshops, and decisions on three items that are in every status. */
export function reformProgramme(): History {
  const history = new History();
  for (const reference of ['Reform', 'Another']) {
    const input = { ...day, reference, name: { en: reference } };
    history.record(programmeStream(reference), registerProgramme(noProgramme, input));
  }
  const own = { ...noProgramme, reference: 'Reform' };
  const named = { ...day, name: { en: 'Name' } };
  history.record(programmeStream('Reform'), registerTheme(own, { ...named, reference: 'BORDERS' }));
  history.record(programmeStream('Reform'), registerOrganisation(own, { ...named, reference: 'UNIT-A' }));
  history.record(
    bodyStream('Reform', 'Committee'),
    establishBody(noBody, {
      ...named,
      programme: 'Reform',
      reference: 'Committee',
      kind: 'committee',
      competence: 'advises',
    }),
  );
  // Announced in another order than listed, and one without a place in the list.
  for (const [programme, reference, listed] of [
    ['Reform', 'W-3', 3],
    ['Reform', 'W-9', undefined],
    ['Reform', 'W-1', 1],
    ['Another', 'W-2', 2],
    ['Reform', 'W-2', 2],
  ] as const) {
    const input = { ...day, programme, reference, topic: { en: reference }, heldOn: { edtf: null } };
    history.record(
      workshopStream(programme, reference),
      announceWorkshop(noWorkshop, { ...input, ...(listed !== undefined && { listed }) }),
    );
  }
  const standing = { ...noWorkshop, reference: 'W-1' };
  history.record(workshopStream('Reform', 'W-1'), openWorkshop({ ...standing, state: 'announced' }, day));
  for (const order of [2, 1]) {
    const session = { ...day, reference: `S-${order}`, order };
    history.record(workshopStream('Reform', 'W-1'), holdSession({ ...standing, state: 'open' }, session));
  }
  for (const key of reviewed) {
    const reference = key.slice('reform/'.length);
    const steps: readonly ((history: readonly Step[]) => DatedItemEvent)[] = [
      (before) => registerItem(before, { ...day, programme: 'Reform', reference, title: { en: 'T' } }),
      (before) => propose(before, day),
      (before) => startReview(before, day),
    ];
    for (const step of steps) history.onItem(key, step);
  }
  // The first applies to one item, lapses on one and is pending on one; the second is applied.
  const first = decided(history, 'd-1', reviewed, { kind: 'adopt', manner: 'plain' });
  applied(history, first, reviewed[0]!);
  history.onItem(reviewed[1]!, (steps) => withdraw(steps, { ...day, reason: { en: 'Covered' } }));
  applied(history, first, reviewed[1]!);
  const second = decided(history, 'd-2', [reviewed[0]!], { kind: 'discuss' }, { body: 'Committee' });
  applied(history, second, reviewed[0]!);
  return history;
}

/** Records a decision; none of its effects yet. */
export function decided(
  history: History,
  id: string,
  items: readonly string[],
  outcome: Outcome,
  more: { readonly body?: string; readonly workshop?: string } = {},
): Dated<DecisionRecorded> {
  const loaded = new Map<string, LoadedItem>(
    items.map((key) => [key, { history: history.stepsOf(key), revision: 0 }]),
  );
  const body = more.body === undefined ? undefined : { ...noBody, reference: more.body };
  const input = { id, programme: 'Reform', ...day, items: items.map((item) => ({ item, outcome })), ...more };
  const workshop = more.workshop === undefined ? undefined : { ...noWorkshop, reference: more.workshop };
  const decision = decide(input, { items: loaded, relations: [], body, workshop });
  history.record(decisionStream(id), decision);
  return decision;
}

/** Records the one event a decision comes to on an item, as the item is by now. */
export function applied(history: History, decision: Dated<DecisionRecorded>, key: string): void {
  const own = decision.data.items.find(({ item }) => item === key)!;
  history.onItem(key, (steps) => effectOn(decision, own, steps, undefined)!);
}
