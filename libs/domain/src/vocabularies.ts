import { bodyKinds, competences } from './body.js';
import { decisionMethods, decisionModes, positionKinds } from './decision.js';
import { progressLevels, responses } from './item/addressees.js';
import { assessments } from './item/assessment.js';
import { priorities } from './item/classification.js';
import { adoptionManners, closedAs, closureCauses, horizons } from './item/events.js';
import { irregularities, lifecycleStates } from './item/lifecycle.js';
import { minutesStates } from './minutes.js';
import { decisionKinds } from './outcome.js';
import { instrumentKinds, instrumentStatuses } from './programme/instruments.js';
import { relationKinds } from './relation-kinds.js';
import { capacities } from './workshop/delegations.js';
import { workshopStates } from './workshop/workshop.js';

/** The closed lists of words Masar's answers are made of. A programme can name their terms in its languages. */
export const vocabularies = {
  lifecycleState: lifecycleStates,
  response: responses,
  progress: progressLevels,
  assessment: assessments,
  horizon: horizons,
  priority: priorities,
  irregularity: irregularities,
  adoptionManner: adoptionManners,
  closedAs,
  closureCause: closureCauses,
  decisionKind: decisionKinds,
  decisionMode: decisionModes,
  decisionMethod: decisionMethods,
  position: positionKinds,
  relation: relationKinds,
  bodyKind: bodyKinds,
  competence: competences,
  instrumentKind: instrumentKinds,
  instrumentStatus: instrumentStatuses,
  workshopState: workshopStates,
  capacity: capacities,
  minutesState: minutesStates,
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type Vocabulary = keyof typeof vocabularies;
export const vocabularyNames = Object.keys(vocabularies) as readonly Vocabulary[];
