import { type Backoff, backoffDelay, pause } from './backoff.js';
import { Connection, type ConnectionTimes, type Ending, type ExecutionResult } from './connection.js';
import { Coverage, type Covering, type Cursor } from './coverage.js';
import type { FollowText } from './document.js';
import type { Environment } from './environment.js';
import {
  AuthenticationError,
  GapError,
  type GraphQLProblem,
  LogRewoundError,
  MasarError,
  ProtocolError,
  RequestError,
  logSaid,
} from './errors.js';
import type { Tokens } from './token.js';

/** What a follow does at the moment. */
export type FollowStatus =
  /** Nobody has asked for a message yet. */
  | { readonly state: 'idle' }
  /** @property attempt how often in a row it was tried without a message, from 1 */
  | { readonly state: 'connecting'; readonly attempt: number }
  /** Messages come, or would. */
  | { readonly state: 'following' }
  /** The connection ended, for this reason; the next try is after `delay` milliseconds. */
  | {
      readonly state: 'waiting';
      readonly attempt: number;
      readonly delay: number;
      readonly cause: MasarError;
    }
  /** The reader is `buffer` messages behind. There is no connection until it has caught up. */
  | { readonly state: 'paused' }
  /** Nothing more will come. */
  | { readonly state: 'ended'; readonly error?: Error };

/** How to follow. */
export interface FollowOptions {
  /**
   * The position after which to begin: that of an answer (`answer.masar`), or of the last message used
   * (`follow.cursor`). Left out: from now on, which is when the first message is asked for.
   */
  readonly after?: Cursor | number | undefined;
  /** Ends it, as `return()` does. */
  readonly signal?: AbortSignal | undefined;
  readonly onStatus?: ((status: FollowStatus) => void) | undefined;
  /** How many messages may wait for the reader, 256 unless said. One more, and it disconnects until they are read. */
  readonly buffer?: number | undefined;
}

/**
 * The messages of one subscription, in order, each once, none missing. Iterate over it once; `break` ends it and
 * leaves nothing running.
 */
export interface Follow<Message> {
  /** Up to where messages were given out: what to go on `after`, in this process or in another. */
  readonly cursor: Cursor | undefined;
  readonly status: FollowStatus;
  /** @throws what ended it, once */
  next(): Promise<IteratorResult<Message, undefined>>;
  return(): Promise<IteratorResult<Message, undefined>>;
  [Symbol.asyncIterator](): Follow<Message>;
}

/** What all follows of a client share. */
export interface FollowEnvironment {
  readonly environment: Environment & { readonly WebSocket: NonNullable<Environment['WebSocket']> };
  readonly url: string;
  readonly tokens: Tokens;
  readonly backoff: Backoff;
  readonly times: ConnectionTimes;
}

/** How many connections in a row may end for such a reason before it is taken for lasting. */
const patience = 5;
/** How long a connection has to last to count as a good one, in milliseconds. */
const steadyAfter = 10_000;
/** How many messages about one event there can be. */
const longestGroup = 10_000;
/** The service's codes that pass without anybody changing the request. */
const passing = new Set([
  'UNAVAILABLE',
  'OVERLOADED',
  'RATE_LIMITED',
  'NOT_YET',
  'READ_MODEL_BUILDING',
  'READ_MODEL_HALTED',
]);
/** The least to wait after these, whatever chance says, in milliseconds: a node asks for less load, or an operator has to act. */
const leastAfter: Readonly<Record<string, number>> = {
  OVERLOADED: 5_000,
  RATE_LIMITED: 5_000,
  READ_MODEL_HALTED: 60_000,
};
/** Close codes that say we do not speak the protocol as the service does: 1002 to 1010 of RFC 6455, 44xx of graphql-ws. */
const incompatible = new Set([1002, 1003, 1007, 1009, 1010, 4400, 4401, 4406, 4409, 4429]);
/** The close code that says the token is not good, or no longer. */
const unauthenticated = 4403;
/** The close code that says to come back later: read too slowly, or too many connections. */
const tryAgainLater = 1013;

/** Why a connection is left: for the next one at once, when there is room again, or after a while. */
type Next =
  | { readonly kind: 'now' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'later'; readonly cause: MasarError; readonly least?: number }
  | { readonly kind: 'never'; readonly error: Error };

