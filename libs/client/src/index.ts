export { graphql, type MasarSchema, type Scalars } from './graphql.js';
export type { introspection } from './introspection.js';
export {
  createMasarClient,
  type Answer,
  type ClientOptions,
  type CommandAnswer,
  type CommandVariables,
  type MasarClient,
  type MessageOf,
  type MutateOptions,
  type QueryOptions,
} from './client.js';
export type { Backoff } from './backoff.js';
export type { ConnectionTimes } from './connection.js';
export type { Covers, Cursor } from './coverage.js';
export type { MasarDocument } from './document.js';
export type { WebSocketConstructor, WebSocketLike } from './environment.js';
export type { Follow, FollowOptions, FollowStatus } from './follow.js';
export type { Retry, Stamp } from './http.js';
export type { TokenOption } from './token.js';
export {
  AuthenticationError,
  GapError,
  type GraphQLProblem,
  LogRewoundError,
  type LogSaid,
  MasarError,
  NotYetReadableError,
  OutcomeUnknownError,
  ProtocolError,
  RequestError,
  UnavailableError,
} from './errors.js';
export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada';
