import { isSha256 } from '../digest.js';
import { withoutUndefined } from '../event.js';
import { requireText } from '../text.js';
import { recordOnAxis } from './axis.js';
import type { DatedItemEvent, ItemInput } from './decisions.js';
import type { EvidenceEvent } from './evidence.js';
import { refuse, requireEdtf, requireKnownNames, requireName, requireNewName } from './field-rules.js';
import type { ReformItem } from './reform-item.js';
import type { Step } from './timeline.js';

type Added = Extract<EvidenceEvent, { type: 'ReformItemEvidenceAdded' }>['data'];

export type EvidenceInput = ItemInput &
  Pick<
    Added,
    | 'evidence'
    | 'description'
    | 'custody'
    | 'custodian'
    | 'sha256'
    | 'hashedBy'
    | 'uri'
    | 'documentDate'
    | 'supersedes'
  >;

/** A piece of evidence: held here, linked, or inspected and left where it was. It can take another's place. */
export function addEvidence(history: readonly Step[], input: EvidenceInput): DatedItemEvent {
  const { evidence, description, custody, custodian, sha256, hashedBy, uri, documentDate, supersedes } =
    input;
  requireName(evidence, 'evidence');
  requireText(description, 'description');
  requireDigest(input);
  if (uri !== undefined) requireUri(uri);
  requireEdtf(documentDate, 'documentDate');
  if (custody === 'held' && sha256 === undefined)
    refuse('INVALID_INPUT', 'sha256', 'is missing: what is held is known by its digest');
  if (custody === 'linked' && uri === undefined)
    refuse('INVALID_INPUT', 'uri', 'is missing: say where the link leads');
  const data = withoutUndefined({
    evidence,
    description,
    custody,
    custodian,
    sha256,
    hashedBy,
    uri,
    documentDate,
    supersedes,
  });
  return recordOnAxis(history, { type: 'ReformItemEvidenceAdded', data }, input, (item) => {
    requireNewName(namesOf(item), evidence, 'evidence');
    if (supersedes === undefined) return;
    const { status } = requirePiece(item, supersedes, 'supersedes');
    if (status !== 'standing')
      refuse('INVALID_TRANSITION', 'supersedes', `is ${status} at that date: name a piece that stands`);
  });
}

/** Relied on no more from now on, for a reason. It stays in the history. */
export function withdrawEvidence(
  history: readonly Step[],
  input: ItemInput & { readonly evidence: string },
): DatedItemEvent {
  const { evidence } = input;
  return recordOnAxis(history, { type: 'ReformItemEvidenceWithdrawn', data: { evidence } }, input, (item) => {
    const { status } = requirePiece(item, evidence, 'evidence');
    if (status === 'withdrawn')
      refuse('NOTHING_TO_CHANGE', 'evidence', `is withdrawn at that date already: ${evidence}`);
    if (!input.reason) refuse('REASON_REQUIRED', 'reason', 'is missing: say why it is relied on no more');
  });
}

function namesOf({ evidence }: ReformItem): string[] {
  return evidence.map((piece) => piece.evidence);
}

function requirePiece(item: ReformItem, name: string, path: string): ReformItem['evidence'][number] {
  requireKnownNames(namesOf(item), [name], () => path, 'piece of evidence');
  return item.evidence.find((piece) => piece.evidence === name)!;
}

function requireDigest({ sha256, hashedBy }: EvidenceInput): void {
  if (sha256 !== undefined && !isSha256(sha256))
    refuse('INVALID_INPUT', 'sha256', 'is no SHA-256: 64 hexadecimal digits in small letters');
  if (sha256 !== undefined && hashedBy === undefined)
    refuse('INVALID_INPUT', 'hashedBy', 'is missing: say who worked the digest out');
  if (hashedBy !== undefined && sha256 === undefined)
    refuse('INVALID_INPUT', 'sha256', 'is missing: nobody worked out a digest that is not there');
}

/** Links are shown to people: none may run something when it is followed. */
function requireUri(uri: string): void {
  if (!/^[a-z][a-z0-9+.-]*:[^\s\p{Cc}]+$/iu.test(uri) || /^(javascript|vbscript|data):/i.test(uri))
    refuse('INVALID_INPUT', 'uri', 'is no address such as https://…, urn:… or file:…');
}
