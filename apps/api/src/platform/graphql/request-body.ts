import { ApiError } from '../errors/api-error.js';

/** A GraphQL request, however it came. */
export interface GraphqlRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown> | undefined;
}

/**
 * The members of a POST body, by the GraphQL over HTTP specification.
 *
 * @throws ApiError `BAD_REQUEST`
 */
export function requestOfBody(body: unknown): GraphqlRequest {
  if (Array.isArray(body))
    throw new ApiError('BAD_REQUEST', 'send one request at a time: batches are not taken');
  if (!isMap(body)) throw new ApiError('BAD_REQUEST', 'the body must be a JSON object');
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== 'string') throw new ApiError('BAD_REQUEST', 'query must be a string');
  if (!isAbsent(operationName) && typeof operationName !== 'string') {
    throw new ApiError('BAD_REQUEST', 'operationName must be a string');
  }
  if (!isAbsent(variables) && !isMap(variables))
    throw new ApiError('BAD_REQUEST', 'variables must be an object');
  if (!isAbsent(extensions) && !isMap(extensions))
    throw new ApiError('BAD_REQUEST', 'extensions must be an object');
  return { query, operationName: operationName ?? undefined, variables: variables ?? undefined };
}

/** The same from the parameters of a GET, where `variables` and `extensions` are JSON. */
export function requestOfParameters(parameters: unknown): GraphqlRequest {
  if (!isMap(parameters)) throw new ApiError('BAD_REQUEST', 'query must be a string');
  const { query, operationName, variables, extensions } = parameters;
  return requestOfBody({
    query,
    operationName: operationName === '' ? undefined : operationName,
    variables: json('variables', variables),
    extensions: json('extensions', extensions),
  });
}

function json(name: string, text: unknown): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text as string);
  } catch {
    throw new ApiError('BAD_REQUEST', `${name} must be JSON`);
  }
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
