import type { GivenDates } from '@masar/domain';
import { compileAddressees, compileProgress, compileRespond } from './actions/addressees.js';
import { compileAssign, compileClassify, compileDueDate } from './actions/classification.js';
import { compileDecision } from './actions/decision.js';
import { compileEvidence, compileVerify } from './actions/evidence.js';
import { compileIndicator, compileMeasure } from './actions/indicators.js';
import type { Said } from './actions/planned.js';
import { compileContents, compileRegister } from './actions/register.js';
import { compileStepTaken } from './actions/steps-taken.js';
import { type Vocabulary, compileCondition, heardBy } from './expression.js';
import type { Action, Circumstances, Mapping, StateAction } from './language.js';
import type { PlannedAction } from './mapped-row.js';
import { type Reader, compileDate, compileReference, compileStanding, compileText } from './value-readers.js';

/** Reads an action from a row; undefined where its condition does not hold, or where it has nothing to say. */
type ActionReader = Reader<PlannedAction | undefined>;

/** Makes an action ready for rows, with the place it has in its rule. */
export function compileAction(
  mapping: Mapping,
  words: Vocabulary,
  action: Action,
  index: number,
): ActionReader {
  const [circumstances] = Object.values(action) as [Circumstances];
  const when = compileCondition(circumstances.when, words);
  const reference = compileReference(circumstances.reference ?? mapping.reference, words);
  const dates = compileDates(mapping, words, circumstances);
  const reason = compileText(circumstances.reason, words);
  const rest = compileRest(mapping, words, action);
  return (reading) => {
    if (!when(reading)) return undefined;
    let failed = false;
    const planned = rest(
      heardBy(reading, (problem) => {
        failed = true;
        reading.problem(problem);
      }),
    );
    if (!planned) {
      // What else is wrong is said at once, not after the first is mended.
      if (failed) dates(reading);
      return undefined;
    }
    const why = reason(reading);
    const own = { index, reference: reference(reading), dates: dates(reading), ...(why && { reason: why }) };
    return { ...planned, ...own } as PlannedAction;
  };
}

/** Without a date of decision but with one of effect, when it was decided is unknown. */
function compileDates(mapping: Mapping, words: Vocabulary, circumstances: Circumstances): Reader<GivenDates> {
  const decidedOn = circumstances.decidedOn ?? mapping.decidedOn;
  const effective = circumstances.effective ?? mapping.effective;
  const readDecided = decidedOn === undefined ? () => ({ edtf: null }) : compileDate(decidedOn, words);
  const readEffective = effective === undefined ? undefined : compileDate(effective, words);
  return (reading) => ({
    decidedOn: readDecided(reading),
    ...(readEffective && { effective: readEffective(reading) }),
  });
}

function compileRest(mapping: Mapping, words: Vocabulary, action: Action): Reader<Said | undefined> {
  if ('register' in action) return compileRegister(mapping, words, action.register);
  if ('state' in action) return compileState(mapping, words, action.state);
  if ('details' in action) {
    const contents = compileContents(words, action.details);
    return (reading) => {
      const found = contents(reading);
      return Object.keys(found).length === 0 ? undefined : { kind: 'details', flags: [], ...found };
    };
  }
  if ('renumber' in action || 'alias' in action) {
    const kind = 'renumber' in action ? 'renumber' : 'alias';
    const to = compileReference('renumber' in action ? action.renumber.to : action.alias.to, words);
    return (reading) => ({ kind, flags: [], to: to(reading) });
  }
  if ('decision' in action) return compileDecision(mapping, words, action.decision);
  if ('addressees' in action) return compileAddressees(words, action.addressees);
  if ('respond' in action) return compileRespond(words, action.respond);
  if ('progress' in action) return compileProgress(words, action.progress);
  if ('assign' in action) return compileAssign(words, action.assign);
  if ('classify' in action) return compileClassify(words, action.classify);
  if ('dueDate' in action) return compileDueDate(words, action.dueDate);
  if ('action' in action) return compileStepTaken(words, action.action);
  if ('indicator' in action) return compileIndicator(words, action.indicator);
  if ('measure' in action) return compileMeasure(words, action.measure);
  if ('evidence' in action) return compileEvidence(words, action.evidence);
  if ('verify' in action) return compileVerify(words, action.verify);
  const kind = 'remove' in action ? 'remove' : 'restore';
  return () => ({ kind, flags: [] });
}

function compileState(mapping: Mapping, words: Vocabulary, action: StateAction): Reader<Said | undefined> {
  const read = compileStanding(mapping, words, action);
  return (reading) => {
    const found = read(reading);
    return found && { kind: 'state', ...found };
  };
}
