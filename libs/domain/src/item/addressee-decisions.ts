import { withoutUndefined } from '../event.js';
import { type LangText, requireText } from '../text.js';
import type { ProgressLevel, Response } from './addressees.js';
import { itemAt, recordOnAxis } from './axis.js';
import type { DatedItemEvent, ItemInput } from './decisions.js';
import {
  asSpelled,
  refuse,
  requireEdtf,
  requireKnownNames,
  requireName,
  requireNoneTwice,
} from './field-rules.js';
import type { ReformItem } from './reform-item.js';
import type { Step } from './timeline.js';

/** Whom the item is addressed to from now on. What one of before answered stays in the history. */
export function addressItem(
  history: readonly Step[],
  input: ItemInput & { readonly addressees: readonly string[] },
): DatedItemEvent {
  const { addressees } = input;
  if (addressees.length === 0)
    refuse('INVALID_INPUT', 'addressees', 'names no organisation: name one or more');
  requireNoneTwice(addressees, 'addressees');
  return recordOnAxis(history, { type: 'ReformItemAddressed', data: { addressees } }, input, (item) => {
    const now = organisationsOf(item);
    if (now.length === addressees.length && addressees.every((one) => now.includes(one)))
      refuse('NOTHING_TO_CHANGE', 'addressees', 'are those the item is addressed to at that date already');
  });
}

export interface ResponseInput extends ItemInput {
  /** Reference of the organisation that responds. */
  readonly addressee: string;
  readonly response: Response;
  readonly text?: LangText;
  /** Labels of the parts it is about; all where left out. */
  readonly parts?: readonly string[];
}

/** What an addressee answers, as it stands from now on. Only an addressee answers. */
export function recordResponse(history: readonly Step[], input: ResponseInput): DatedItemEvent {
  const { response, text, parts } = input;
  if (text) requireText(text, 'text');
  requireNoneTwice(parts ?? [], 'parts');
  const addressee = spelledAddressee(history, input);
  const data = withoutUndefined({ addressee, response, text, parts });
  return recordOnAxis(history, { type: 'ReformItemResponseRecorded', data }, input, (item) => {
    requireAddressee(item, addressee);
    const labels = item.parts.map(({ label }) => label);
    requireKnownNames(labels, parts ?? [], (index) => `parts.${index}`, 'part');
  });
}

export interface ProgressInput extends ItemInput {
  /** Reference of the organisation that reports. */
  readonly addressee: string;
  readonly progress: ProgressLevel;
  /** A whole number from 0 to 100; with what it is a percentage of. */
  readonly percent?: number;
  readonly percentBasis?: LangText;
  /** EDTF. */
  readonly period?: string;
  readonly text?: LangText;
  /** Pieces of evidence of the item the report points to. */
  readonly evidence?: readonly string[];
}

/** How far an addressee says it has come. Self-reported: it moves neither the lifecycle nor an assessment. */
export function reportProgress(history: readonly Step[], input: ProgressInput): DatedItemEvent {
  const { progress, percent, percentBasis, period, text, evidence } = input;
  if (percent !== undefined && !(Number.isInteger(percent) && percent >= 0 && percent <= 100))
    refuse('INVALID_INPUT', 'percent', 'is no whole number from 0 to 100');
  if (percent !== undefined && !percentBasis)
    refuse('INVALID_INPUT', 'percentBasis', 'is missing: say what the percentage is of');
  if (percentBasis && percent === undefined)
    refuse('INVALID_INPUT', 'percent', 'is missing: the basis is of no percentage');
  if (percentBasis) requireText(percentBasis, 'percentBasis');
  requireEdtf(period, 'period');
  if (text) requireText(text, 'text');
  requireNoneTwice(evidence ?? [], 'evidence');
  evidence?.forEach((name, index) => requireName(name, `evidence.${index}`));
  const addressee = spelledAddressee(history, input);
  const data = withoutUndefined({ addressee, progress, percent, percentBasis, period, text, evidence });
  return recordOnAxis(history, { type: 'ReformItemProgressReported', data }, input, (item) => {
    requireAddressee(item, addressee);
    const pieces = item.evidence
      .filter(({ status }) => status !== 'withdrawn')
      .map((piece) => piece.evidence);
    requireKnownNames(pieces, evidence ?? [], (index) => `evidence.${index}`, 'piece of evidence');
  });
}

function organisationsOf({ addressees }: ReformItem): string[] {
  return addressees.map(({ organisation }) => organisation);
}

/** The addressee as the item spells it: one organisation must not become two by a letter form. */
function spelledAddressee(
  history: readonly Step[],
  input: ItemInput & { readonly addressee: string },
): string {
  return asSpelled(organisationsOf(itemAt(history, input)), input.addressee) ?? input.addressee;
}

function requireAddressee(item: ReformItem, addressee: string): void {
  requireKnownNames(organisationsOf(item), [addressee], () => 'addressee', 'addressee');
}
