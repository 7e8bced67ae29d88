/** A command that could not do what was asked; the message is one line a problem, for people. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

/** Faults of input or surroundings, by the names of their classes: their message is the line to show. */
const expected = new Set([
  'CommandFailure',
  'Refusal',
  'StoreError',
  'SchemaError',
  'EmbeddedPostgresError',
  'AccessError',
  'VaultError',
  'MappingError',
  'ImportError',
  'SuggestError',
  'ArchiveError',
  'CopyError',
  'ForeignEventError',
  'ReadModelError',
]);

/** What to print for an error: its message where it is one of ours, with its stack where it is a fault of the program. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return expected.has(error.name) ? error.message : (error.stack ?? error.message);
}
