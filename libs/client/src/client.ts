import type { Backoff } from './backoff.js';
import type { ConnectionTimes } from './connection.js';
import { type AnyDocument, type MasarDocument, commandText, followText, queryText } from './document.js';
import { type Environment, type WebSocketConstructor, systemEnvironment } from './environment.js';
import { ProtocolError } from './errors.js';
import { type Follow, type FollowOptions, Following } from './follow.js';
import { type Retry, type Stamp, ask } from './http.js';
import { type TokenOption, Tokens } from './token.js';

/** What a client is made from. */
export interface ClientOptions {
  /** Of the service, `https://masar.example`, or of its endpoint, `https://masar.example/graphql`. */
  readonly url: string | URL;
  /**
   * A bearer token, or a function that gets one. It is asked when one is needed, a while before a JWT expires, and when the
   * service refuses one. What it throws is taken for a fault that passes, but for an `AuthenticationError`.
   */
  readonly token: TokenOption;
  /** Instead of the machine's own. */
  readonly fetch?: typeof fetch | undefined;
  /** Instead of the machine's own. Node 20 has none: give it that of the package `ws`. */
  readonly webSocket?: WebSocketConstructor | undefined;
  /** How often `query` and `mutate` try, and how long they wait between: 9 tries, at most 250 ms doubled up to 10 s, which outlasts a restart of the service. */
  readonly retry?: Partial<Retry> | undefined;
  /** How long `follow` waits between connections, for ever: at most 0.5 s doubled up to 30 s. */
  readonly reconnect?: Partial<Backoff> | undefined;
  /** For one try of `query` and `mutate`, in milliseconds: 30 s. */
  readonly timeout?: number | undefined;
  /** On a connection of `follow`, in milliseconds: `connect` 15 s, `ask` for a sign of life after 20 s, give up after 45 s of `silence`. */
  readonly times?: Partial<ConnectionTimes> | undefined;
}

/** How to ask. */
export interface QueryOptions {
  /** Wait until the answer is true at least up to this position: that of a command, to read what it did. */
  readonly atLeast?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How to send a command. */
export interface MutateOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The answer to a query. */
export interface Answer<Result> {
  readonly data: Result;
  /** Up to where it is true. */
  readonly masar: Stamp;
}

/** The answer to a command. */
export interface CommandAnswer<Result> {
  /** Accepted, or refused by a rule. */
  readonly data: Result;
  /** The one given, or the one made for it. */
  readonly commandId: string;
}

/** Variables whose commands may come without `commandId`. */
export type CommandVariables<Variables> = {
  [Name in keyof Variables]: Variables[Name] extends { commandId: string }
    ? Omit<Variables[Name], 'commandId'> & { commandId?: string }
    : Variables[Name];
};

/** The messages of a subscription: what its only field returns. */
export type MessageOf<Result> = unknown extends Result ? unknown : Result[keyof Result];

/** Speaks to one service. It holds no connection but those of its follows. */
export interface MasarClient {
  /**
   * Asks. A fault that passes is tried again, and so is `NOT_YET`.
   *
   * @throws RequestError, AuthenticationError, LogRewoundError, UnavailableError, ProtocolError, or the signal's reason
   */
  query<Result, Variables>(
    document: MasarDocument<Result, Variables>,
    variables: NoInfer<Variables>,
    options?: QueryOptions,
  ): Promise<Answer<Result>>;
  /** Asks what needs no variables. */
  query<Result>(document: MasarDocument<Result, object>): Promise<Answer<Result>>;
  /**
   * Sends a command, `command(input: $input)`, with a `commandId` made where the input has none. It is sent again with
   * the same one where it is not known what became of it, so that it has the effect of one. That a rule refused it is a
   * result, `CommandRefused`, and no error.
   *
   * @throws OutcomeUnknownError where that stays unknown; NotYetReadableError where it is known to stand and its answer
   *   cannot be had; and as `query` does
   */
  mutate<Result, Variables>(
    document: MasarDocument<Result, Variables>,
    variables: NoInfer<CommandVariables<Variables>>,
    options?: MutateOptions,
  ): Promise<CommandAnswer<Result>>;
  /**
   * Follows a subscription for as long as it is iterated over: in order, each message once, none missing. It connects
   * when the first message is asked for, and comes back by itself whatever happens to the connection, each follow on one of
   * its own. Where it begins and what proves it complete (`after logId epoch`, `position covers`) it adds to the document itself.
   *
   * Iterating throws LogRewoundError, RequestError, AuthenticationError, GapError or ProtocolError, and then ends.
   *
   * @throws TypeError where the document is no subscription of one field
   */
  follow<Result, Variables>(
    document: MasarDocument<Result, Variables>,
    variables: NoInfer<Variables>,
    options?: FollowOptions,
  ): Follow<MessageOf<Result>>;
  /** Follows what needs no variables, from now on. */
  follow<Result>(document: MasarDocument<Result, object>): Follow<MessageOf<Result>>;
}

/** @throws TypeError where `url` is none */
export function createMasarClient(options: ClientOptions): MasarClient {
  return createClientIn(systemEnvironment(options), options);
}

/** The same with a clock, chance and network of its own: for tests. */
export function createClientIn(environment: Environment, options: ClientOptions): MasarClient {
  const url = endpoint(options.url);
  const tokens = new Tokens(options.token, environment);
  const http = {
    environment,
    url: url.href,
    tokens,
    retry: { attempts: 9, base: 250, most: 10_000, ...options.retry },
    timeout: options.timeout ?? 30_000,
  };
  const socket = {
    url: Object.assign(new URL(url), { protocol: url.protocol.replace('http', 'ws') }).href,
    tokens,
    backoff: { base: 500, most: 30_000, ...options.reconnect },
    times: { connect: 15_000, ask: 20_000, silence: 45_000, ...options.times },
  };
  return {
    query: async (document: AnyDocument, variables?: object, { atLeast, signal }: QueryOptions = {}) => {
      const text = queryText(document, atLeast !== undefined);
      const request = {
        ...text,
        variables: { ...variables, ...(atLeast !== undefined && { atLeast }) },
        signal,
      };
      const { data, stamp } = await ask(http, request);
      if (!stamp)
        throw new ProtocolError(`${http.url} does not say up to where its answer is true: is it Masar?`);
      return { data: data as never, masar: stamp };
    },
    mutate: async (document: AnyDocument, variables: object, { signal }: MutateOptions = {}) => {
      const { input, ...text } = commandText(document);
      const given = { ...variables } as Record<string, { commandId?: string } | undefined>;
      const commandId = given[input]?.commandId ?? environment.commandId();
      const sent = { ...given, [input]: { ...given[input], commandId } };
      const { data } = await ask(http, { ...text, variables: sent, commandId, signal });
      return { data: data as never, commandId };
    },
    follow: (document: AnyDocument, variables?: object, how: FollowOptions = {}) => {
      const { WebSocket } = environment;
      if (!WebSocket) {
        throw new TypeError(
          'there is no WebSocket here: give createMasarClient { webSocket }, that of the package ws',
        );
      }
      const shared = { ...socket, environment: { ...environment, WebSocket } };
      return new Following(shared, followText(document), { ...variables }, how);
    },
  };
}

function endpoint(given: string | URL): URL {
  const url = new URL(given);
  if (!/^https?:$/.test(url.protocol))
    throw new TypeError(`\`url\` takes an address with http or https: ${url.href}`);
  if (url.pathname === '/') url.pathname = '/graphql';
  return url;
}
