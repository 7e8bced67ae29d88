/** What one request may ask for. Counts are of the document with its fragments written out. */
export interface Limits {
  /** Bytes of an HTTP body. */
  readonly bodyBytes: number;
  /** Characters of a document. */
  readonly documentCharacters: number;
  /** Lexical tokens of a document. */
  readonly tokens: number;
  readonly selections: number;
  readonly aliases: number;
  /** Fields within fields, introspection included: the standard introspection query has 15. */
  readonly depth: number;
  /** Directives on one node. */
  readonly directivesOnNode: number;
  readonly directives: number;
  /** Values an answer could hold, by the operation's own `first` arguments. */
  readonly cost: number;
  /** The largest page, `first`. */
  readonly first: number;
  /** Documents kept parsed, validated and compiled. */
  readonly cachedDocuments: number;
  /** Requests executed at a time; more are told `OVERLOADED`. */
  readonly inFlight: number;
}

/** The largest page anywhere. */
export const LARGEST_PAGE = 200;

export const LIMITS: Limits = {
  bodyBytes: 256 * 1024,
  documentCharacters: 100_000,
  tokens: 2_000,
  selections: 400,
  aliases: 50,
  depth: 16,
  directivesOnNode: 4,
  directives: 50,
  cost: 20_000,
  first: LARGEST_PAGE,
  cachedDocuments: 128,
  inFlight: 512,
};
