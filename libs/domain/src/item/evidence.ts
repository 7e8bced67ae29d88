import type { LangText } from '../text.js';
import type { ItemEvent } from './circumstances.js';

/** Where a piece of evidence is: in our keeping, somewhere a link leads, or seen and left where it was. */
export const custodies = ['held', 'linked', 'inspected'] as const;
export type Custody = (typeof custodies)[number];

/** Who worked out a document's digest: the recorder from the file, or whoever handed it over. */
export const hashers = ['recorder', 'provider', 'verifier'] as const;
export type Hasher = (typeof hashers)[number];

/*
 * The storage format of what shows that something was done. Evidence is never edited: it is withdrawn or superseded.
 */
export type EvidenceEvent =
  | ItemEvent<
      'ReformItemEvidenceAdded',
      {
        /** Unique within the item. */
        readonly evidence: string;
        readonly description: LangText;
        readonly custody: Custody;
        /** Who holds it, where it is not held here: reference of an organisation. */
        readonly custodian?: string;
        /** SHA-256 of the document, hex; with who worked it out. */
        readonly sha256?: string;
        readonly hashedBy?: Hasher;
        readonly uri?: string;
        /** Date on the document, EDTF. */
        readonly documentDate?: string;
        /** The piece it takes the place of. */
        readonly supersedes?: string;
      }
    >
  | ItemEvent<'ReformItemEvidenceWithdrawn', { readonly evidence: string }>;

export const evidenceStatuses = ['standing', 'withdrawn', 'superseded'] as const;
export type EvidenceStatus = (typeof evidenceStatuses)[number];

export interface EvidencePiece {
  readonly evidence: string;
  readonly description: LangText;
  readonly custody: Custody;
  readonly custodian: string | undefined;
  readonly sha256: string | undefined;
  readonly hashedBy: Hasher | undefined;
  readonly uri: string | undefined;
  readonly documentDate: string | undefined;
  readonly status: EvidenceStatus;
  readonly supersededBy: string | undefined;
}

export function evolveEvidence(
  pieces: readonly EvidencePiece[],
  event: EvidenceEvent,
): readonly EvidencePiece[] {
  switch (event.type) {
    case 'ReformItemEvidenceAdded': {
      const { evidence, description, custody, custodian, sha256, hashedBy, uri, documentDate, supersedes } =
        event.data;
      const added: EvidencePiece = {
        evidence,
        description,
        custody,
        custodian,
        sha256,
        hashedBy,
        uri,
        documentDate,
        status: 'standing',
        supersededBy: undefined,
      };
      const others = pieces
        .filter((piece) => piece.evidence !== evidence)
        .map((piece) =>
          piece.evidence === supersedes
            ? { ...piece, status: 'superseded' as const, supersededBy: evidence }
            : piece,
        );
      return [...others, added];
    }
    case 'ReformItemEvidenceWithdrawn':
      return pieces.map((piece) =>
        piece.evidence === event.data.evidence ? { ...piece, status: 'withdrawn' as const } : piece,
      );
  }
}
