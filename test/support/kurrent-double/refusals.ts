import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import type { ExpectedRevision } from './double-log.js';
import { packed, streamNamed } from './wire.js';

/** An address as it is told to clients. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

type Refusal = Pick<StatusObject, 'code' | 'details'> & { readonly metadata?: Metadata };

/** The errors a call ends with, as the server gives them: what they are stands in their trailers. */
export const refusals = {
  unavailable: (): Refusal => ({ code: status.UNAVAILABLE, details: 'the double refuses' }),
  notReady: (): Refusal => ({ code: status.UNAVAILABLE, details: 'Server Is Not Ready' }),
  noLeader: (): Refusal => ({ code: status.UNKNOWN, details: 'No leader info available in response' }),
  denied: () => refusal(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }),
  notLeader: ({ host, port }: Address) =>
    refusal(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': host,
      'leader-endpoint-port': String(port),
    }),
  deleted: (stream: string) =>
    refusal(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
      exception: 'stream-deleted',
      'stream-name': stream,
    }),
  wrongRevision: (operation: string, stream: string, expected: ExpectedRevision, actual: number) =>
    refusal(
      status.FAILED_PRECONDITION,
      `${operation} failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${revisionNumber(expected)}, Actual version: ${actual}`,
      {
        exception: 'wrong-expected-version',
        'stream-name': stream,
        'expected-version': String(revisionNumber(expected)),
        'actual-version': String(actual),
      },
    ),
  tooLarge: (most: number) =>
    refusal(status.INVALID_ARGUMENT, `Maximum Append Size of ${most} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(most),
    }),
  missingProperty: (name: string) =>
    refusal(status.INVALID_ARGUMENT, `Required Metadata Property '${name}' is missing`, {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    }),
  invalidPosition: (): Refusal => ({
    code: status.INVALID_ARGUMENT,
    details: 'Trying to read from an invalid position.',
  }),
  unknownResult: (result: string): Refusal => ({ code: status.UNKNOWN, details: `Unexpected ${result}` }),
  unauthenticated: (): Refusal => ({ code: status.UNAUTHENTICATED, details: 'Unauthenticated' }),
  timeout: (): Refusal => ({ code: status.ABORTED, details: 'Operation timed out: the double says so' }),
  invalid: (details: string): Refusal => ({ code: status.INVALID_ARGUMENT, details }),
};

function refusal(code: status, details: string, trailers: Readonly<Record<string, string>>): Refusal {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return { code, details, metadata };
}

function revisionNumber(expected: ExpectedRevision): number {
  if (typeof expected === 'number') return expected;
  return { no_stream: -1, any: -2, stream_exists: -4 }[expected];
}

/** The errors within an answer of `BatchAppend`, which packs the details into a status. */
export const batchErrors = {
  wrongRevision: (expected: ExpectedRevision, actual: number) => ({
    code: status.ALREADY_EXISTS,
    message: 'WrongExpectedVersion',
    details: packed('WrongExpectedVersion', {
      ...(actual < 0 ? { currentNoStream: {} } : { currentStreamRevision: String(actual) }),
      ...(typeof expected === 'number'
        ? { expectedStreamPosition: String(expected) }
        : {
            [{ no_stream: 'expectedNoStream', any: 'expectedAny', stream_exists: 'expectedStreamExists' }[
              expected
            ]]: {},
          }),
    }),
  }),
  deleted: (stream: string) => ({
    code: status.NOT_FOUND,
    message: 'StreamDeleted',
    details: packed('StreamDeleted', { streamIdentifier: streamNamed(stream) }),
  }),
  denied: () => ({ code: status.PERMISSION_DENIED, message: 'AccessDenied', details: named('AccessDenied') }),
  timeout: () => ({ code: status.DEADLINE_EXCEEDED, message: 'Timeout', details: named('Timeout') }),
  tooLarge: (most: number) => ({
    code: status.INVALID_ARGUMENT,
    message: 'MaximumAppendSizeExceeded',
    details: packed('MaximumAppendSizeExceeded', { maxAppendSize: most }),
  }),
  invalid: (message: string) => ({
    code: status.INVALID_ARGUMENT,
    message: 'BadRequest',
    details: packed('BadRequest', { message }),
  }),
  notReady: () => ({ message: 'Server Is Not Ready', details: named('Empty', 'google.protobuf') }),
};

/** A message without fields. */
function named(type: string, area = 'event_store.client') {
  return { typeUrl: `type.googleapis.com/${area}.${type}`, value: Buffer.alloc(0) };
}
