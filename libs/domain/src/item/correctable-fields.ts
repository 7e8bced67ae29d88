import { isSha256 } from '../digest.js';
import { parseEdtf } from '../edtf.js';
import { actionStatuses } from './actions.js';
import { progressLevels, responses } from './addressees.js';
import { assessments } from './assessment.js';
import { priorities } from './classification.js';
import { adoptionManners, closedAs, closureCauses, horizons } from './events.js';
import { custodies, hashers } from './evidence.js';
import { isDecimal } from './indicators.js';
import { lifecycleStates } from './lifecycle.js';

/** Whether a value is one a field may hold. */
export type Check = (value: unknown) => boolean;

export const oneOf =
  (words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value);
export const text: Check = (value) => typeof value === 'string' && value.trim() !== '';
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const date: Check = (value) => typeof value === 'string' && parseEdtf(value) !== undefined;
const dateOrUnknown: Check = (value) => value === null || date(value);
export const words: Check = (value) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every(text) &&
  Object.keys(value).length > 0;
/** As in `ReferredTo`. */
const referredTo: Check = (value) => {
  if (typeof value !== 'object' || value === null) return false;
  const { name, organisation, ...more } = value as { readonly [field: string]: unknown };
  return words(name) && (organisation === undefined || text(organisation)) && Object.keys(more).length === 0;
};
const decimal: Check = (value) => typeof value === 'string' && isDecimal(value);
const percent: Check = (value) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 100;

/**
 * Fields of an entry that can be corrected, by name, with what they may be corrected to. What others rest on (references,
 * relations, the decision itself) is not here: such an entry is struck and recorded anew.
 */
const checks: { readonly [field: string]: Check } = {
  state: oneOf(lifecycleStates),
  manner: oneOf(adoptionManners),
  as: oneOf(closedAs),
  cause: oneOf(closureCauses),
  horizon: oneOf(horizons),
  priority: oneOf(priorities),
  response: oneOf(responses),
  progress: oneOf(progressLevels),
  conclusion: oneOf(assessments),
  custody: oneOf(custodies),
  hashedBy: oneOf(hashers),
  status: oneOf(actionStatuses),
  until: date,
  dueDate: date,
  due: date,
  documentDate: date,
  period: date,
  measuredOn: dateOrUnknown,
  value: decimal,
  percent,
  reason: words,
  action: words,
  description: words,
  method: words,
  remarks: words,
  accessRefused: words,
  percentBasis: words,
  measurementSource: words,
  note: words,
  to: (value) => referredTo(value) || oneOf(lifecycleStates)(value),
  sourceStatus: text,
  addressee: text,
  owner: text,
  custodian: text,
  verifiedBy: text,
  body: text,
  workshop: text,
  unit: text,
  uri: text,
  sha256: (value) => typeof value === 'string' && isSha256(value),
  leads: (value) => texts(value) && (value as unknown[]).length > 0,
  supporting: texts,
  partners: texts,
  funders: texts,
  addressees: (value) => texts(value) && (value as unknown[]).length > 0,
  themes: texts,
  examined: texts,
};

/** Whether a field can be corrected to a value. */
export function isCorrectable(field: string, value: unknown): boolean {
  return Object.hasOwn(checks, field) && checks[field]!(value);
}
