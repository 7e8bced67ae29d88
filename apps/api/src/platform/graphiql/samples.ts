/** A query to try, as a tab of GraphiQL. */
export interface SampleQuery {
  /** The document; its first line may be a comment that says what it shows. */
  readonly query: string;
  /** JSON. */
  readonly variables?: string;
}