interface Reader<Message> {
  resolve(result: IteratorResult<Message, undefined>): void;
  reject(error: Error): void;
}

/** Follows one subscription over as many connections as it takes, one at a time. */
export class Following<Message> implements Follow<Message> {
  private readonly coverage: Coverage<Covering>;
  private readonly capacity: number;
  private readonly stopping = new AbortController();
  private readonly onAbort = () => this.finish();
  /** Messages passed on by the proof and not yet read, each with where it reaches. */
  private readonly ready: { readonly message: Message; readonly upTo: Cursor }[] = [];
  private readonly readers: Reader<Message>[] = [];
  private roomAgain: (() => void) | undefined;
  private error: Error | undefined;
  private current: FollowStatus = { state: 'idle' };
  private given: Cursor | undefined;
  /** Where the service stood when it first took the token. */
  private firstSeen: number | undefined;
  /** Connections in a row that ended before they were steady. */
  private failures = 0;
  /** Of these, the ones refused for their token. */
  private refusals = 0;
  /** How often in a row it went wrong, at one position, in a way that should not last. */
  private surprises = 0;
  /** From when on a connection counts as steady. */
  private steadyAt = Infinity;

  constructor(
    private readonly shared: FollowEnvironment,
    private readonly text: FollowText,
    private readonly variables: Readonly<Record<string, unknown>>,
    private readonly options: FollowOptions,
  ) {
    const { after, buffer = 256 } = options;
    this.given = typeof after === 'number' ? { position: after } : after && cursorOf(after);
    if (this.given && !(Number.isSafeInteger(this.given.position) && this.given.position >= 0)) {
      throw new TypeError(`\`after\` takes a position, 0 or more; it is ${String(this.given.position)}`);
    }
    if (!(buffer >= 1)) throw new TypeError('`buffer` takes how many messages may wait, 1 or more');
    this.capacity = buffer;
    this.coverage = new Coverage(this.given);
  }

  get cursor(): Cursor | undefined {
    return this.given;
  }

