/** Something wrong in a mapping file, and where: line and column from 1. */
export interface MappingProblem {
  readonly line: number;
  readonly column: number;
  /** Where in the mapping, dotted: `rows.0.do.1.state`. Empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** A mapping file that cannot be used, with every problem found in it. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
  constructor(
    readonly file: string,
    readonly problems: readonly MappingProblem[],
  ) {
    const [first] = problems;
    super(
      `${file} has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}` +
        (first ? `, the first at ${first.line}:${first.column}: ${first.message}` : ''),
    );
  }
}
