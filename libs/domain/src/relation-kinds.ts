/** All there is to know of a kind of relation. */
interface Nature {
  /** What it is called seen from the item it starts at, and from the one it leads to. */
  readonly reads: { readonly from: string; readonly to: string };
  /** Kinds of one family must not lead in a circle together; undefined where a circle means nothing. */
  readonly family?: 'succession' | 'dependency';
  /** How it comes about: by what was decided on the item, or said by its own command. */
  readonly by: 'decision' | 'command';
  /** One sentence for the docs and the schema. */
  readonly summary: string;
}

const natures = {
  supersededBy: {
    reads: { from: 'supersededBy', to: 'supersedes' },
    family: 'succession',
    by: 'decision',
    summary: 'Replaced by another: it ended.',
  },
  mergedInto: {
    reads: { from: 'mergedInto', to: 'mergedFrom' },
    family: 'succession',
    by: 'decision',
    summary: 'Became part of another: it ended.',
  },
  splitInto: {
    reads: { from: 'splitInto', to: 'splitFrom' },
    family: 'succession',
    by: 'decision',
    summary: 'Became several others: it ended.',
  },
  partlySupersededBy: {
    reads: { from: 'partlySupersededBy', to: 'partlySupersedes' },
    family: 'succession',
    by: 'command',
    summary: 'Replaced by another in part; the rest of it goes on.',
  },
  reissuedAs: {
    reads: { from: 'reissuedAs', to: 'reissues' },
    family: 'succession',
    by: 'command',
    summary: 'Issued again as another, after its own end or beside it.',
  },
  consolidatedInto: {
    reads: { from: 'consolidatedInto', to: 'consolidates' },
    family: 'succession',
    by: 'command',
    summary: 'Taken up into another that gathers several; it goes on by itself.',
  },
  dependsOn: {
    reads: { from: 'dependsOn', to: 'requiredBy' },
    family: 'dependency',
    by: 'command',
    summary: 'Cannot be carried out before the other is.',
  },
  duplicateOf: {
    reads: { from: 'duplicateOf', to: 'hasDuplicate' },
    by: 'command',
    summary: 'Says the same as the other.',
  },
} as const satisfies Readonly<Record<string, Nature>>;

export type RelationKind = keyof typeof natures;
export const relationKinds = Object.keys(natures) as readonly RelationKind[];

/** What a relation is called, seen from one of its two ends. */
export type RelationReading = (typeof natures)[RelationKind]['reads']['from' | 'to'];
export const relationReadings = relationKinds.flatMap((kind): RelationReading[] => [
  natures[kind].reads.from,
  natures[kind].reads.to,
]);

/** The end of a relation one looks from: the item it starts at, or the one it leads to. */
export type RelationEnd = 'from' | 'to';

/** What a relation is called, seen from that end: `mergedInto` from the one, `mergedFrom` from the other. */
export function relationReads(kind: RelationKind, end: RelationEnd): RelationReading {
  return natures[kind].reads[end];
}

/** One sentence on a kind of relation. */
export function describeRelation(kind: RelationKind): string {
  return natures[kind].summary;
}

/** The kinds that are said by a command of their own; the others come of decisions. */
export const saidKinds = relationKinds.filter((kind) => natures[kind].by === 'command');

/** The kinds a later item follows from an earlier one by: what journeys and ages are followed through. */
export const successionKinds = relationKinds.filter((kind) => familyOf(kind) === 'succession');

/** The kinds a relation must not run in a circle with; undefined where a circle means nothing. */
export function familyOf(kind: RelationKind): Nature['family'] {
  return (natures[kind] as Nature).family;
}