  get status(): FollowStatus {
    return this.current;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Message, undefined>> {
    if (this.current.state === 'idle') this.begin();
    const first = this.ready.shift();
    if (first) {
      this.given = first.upTo;
      if (this.hasRoom) this.roomAgain?.();
      return Promise.resolve({ done: false, value: first.message });
    }
    if (this.current.state === 'ended') {
      const { error } = this;
      this.error = undefined;
      return error ? Promise.reject(error) : Promise.resolve({ done: true, value: undefined });
    }
    return new Promise((resolve, reject) => this.readers.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<Message, undefined>> {
    this.finish();
    return Promise.resolve({ done: true, value: undefined });
  }

  private begin(): void {
    const { signal } = this.options;
    if (signal?.aborted) return this.finish();
    signal?.addEventListener('abort', this.onAbort);
    void this.run();
  }

  /** Nobody reads on: what waits for a reader is dropped. */
  private finish(): void {
    this.ready.length = 0;
    this.error = undefined;
    this.end();
  }

  private end(error?: Error): void {
    if (this.current.state === 'ended') return;
    this.options.signal?.removeEventListener('abort', this.onAbort);
    this.stopping.abort();
    this.roomAgain?.();
    const [first, ...others] = this.readers.splice(0);
    if (error && first) first.reject(error);
    else first?.resolve({ done: true, value: undefined });
    for (const reader of others) reader.resolve({ done: true, value: undefined });
    if (error && !first) this.error = error;
    this.say(error ? { state: 'ended', error } : { state: 'ended' });
  }

  private say(status: FollowStatus): void {
    this.current = status;
    try {
      this.options.onStatus?.(status);
    } catch (error) {
      // A fault of theirs is theirs to meet, where they read.
      this.end(error as Error);
    }
  }

  private get ended(): boolean {
    return this.stopping.signal.aborted;
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      this.say({ state: 'connecting', attempt: this.failures + 1 });
      this.steadyAt = Infinity;
      const next = await this.connection();
      if (this.ended) return;
      this.coverage.resume();
      if (this.steady) this.failures = 0;
      if (next.kind === 'never') return this.end(next.error);
      if (next.kind === 'paused') await this.room();
      if (next.kind === 'later') await this.wait(next);
    }
  }

  /** Whether the connection did well for a while: what was wrong before it is forgotten. */
  private get steady(): boolean {
    return this.shared.environment.now() >= this.steadyAt;
  }

  private get hasRoom(): boolean {
    return this.ready.length <= this.capacity / 2;
  }

  private async room(): Promise<void> {
    this.say({ state: 'paused' });
    const read = new Promise<void>((resolve) => (this.roomAgain = resolve));
    if (!this.hasRoom && !this.ended) await read;
    this.roomAgain = undefined;
  }

  private async wait({ cause, least = 0 }: Next & { readonly kind: 'later' }): Promise<void> {
    const { environment, backoff } = this.shared;
    this.failures++;
    const delay = least + backoffDelay(backoff, this.failures, () => environment.random());
    this.say({ state: 'waiting', attempt: this.failures, delay, cause });
    await pause(environment, delay, this.stopping.signal);
  }

  /** From asking for a token to the end of one connection. Never fails. */
  private async connection(): Promise<Next> {
    const { environment, url, tokens, times } = this.shared;
    let token: string;
    try {
      token = await tokens.current();
    } catch (error) {
      if (error instanceof AuthenticationError) return { kind: 'never', error };
      const cause = new MasarError('NO_TOKEN', `the token could not be had: ${messageOf(error)}`, {
        cause: error,
      });
      return { kind: 'later', cause };
    }
    if (this.ended) return { kind: 'now' };
    return new Promise<Next>((resolve) => {
      const stop = () => leave({ kind: 'now' });
      let cancelRenewal = () => {};
      const leave = (next: Next) => {
        cancelRenewal();
        this.stopping.signal.removeEventListener('abort', stop);
        connection.end();
        resolve(next);
      };
      let connection: Connection;
      try {
        connection = new Connection(environment, url, token, times, {
          acknowledged: (log) => {
            if (log && !this.coverage.isSameLog(log)) {
              leave({ kind: 'never', error: this.rewound({ ...log }) });
              return undefined;
            }
            const start = this.startIn(log);
            this.steadyAt = environment.now() + steadyAfter;
            this.say({ state: 'following' });
            return {
              query: this.text.query,
              ...(this.text.operationName !== undefined && { operationName: this.text.operationName }),
              variables: {
                ...this.variables,
                ...(start && { after: start.position, logId: start.logId, epoch: start.epoch }),
              },
            };
          },
          result: (result) => {
            const next = this.take(result);
            if (next) leave(next);
          },
          ended: (ending) => leave(this.afterwards(ending, token)),
        });
      } catch (error) {
        resolve({ kind: 'never', error: error as Error });
        return;
      }
      this.stopping.signal.addEventListener('abort', stop);
      cancelRenewal = this.renewInTime(token, () => leave({ kind: 'now' }));
    });
  }

  /**
   * Where a subscription begins. Left to the service, it begins at its head; should the connection end before a message
   * says where that was, the next begins where the first one was acknowledged, so that nothing is lost between.
   */
  private startIn(log: Cursor | undefined): Cursor | undefined {
    if (log) this.coverage.adopt(log);
    if (this.firstSeen !== undefined) this.coverage.beginAfter(this.firstSeen);
    else this.firstSeen = log?.position;
    return this.coverage.proven;
  }

  /** Has the next token before this one expires, while messages still come; then changes connections. */
  private renewInTime(token: string, change: () => void): () => void {
    const { environment, tokens } = this.shared;
    const at = tokens.renewalOf(token);
    if (at === undefined || at <= environment.now()) return () => undefined;
    let left = false;
    const cancel = environment.timer(at - environment.now(), () => {
      tokens.replace(token).then(
        (replaced) => replaced && !left && change(),
        // There is none yet: the connection ends when the token does, and asks again.
        () => undefined,
      );
    });
    return () => {
      left = true;
      cancel();
    };
  }

  /** What a message means for the connection; nothing where it goes on. */
  private take({ data, errors }: ExecutionResult): Next | undefined {
    if (errors?.length) return this.refused(errors);
    const message = data?.[this.text.field];
    if (!isCovering(message)) {
      const error = new ProtocolError(
        `a message of \`${this.text.field}\` does not say what it covers: is this a subscription of Masar?`,
      );
      return { kind: 'never', error };
    }
    const continuation = this.coverage.accept(message);
    switch (continuation.kind) {
      case 'rewound':
        return { kind: 'never', error: this.rewound({ ...message.covers, head: message.covers.upTo }) };
      case 'gap':
        return this.gap(message);
      case 'duplicate':
        return undefined;
      case 'continues':
    }
    if (message.covers.upTo > message.covers.after) this.progressed();
    for (const passed of continuation.passed) this.give(passed);
    if (this.coverage.waiting > longestGroup) {
      const error = new ProtocolError(`the last of ${longestGroup} messages about one event does not come`);
      return { kind: 'never', error };
    }
    return this.ready.length >= this.capacity ? { kind: 'paused' } : undefined;
  }

  private progressed(): void {
    this.failures = 0;
    this.surprises = 0;
    this.refusals = 0;
  }

  private give(passed: Covering): void {
    const { upTo: position, logId, epoch } = passed.covers;
    const upTo = { position, logId, epoch };
    const message = passed as Message;
    const reader = this.readers.shift();
    if (!reader) {
      this.ready.push({ message, upTo });
      return;
    }
    this.given = upTo;
    reader.resolve({ done: false, value: message });
  }

  private gap({ covers }: Covering): Next {
    const proven = this.coverage.proven?.position ?? 0;
    const error = new GapError(
      `a message covers (${covers.after}, ${covers.upTo}], and everything is known up to ${proven} only`,
      proven,
    );
    return this.surprised(error);
  }

  /** What should not be, but may be over with the next connection. */
  private surprised(cause: MasarError): Next {
    this.surprises++;
    return this.surprises < patience ? { kind: 'later', cause } : { kind: 'never', error: cause };
  }

  private afterwards(ending: Ending, token: string): Next {
    switch (ending.kind) {
      case 'refused':
        return this.refused(ending.errors);
      case 'nonsense':
        return { kind: 'never', error: new ProtocolError(ending.what) };
      case 'silent':
        return { kind: 'later', cause: new MasarError('SILENT', `nothing was heard for ${ending.after} ms`) };
      case 'completed':
        return { kind: 'later', cause: new MasarError('CLOSED', 'the service completed the subscription') };
      case 'closed':
        return this.closed(ending.code, ending.reason, token);
    }
  }

  private closed(code: number, reason: string, token: string): Next {
    const said = `the connection was closed: ${code}${reason && ` ${reason}`}`;
    if (incompatible.has(code)) return { kind: 'never', error: new ProtocolError(said) };
    if (code !== unauthenticated) {
      const least = code === tryAgainLater ? leastAfter['OVERLOADED'] : undefined;
      return { kind: 'later', cause: new MasarError('CLOSED', said), least };
    }
    const { tokens } = this.shared;
    tokens.refused(token);
    this.refusals = this.steady ? 1 : this.refusals + 1;
    const error = new AuthenticationError(said);
    if (!tokens.renewable || this.refusals >= patience) return { kind: 'never', error };
    // The first time it has simply expired: the next token is asked for at once.
    return this.refusals === 1 ? { kind: 'now' } : { kind: 'later', cause: error };
  }

  private refused(errors: readonly GraphQLProblem[]): Next {
    const [first] = errors;
    const code = first?.extensions?.code ?? 'UNKNOWN';
    if (code === 'LOG_REWOUND') return { kind: 'never', error: this.rewound(first?.extensions ?? {}) };
    const error = new RequestError(code, errors.map(({ message }) => message).join('; '), errors);
    if (passing.has(code)) return { kind: 'later', cause: error, least: leastAfter[code] };
    return code === 'INTERNAL' ? this.surprised(error) : { kind: 'never', error };
  }

  private rewound(log: Readonly<Record<string, unknown>>): LogRewoundError {
    const known = this.coverage.proven;
    const place = known ? `up to position ${known.position}` : 'so far';
    return new LogRewoundError(
      `the log followed ${place} is no longer there as it was: forget what was built from it and start over`,
      logSaid(log),
    );
  }
}

function cursorOf({ position, logId, epoch }: Cursor): Cursor {
  return { position, ...(logId !== undefined && { logId }), ...(epoch !== undefined && { epoch }) };
}

function isCovering(message: unknown): message is Covering {
  const { position, covers } = (message ?? {}) as Partial<Covering>;
  return (
    typeof position === 'number' &&
    typeof covers?.after === 'number' &&
    typeof covers.upTo === 'number' &&
    typeof covers.logId === 'string' &&
    typeof covers.epoch === 'number'
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
