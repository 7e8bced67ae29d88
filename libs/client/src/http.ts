import { type Backoff, backoffDelay, pause } from './backoff.js';
import type { Sendable } from './document.js';
import type { Environment } from './environment.js';
import {
  AuthenticationError,
  type GraphQLProblem,
  LogRewoundError,
  MasarError,
  NotYetReadableError,
  OutcomeUnknownError,
  ProtocolError,
  RequestError,
  UnavailableError,
  logSaid,
} from './errors.js';
import type { Tokens } from './token.js';

/** Up to where an answer is true. Give it to `follow` as `after` to go on from there. */
export interface Stamp {
  readonly position: number;
  readonly logId: string;
  readonly epoch: number;
  /** When the event at `position` was recorded. */
  readonly recordedAt: string | null;
  /** How many events behind the log the answer is. */
  readonly lag: number;
  /** Versions of the read models it was made from. */
  readonly projections: Readonly<Record<string, string | number>>;
}

/** How often to try, and how long to wait between. */
export interface Retry extends Backoff {
  readonly attempts: number;
}

/** One request to be answered. */
export interface HttpRequest extends Sendable {
  readonly variables: Readonly<Record<string, unknown>>;
  /** Of the command it carries; a query has none. */
  readonly commandId?: string;
  readonly signal?: AbortSignal;
}

/** What the requests of a client share. */
export interface HttpEnvironment {
  readonly environment: Environment;
  readonly url: string;
  readonly tokens: Tokens;
  readonly retry: Retry;
  /** For one try, in milliseconds. */
  readonly timeout: number;
}

/** Tried again, for these pass: docs/HTTP.md. A command is sent with the same `commandId`, so it cannot take effect twice. */
const passing = new Set([
  'UNAVAILABLE',
  'OVERLOADED',
  'RATE_LIMITED',
  'NOT_YET',
  'READ_MODEL_BUILDING',
  'OUTCOME_UNKNOWN',
  'NOT_YET_READABLE',
]);

/** What is known of a command that was not answered. */
type Standing =
  /** The service said of each try that it wrote nothing. */
  | 'nothing'
  /** It may have been carried out all the same. */
  | 'unclear'
  /** It was carried out. What a later try ends with does not change that. */
  | 'stands';

/** The longest `Retry-After` that is waited for, in milliseconds. Told to wait longer, we give up and say so. */
const longestWait = 60_000;

type Try =
  | { readonly kind: 'answered'; readonly data: unknown; readonly stamp: Stamp | undefined }
  | { readonly kind: 'final'; readonly error: MasarError }
  | {
      readonly kind: 'passing';
      readonly error: MasarError;
      readonly retryAfter: number;
      readonly standing: Standing;
    };

/**
 * Asks until there is an answer, as often as `retry` says.
 *
 * @throws RequestError, AuthenticationError, LogRewoundError, UnavailableError, OutcomeUnknownError, NotYetReadableError, or
 *   the signal's reason
 */
export async function ask(
  shared: HttpEnvironment,
  request: HttpRequest,
): Promise<{ readonly data: unknown; readonly stamp: Stamp | undefined }> {
  const { environment, retry } = shared;
  const random = () => environment.random();
  let standing: Standing = 'nothing';
  for (let attempt = 1; ; attempt++) {
    const tried = await requestWithToken(shared, request);
    request.signal?.throwIfAborted();
    if (tried.kind === 'answered') return tried;
    if (tried.kind === 'passing') standing = moreOf(standing, tried.standing);
    const over = attempt >= retry.attempts || (tried.kind === 'passing' && tried.retryAfter > longestWait);
    if (tried.kind === 'final' || over) throw givenUp(tried, request.commandId, attempt, standing);
    await pause(
      environment,
      Math.max(tried.retryAfter, backoffDelay(retry, attempt, random)),
      request.signal,
    );
    request.signal?.throwIfAborted();
  }
}

/** A token that is refused may have expired on the way: once, the next is tried at once. */
async function requestWithToken(shared: HttpEnvironment, request: HttpRequest): Promise<Try> {
  const { tokens } = shared;
  for (let renewed = false; ; renewed = true) {
    let token: string;
    try {
      token = await tokens.current();
    } catch (error) {
      if (error instanceof AuthenticationError) return { kind: 'final', error };
      return unreachable('the token could not be had', error, 'nothing');
    }
    const tried = await requestOnce(shared, request, token);
    if (tried.kind !== 'final' || !(tried.error instanceof AuthenticationError)) return tried;
    tokens.refused(token);
    if (renewed || !tokens.renewable) return tried;
  }
}

