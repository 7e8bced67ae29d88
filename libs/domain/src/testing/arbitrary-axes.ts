import fc from 'fast-check';
import type { GivenDates } from '../event.js';
import { addAction, completeAction, dropAction, rescheduleAction } from '../item/action-decisions.js';
import { addressItem, recordResponse, reportProgress } from '../item/addressee-decisions.js';
import { progressLevels, responses } from '../item/addressees.js';
import { assessments } from '../item/assessment.js';
import type { DatedItemEvent, ItemInput } from '../item/decisions.js';
import { addEvidence, withdrawEvidence } from '../item/evidence-decisions.js';
import { defineIndicator, recordMeasurement } from '../item/indicator-decisions.js';
import type { Step } from '../item/timeline.js';
import { recordVerification } from '../item/verification-decisions.js';

const organisation = fc.constantFrom('UNIT-A', 'UNIT-B', 'unit-a');
const name = fc.constantFrom('first', 'N-1', 'N-2');
const due = fc.constantFrom('2016', '2017-06', '2018-01-31');
const text = { en: 'Words' };

/** Something of an axis beside the lifecycle somebody tries to record: by the rules or as it was, as the input says. */
export function onAnAxis(
  given: GivenDates & Pick<ItemInput, 'asRecorded'>,
): fc.Arbitrary<(history: readonly Step[]) => DatedItemEvent> {
  const input = { ...given, reason: { en: 'Why' } };
  const attempts = fc.oneof(
    fc
      .uniqueArray(organisation, { minLength: 1, maxLength: 3 })
      .map((addressees) => (history: readonly Step[]) => addressItem(history, { ...input, addressees })),
    fc
      .record({ addressee: organisation, response: fc.constantFrom(...responses) })
      .map((more) => (history: readonly Step[]) => recordResponse(history, { ...input, ...more })),
    fc
      .record({ addressee: organisation, progress: fc.constantFrom(...progressLevels) })
      .map((more) => (history: readonly Step[]) => reportProgress(history, { ...input, ...more })),
    fc
      .record({ action: name, due })
      .map(
        (more) => (history: readonly Step[]) => addAction(history, { ...input, ...more, description: text }),
      ),
    fc.tuple(fc.constantFrom(completeAction, dropAction), name).map(
      ([decide, action]) =>
        (history: readonly Step[]) =>
          decide(history, { ...input, action }),
    ),
    fc
      .record({ action: name, due })
      .map((more) => (history: readonly Step[]) => rescheduleAction(history, { ...input, ...more })),
    fc
      .record({ indicator: name, unit: fc.constantFrom('%', 'posts') })
      .map(
        (more) => (history: readonly Step[]) => defineIndicator(history, { ...input, ...more, name: text }),
      ),
    fc
      .record({ indicator: name, value: fc.constantFrom('0', '-1.50', '80') })
      .map(
        (more) => (history: readonly Step[]) =>
          recordMeasurement(history, { ...input, ...more, measuredOn: null, measurementSource: text }),
      ),
    fc.record({ evidence: name, supersedes: fc.option(name, { nil: undefined }) }).map(
      ({ evidence, supersedes }) =>
        (history: readonly Step[]) =>
          addEvidence(history, {
            ...input,
            evidence,
            description: text,
            custody: 'inspected',
            ...(supersedes !== undefined && { supersedes }),
          }),
    ),
    name.map((evidence) => (history: readonly Step[]) => withdrawEvidence(history, { ...input, evidence })),
    fc
      .record({
        verification: name,
        verifiedBy: organisation,
        examined: fc.uniqueArray(name, { maxLength: 2 }),
        conclusion: fc.constantFrom(...assessments.filter((one) => one !== 'notAssessed')),
      })
      .map(
        (more) => (history: readonly Step[]) =>
          recordVerification(history, { ...input, ...more, method: text }),
      ),
  );
  return attempts;
}
