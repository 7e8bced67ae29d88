import { GraphQLError, OperationTypeNode, type GraphQLSchema } from 'graphql';
import {
  type ConnectionInitMessage,
  type Context,
  type ServerOptions,
  type SubscribePayload,
  makeServer,
} from 'graphql-ws';

import type { Authenticator } from '../auth/authenticator.js';
import { ApiError } from '../errors/api-error.js';
import { type ErrorSink, present } from '../errors/present.js';
import { checkExecution, checkName } from '../graphql/operation-checks.js';
import { operationOf } from '../graphql/operation.js';
import type { ValidDocuments } from '../graphql/valid-documents.js';
import type { Limits } from '../limits/limits.js';
import type { Connection } from './connection.js';
import type { Connections } from './connections.js';
import type { LiveOperation, LiveSource, LogPlace } from './live-source.js';
import { Subscription } from './subscription.js';

export interface ProtocolParts {
  readonly connections: Connections;
  readonly documents: ValidDocuments;
  readonly schema: () => GraphQLSchema;
  readonly authenticator: Authenticator;
  readonly source: LiveSource;
  readonly errors: ErrorSink;
  readonly limits: Limits;
}

type Init = ConnectionInitMessage['payload'];
type Extra = { readonly connection: Connection };
type Hooks = Required<
  Pick<ServerOptions<Init, Extra>, 'onConnect' | 'onSubscribe' | 'subscribe' | 'onError'>
>;

/**
 * `graphql-transport-ws` by graphql-ws's own server: who may connect, and what a subscription is made of. What a hook
 * throws would end the connection with its message, so that none throws what it expects.
 */
export function liveProtocol(parts: ProtocolParts) {
  const hooks: Hooks = {
    onConnect: ({ extra, connectionParams }) => admit(parts, extra.connection, connectionParams),
    onSubscribe: (context, id, payload) => begin(parts, context, id, payload),
    // Made by `onSubscribe`, which alone may answer with an error.
    subscribe: ({ contextValue }) => contextValue as Subscription,
    onError: (_context, _id, _payload, errors) => errors.map((error) => present(error, parts.errors)),
  };
  // Connections that say nothing are found by the sweep, without a timer for each.
  return makeServer<Init, Extra>({ ...hooks, connectionInitWaitTimeout: 0 });
}

/** @returns the payload of the acknowledgement; false once the connection was closed with the reason */
async function admit(
  { authenticator, connections, source, errors }: ProtocolParts,
  connection: Connection,
  payload: Init,
): Promise<Record<string, unknown> | boolean> {
  // Spelled as the header is in either case: clients copy it from there.
  const given: unknown = payload?.['authorization'] ?? payload?.['Authorization'] ?? connection.authorization;
  connection.authorization = undefined;
  try {
    const user = await authenticator.authenticate(typeof given === 'string' ? given : undefined);
    if (connection.gone) return false;
    const { connectionsOfUser } = connections.limits;
    if (!connections.users.take(user.grants.subject, 'connections', connectionsOfUser)) {
      connection.cut('tooMany');
      return false;
    }
    connection.user = user;
  } catch (error) {
    const { code } = present(error, errors).extensions;
    connection.cut(code === 'UNAUTHENTICATED' ? 'forbidden' : 'fault');
    return false;
  }
  const masar = await newest(source);
  return masar ? { masar } : true;
}

/** How far the log has come: never behind what a client was told before, here or by another node. */
async function newest(source: LiveSource): Promise<LogPlace | undefined> {
  try {
    return await source.newest();
  } catch {
    // The store is away: subscriptions wait for it, and so may the place to begin at.
    return undefined;
  }
}

/** @returns what graphql-ws hands to `subscribe`, or the errors it sends */
async function begin(
  parts: ProtocolParts,
  { extra: { connection } }: Context<Init, Extra>,
  id: string,
  payload: SubscribePayload,
) {
  const { source, schema } = parts;
  try {
    const subscription = register(parts, connection, id);
    const operation = operationFor(parts, connection, payload);
    await subscription.begin(source, operation);
    return { schema: schema(), document: operation.document, contextValue: subscription };
  } catch (error) {
    connection.subscriptions.get(id)?.leave();
    return causes(error).map(asGraphQLError);
  }
}

/** @throws ApiError `OVERLOADED` where the connection or the user has too many */
function register({ connections }: ProtocolParts, connection: Connection, id: string): Subscription {
  const { subscriptions: most, subscriptionsOfUser } = connections.limits;
  const subject = connection.user?.grants.subject ?? '';
  const running = [...connection.subscriptions.values()].filter(({ over }) => !over).length;
  // One that was left while it began is held until it has: those are bounded as well.
  if (running >= most || connection.subscriptions.size >= 2 * most) {
    throw new ApiError('OVERLOADED', `a connection has ${most} subscriptions at most`, { limit: most });
  }
  if (!connections.users.take(subject, 'subscriptions', subscriptionsOfUser)) {
    throw new ApiError('OVERLOADED', `a user has ${subscriptionsOfUser} subscriptions at most`, {
      limit: subscriptionsOfUser,
    });
  }
  connections.metrics.subscriptions += 1;
  const subscription = new Subscription(connection, id, () => {
    connections.metrics.subscriptions -= 1;
    connections.users.give(subject, 'subscriptions');
  });
  connection.subscriptions.set(id, subscription);
  return subscription;
}

/** All that HTTP checks of an operation, in the same order. */
function operationFor(
  { schema, documents, limits }: ProtocolParts,
  connection: Connection,
  { query, operationName, variables }: SubscribePayload,
): LiveOperation {
  const { user } = connection;
  if (!user) throw new ApiError('UNAUTHENTICATED', 'the connection was not acknowledged');
  const document = documents.get(schema(), query);
  checkName(document, operationName ?? undefined);
  if (operationOf(document).operation !== OperationTypeNode.SUBSCRIPTION) {
    throw new ApiError('BAD_REQUEST', 'queries and mutations run over HTTP: POST them to /graphql');
  }
  const values = checkExecution(schema(), document, user.grants, variables ?? {}, limits);
  return { document, variables: values, visibility: user.grants.visibility };
}

function causes(error: unknown): readonly unknown[] {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors : [error];
}

/** graphql-ws takes no other; `present` looks at the original. */
function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError('', { originalError });
}
