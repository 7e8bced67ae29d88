import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { BACKEND, type Backend } from '../backend.js';
import * as addAction from './add-action.js';
import * as addEvidence from './add-evidence.js';
import * as addInstrumentVersion from './add-instrument-version.js';
import * as addMinutesVersion from './add-minutes-version.js';
import * as addReference from './add-reference.js';
import * as addTranslation from './add-translation.js';
import * as addressItem from './address-item.js';
import * as announceWorkshop from './announce-workshop.js';
import * as approveMinutes from './approve-minutes.js';
import * as cancelWorkshop from './cancel-workshop.js';
import * as changeInstrumentStatus from './change-instrument-status.js';
import * as changeMandate from './change-mandate.js';
import * as classifyItem from './classify-item.js';
import * as changeScopeMembership from './change-scope-membership.js';
import * as circulateMinutes from './circulate-minutes.js';
import * as closeWorkshop from './close-workshop.js';
import * as completeAction from './complete-action.js';
import * as confirmCorrection from './confirm-correction.js';
import * as declineCorrection from './decline-correction.js';
import * as defineIndicator from './define-indicator.js';
import * as dissolveBody from './dissolve-body.js';
import * as dropAction from './drop-action.js';
import * as dissolveOrganisation from './dissolve-organisation.js';
import * as draftMinutes from './draft-minutes.js';
import * as erasePerson from './erase-person.js';
import * as establishBody from './establish-body.js';
import * as findPerson from './find-person.js';
import * as holdSession from './hold-session.js';
import * as issueCorrigendum from './issue-corrigendum.js';
import * as markWorkshopNotKnown from './mark-workshop-not-known.js';
import * as mergeOrganisations from './merge-organisations.js';
import * as moveOrganisation from './move-organisation.js';
import { Mutations } from './mutations.js';
import * as noteDiscrepancy from './note-discrepancy.js';
import * as nameVocabularyTerm from './name-vocabulary-term.js';
import * as noteMinutesDiscrepancy from './note-minutes-discrepancy.js';
import * as openWorkshop from './open-workshop.js';
import * as planItem from './plan-item.js';
import * as proposeCorrection from './propose-correction.js';
import * as proposeItem from './propose-item.js';
import * as readPersonalData from './read-personal-data.js';
import * as recordAttendance from './record-attendance.js';
import * as recordDecision from './record-decision.js';
import * as recordMeasurement from './record-measurement.js';
import * as recordProgress from './record-progress.js';
import * as recordResponse from './record-response.js';
import * as recordVerification from './record-verification.js';
import * as reestablishOrganisation from './reestablish-organisation.js';
import * as registerInstrument from './register-instrument.js';
import * as registerItem from './register-item.js';
import * as registerOrganisation from './register-organisation.js';
import * as registerProgramme from './register-programme.js';
import * as registerScope from './register-scope.js';
import * as registerTheme from './register-theme.js';
import * as relateItems from './relate-items.js';
import * as removeItem from './remove-item.js';
import * as reportProgress from './report-progress.js';
import * as rescheduleAction from './reschedule-action.js';
import * as renameOrganisation from './rename-organisation.js';
import * as rescheduleWorkshop from './reschedule-workshop.js';
import * as restoreItem from './restore-item.js';
import * as scheduleWorkshop from './schedule-workshop.js';
import * as setItemVisibility from './set-item-visibility.js';
import * as setPrevailingLanguage from './set-prevailing-language.js';
import * as seatDelegation from './seat-delegation.js';
import * as setRecordingDeadline from './set-recording-deadline.js';
import * as setWorkshopAgenda from './set-workshop-agenda.js';
import * as startImplementation from './start-implementation.js';
import * as startReview from './start-review.js';
import * as unseatDelegation from './unseat-delegation.js';
import * as unrelateItems from './unrelate-items.js';
import * as verifyImplementation from './verify-implementation.js';
import * as withdrawCorrection from './withdraw-correction.js';
import * as withdrawEvidence from './withdraw-evidence.js';
import * as withdrawItem from './withdraw-item.js';

/** Every slice, in the order of the schema's stories: set up, workshops, items, decisions, people. */
const slices: readonly Record<string, unknown>[] = [
  registerProgramme,
  registerInstrument,
  registerOrganisation,
  registerTheme,
  registerScope,
  renameOrganisation,
  moveOrganisation,
  mergeOrganisations,
  dissolveOrganisation,
  reestablishOrganisation,
  addInstrumentVersion,
  changeInstrumentStatus,
  changeScopeMembership,
  nameVocabularyTerm,
  setRecordingDeadline,
  establishBody,
  changeMandate,
  dissolveBody,
  announceWorkshop,
  scheduleWorkshop,
  rescheduleWorkshop,
  setWorkshopAgenda,
  seatDelegation,
  unseatDelegation,
  openWorkshop,
  holdSession,
  recordAttendance,
  closeWorkshop,
  cancelWorkshop,
  markWorkshopNotKnown,
  draftMinutes,
  addMinutesVersion,
  circulateMinutes,
  approveMinutes,
  issueCorrigendum,
  noteMinutesDiscrepancy,
  registerItem,
  addTranslation,
  setPrevailingLanguage,
  noteDiscrepancy,
  classifyItem,
  proposeItem,
  startReview,
  planItem,
  startImplementation,
  verifyImplementation,
  withdrawItem,
  addressItem,
  recordResponse,
  reportProgress,
  recordProgress,
  addAction,
  rescheduleAction,
  completeAction,
  dropAction,
  defineIndicator,
  recordMeasurement,
  addEvidence,
  withdrawEvidence,
  recordVerification,
  addReference,
  removeItem,
  restoreItem,
  setItemVisibility,
  recordDecision,
  relateItems,
  unrelateItems,
  proposeCorrection,
  confirmCorrection,
  declineCorrection,
  withdrawCorrection,
  readPersonalData,
  findPerson,
  erasePerson,
];

/** The handler and the resolver of each slice: what Nest makes instances of. */
const providers = slices.flatMap((slice) =>
  Object.entries(slice)
    .filter(([name]) => /(Handler|Resolver)$/.test(name))
    .map(([, provider]) => provider as Type),
);

/** The write side: a slice a command. Adding a command adds its line here. */
@Module({})
export class WriteModule {
  static for(backend: Backend): DynamicModule {
    return {
      module: WriteModule,
      imports: [CqrsModule.forRoot()],
      providers: [{ provide: BACKEND, useValue: backend }, Mutations, ...providers],
      exports: [CqrsModule],
    };
  }
}
