import {
  type DatedItemEvent,
  type Step,
  addAction,
  addEvidence,
  addressItem,
  assessments,
  completeAction,
  defineIndicator,
  dropAction,
  lifecycleStates,
  progressLevels,
  recordMeasurement,
  recordOnItem,
  recordResponse,
  recordState,
  recordVerification,
  remove,
  reportProgress,
  rescheduleAction,
  responses,
  restore,
  withdrawEvidence,
} from '@masar/domain';

const organisations = ['UNIT-A', 'UNIT-B', 'UNIT-C'];
const names = ['N-1', 'N-2'];
const words = { en: 'Words' };

/** Whatever can be recorded of an item beside its lifecycle, as it was, with entries undone and in any order. */
export class AxisHistories {
  constructor(private readonly random: () => number) {}

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)]!;
  }

  /** A day of the years the histories are in. */
  day(): string {
    const two = (most: number) => String(1 + Math.floor(this.random() * most)).padStart(2, '0');
    return `${2016 + Math.floor(this.random() * 3)}-${two(12)}-${two(28)}`;
  }

  /** A date as people give it. */
  date(): string | null {
    const day = this.day();
    return this.pick([day, day, day, day.slice(0, 7), day.slice(0, 4), `${day.slice(0, 7)}/2019`, null]);
  }

  /** One more entry of an item. */
  entry(index: number): (history: readonly Step[]) => DatedItemEvent {
    const { pick } = { pick: <T>(values: readonly T[]) => this.pick(values) };
    const input = { decidedOn: { edtf: this.date() }, reason: words, asRecorded: true };
    const addressee = pick(organisations);
    const due = pick(['2016', '2017-03', '2017-09-30', '2018-02']);
    const addressees = organisations.filter(() => this.random() < 0.6);
    const decision = `d-${Math.floor(this.random() * 6)}`;
    const parts = names.slice(0, Math.floor(this.random() * 3)).map((label) => ({ label, text: words }));
    const entries: readonly ((history: readonly Step[]) => DatedItemEvent)[] = [
      (history) =>
        addressees.length > 0 ? addressItem(history, { ...input, addressees }) : remove(history, input),
      (history) => recordResponse(history, { ...input, addressee, response: pick(responses) }),
      (history) => reportProgress(history, { ...input, addressee, progress: pick(progressLevels) }),
      (history) => reportProgress(history, { ...input, addressee, progress: 'done' }),
      (history) => addAction(history, { ...input, action: pick(names), description: words, due }),
      (history) => rescheduleAction(history, { ...input, action: pick(names), due }),
      (history) => pick([completeAction, dropAction])(history, { ...input, action: pick(names) }),
      (history) =>
        defineIndicator(history, {
          ...input,
          indicator: pick(names),
          name: words,
          unit: pick(['%', 'posts']),
        }),
      (history) =>
        recordMeasurement(history, {
          ...input,
          indicator: pick(names),
          value: String(index),
          measuredOn: this.date(),
        }),
      (history) =>
        addEvidence(history, {
          ...input,
          evidence: pick(names),
          description: words,
          custody: 'inspected',
          ...(this.random() < 0.3 && { supersedes: pick(names) }),
        }),
      (history) => withdrawEvidence(history, { ...input, evidence: pick(names) }),
      (history) =>
        recordVerification(history, {
          ...input,
          verification: `V-${index}`,
          verifiedBy: pick(['INSPECTION', ...organisations]),
          method: words,
          examined: [pick(names)],
          conclusion: pick(assessments.filter((one) => one !== 'notAssessed')),
          ...(this.random() < 0.5 && { part: pick(names) }),
        }),
      (history) => recordOnItem(history, { type: 'ReformItemTextAmended', data: { parts } }, input),
      (history) => recordOnItem(history, { type: 'ReformItemDueDateSet', data: { dueDate: due } }, input),
      (history) => recordState(history, { ...input, state: pick(lifecycleStates) }),
      (history) => restore(history, input),
      // What decisions did, so that it can be undone.
      (history) =>
        recordOnItem(history, { type: 'ReformItemAddressed', data: { addressees, decision } }, input),
      (history) =>
        recordOnItem(history, { type: 'ReformItemDecisionRevoked', data: { revokes: decision } }, input),
      (history) =>
        recordOnItem(history, { type: 'ReformItemDecisionAnnulled', data: { annuls: decision } }, input),
      (history) => {
        const { entry } = pick(history.slice(1).length > 0 ? history.slice(1) : history);
        const change = entry.event.type === 'ReformItemRegistered' ? { effective: '2017' } : { struck: true };
        const data = { entry: entry.id, correction: `c-${index}`, change };
        return recordOnItem(history, { type: 'ReformItemEntryCorrected', data }, input);
      },
    ];
    return pick(entries);
  }
}