async function requestOnce(
  { environment, url, timeout }: HttpEnvironment,
  { query, operationName, variables, signal }: HttpRequest,
  token: string,
): Promise<Try> {
  const ending = new AbortController();
  const cancel = environment.timer(timeout, () => ending.abort(new Error(`no answer within ${timeout} ms`)));
  const abort = () => ending.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  try {
    const response = await environment.fetch(url, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json',
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ query, operationName, variables }),
      signal: ending.signal,
    });
    return read(response, await response.text());
  } catch (error) {
    return unreachable(
      `${url} does not answer`,
      ending.signal.aborted ? ending.signal.reason : error,
      'unclear',
    );
  } finally {
    cancel();
    signal?.removeEventListener('abort', abort);
  }
}

/** By what the service answers. */
const standings: ReadonlyMap<string, Standing> = new Map([
  ['OUTCOME_UNKNOWN', 'unclear'],
  ['NOT_YET_READABLE', 'stands'],
]);

/** Of what two tries said of a command, what is known more of. */
function moreOf(one: Standing, other: Standing): Standing {
  if (one === 'stands' || other === 'stands') return 'stands';
  return one === 'unclear' || other === 'unclear' ? 'unclear' : 'nothing';
}

interface Answered {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLProblem[];
  readonly extensions?: { readonly masar?: Stamp };
}

function read(response: Response, text: string): Try {
  const retryAfter = retryAfterOf(response);
  const answer = parsed(text);
  if (!answer) {
    // Not of the service but of something before it: it may have heard us, and may not.
    const said = `${response.status} ${response.statusText}`.trim();
    if (response.status === 429 || response.status >= 500) {
      const standing = response.status === 429 ? 'nothing' : 'unclear';
      return { kind: 'passing', error: new MasarError('UNREACHABLE', said), retryAfter, standing };
    }
    if (response.status === 401) return { kind: 'final', error: new AuthenticationError(said) };
    return {
      kind: 'final',
      error: new ProtocolError(`${said} is no answer of GraphQL: is the address right?`),
    };
  }
  const { data, errors = [], extensions } = answer;
  if (errors.length === 0) return { kind: 'answered', data, stamp: extensions?.masar };
  const error = errorOf(errors, data);
  if (!errors.every(({ extensions: e }) => passing.has(e?.code ?? ''))) return { kind: 'final', error };
  return { kind: 'passing', error, retryAfter, standing: standings.get(error.code) ?? 'nothing' };
}

function errorOf(errors: readonly GraphQLProblem[], data: unknown): MasarError {
  const extensions = errors[0]?.extensions;
  const code = extensions?.code ?? 'UNKNOWN';
  const message = errors.map((error) => error.message).join('; ');
  if (code === 'UNAUTHENTICATED') return new AuthenticationError(message);
  if (code === 'LOG_REWOUND') return new LogRewoundError(message, logSaid(extensions ?? {}));
  return new RequestError(code, message, errors, data ?? undefined);
}

function unreachable(what: string, cause: unknown, standing: Standing): Try {
  const why = cause instanceof Error ? cause.message : String(cause);
  const error = new MasarError('UNREACHABLE', `${what}: ${why}`, { cause });
  return { kind: 'passing', error, retryAfter: 0, standing };
}

function givenUp(
  tried: Exclude<Try, { kind: 'answered' }>,
  commandId: string | undefined,
  attempts: number,
  standing: Standing,
): MasarError {
  const { error } = tried;
  if (standing === 'stands' && commandId !== undefined) {
    const message = `the command was carried out, and its answer could not be had in ${attempts} tries; commandId ${commandId} gets it: ${error.message}`;
    return new NotYetReadableError(message, commandId, attempts, { cause: error });
  }
  if (standing === 'unclear' && commandId !== undefined) {
    const message = `after ${attempts} tries it is not known whether the command was carried out; send it again with commandId ${commandId}: ${error.message}`;
    return new OutcomeUnknownError(message, commandId, attempts, { cause: error });
  }
  if (tried.kind === 'final') return error;
  const message = `given up after ${attempts} tries: ${error.message}`;
  return new UnavailableError(error.code, message, attempts, { cause: error });
}

function parsed(text: string): Answered | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    const known = typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer);
    return known ? (answer as Answered) : undefined;
  } catch {
    return undefined;
  }
}

/** In milliseconds; 0 where it says nothing. A date is taken as a moment of the answer's own clock. */
function retryAfterOf({ headers }: Response): number {
  const said = headers.get('retry-after');
  if (said === null) return 0;
  if (/^\d+$/.test(said)) return Number(said) * 1000;
  const wait = Date.parse(said) - Date.parse(headers.get('date') ?? '');
  return Number.isFinite(wait) ? Math.max(0, wait) : 0;
}
