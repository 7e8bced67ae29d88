const DEEPEST_CAUSE = 4;

/** What is logged of an error: its kind, code, message and stack, and its causes'. Nothing else it carries. */
export interface ErrorFields {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: ErrorFields;
}

/**
 * Errors carry what they were raised over: PostgreSQL's have the row in `detail`, and the value in the message. Only the
 * fields named here are kept; in the messages of data and constraint errors (SQLSTATE 22 and 23) what is quoted is cut.
 */
export function errorFields(error: unknown, depth = 0): ErrorFields {
  if (!(error instanceof Error) && !looksLikeError(error))
    return { type: typeof error, message: 'not an Error' };
  const { name, message, stack, cause } = error as Error;
  const raw = (error as { code?: unknown }).code;
  const code = typeof raw === 'string' || typeof raw === 'number' ? String(raw) : undefined;
  const ofData = code !== undefined && /^2[23][0-9A-Z]{3}$/.test(code);
  const shown = ofData ? message.replace(/"[^"]*"/g, '"…"') : message;
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: name,
    ...(code !== undefined && { code }),
    message: shown,
    ...(frames && frames.length > 0 && { stack: frames.join('\n') }),
    ...(cause !== undefined && depth < DEEPEST_CAUSE && { cause: errorFields(cause, depth + 1) }),
  };
}

/** An error of another realm fails `instanceof`. */
function looksLikeError(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'message' in value && 'stack' in value;
}
