/** A cursor could not be used; `code` says why. */
export class CursorError extends Error {
  override readonly name = 'CursorError';
  constructor(
    readonly code: 'BAD_CURSOR' | 'CURSOR_EXPIRED',
    message: string,
  ) {
    super(message);
  }
}

/** A place in a listing: what it is a listing of, at which position, and the last entry's keys. */
export interface Cursor {
  /** The listing with everything that shapes it: another order or filter is another listing. */
  readonly listing: string;
  /** Every page of one listing is answered at the position of its first. */
  readonly position: number;
  /** Log id and epoch: another history has other positions. */
  readonly log: string;
  readonly keys: readonly (string | number)[];
}

/** Opaque to clients: base64url of JSON. */
export function encodeCursor({ listing, position, log, keys }: Cursor): string {
  return Buffer.from(JSON.stringify([listing, position, log, ...keys])).toString('base64url');
}

/**
 * Reads a cursor back.
 *
 * @throws CursorError `BAD_CURSOR` for what is no cursor of this listing, `CURSOR_EXPIRED` for one of another history
 */
export function decodeCursor(text: string, listing: string, log: string): Cursor {
  const [itsListing, position, itsLog, ...keys] = parse(text);
  if (itsListing !== listing || !isWhole(position)) {
    throw new CursorError(
      'BAD_CURSOR',
      'the cursor is not one of this listing: use what pageInfo.endCursor gave, with the same filter and order',
    );
  }
  if (itsLog !== log)
    throw new CursorError('CURSOR_EXPIRED', 'the cursor comes from another history of the log: start over');
  if (!keys.every((key) => typeof key === 'string' || typeof key === 'number')) throw damaged();
  return { listing, position, log, keys };
}

/**
 * The keys of a cursor are its listing's to know: this checks a place before it gets near SQL.
 *
 * @param shape what each key has to be; `number` means a whole one
 * @throws CursorError `BAD_CURSOR`
 */
export function requirePlace(keys: readonly unknown[], shape: readonly ('string' | 'number')[]): void {
  const fits = (key: unknown, index: number) =>
    shape[index] === 'number' ? isWhole(key) : typeof key === 'string';
  if (keys.length !== shape.length || !keys.every(fits)) throw damaged();
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function damaged(): CursorError {
  return new CursorError('BAD_CURSOR', 'the cursor is damaged: use what pageInfo.endCursor gave');
}

function parse(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // Falls through to the one answer there is for a damaged cursor.
  }
  throw new CursorError('BAD_CURSOR', 'that is no cursor: use what pageInfo.endCursor gave');
}
