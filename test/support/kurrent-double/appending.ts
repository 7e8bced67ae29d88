import type { ServerDuplexStream, ServerReadableStream, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import type { AppendOutcome, DoubleLog, ExpectedRevision, Place, ProposedEvent } from './double-log.js';
import type { Fault } from './faults.js';
import type { DoubleNode } from './double-node.js';
import { batchErrors, refusals } from './refusals.js';
import {
  type AppendOptions,
  type AppendReq,
  type BatchAppendReq,
  type DeleteReq,
  type Expected,
  type ProposedMessage,
  nameOf,
  uuidText,
} from './wire.js';

type Call = ServerDuplexStream<BatchAppendReq, object>;

/** An append whose parts are still coming in. */
interface Pending {
  readonly options: AppendOptions;
  readonly events: ProposedEvent[];
  readonly fault: Fault | undefined;
  size: number;
}

const octets = Buffer.alloc(0);

/** The calls that write, of one node. */
export class Appending {
  constructor(
    private readonly node: DoubleNode,
    private readonly log: DoubleLog,
    private readonly maxAppendSize: number,
  ) {}

  readonly append = (call: ServerReadableStream<AppendReq, object>, answer: sendUnaryData<object>): void => {
    const { node } = this;
    const fault = node.arrives('append');
    if (node.refuses(call, fault, (refusal) => answer(refusal))) return;
    let options: AppendOptions | undefined;
    const events: ProposedEvent[] = [];
    let size = 0;
    let isOver = false;
    const fail = (refusal: Parameters<typeof answer>[0]) => {
      if (isOver) return;
      isOver = true;
      answer(refusal);
    };
    call.on('data', (part: AppendReq) => {
      if (part.content === 'options') options = part.options;
      const event = proposedEvent(part.proposedMessage);
      if (typeof event === 'string') return fail(refusals.missingProperty(event));
      if (!event) return;
      size += sizeOf(event);
      if (size > this.maxAppendSize) return fail(refusals.tooLarge(this.maxAppendSize));
      events.push(event);
    });
    call.on('end', () => {
      if (isOver) return;
      if (!options) return fail(refusals.invalid('no options'));
      const stream = nameOf(options.streamIdentifier);
      const expected = expectedOf(options);
      const outcome = this.log.append(stream, expected, events);
      node.answers(call, fault, () => {
        if (fault?.fate === 'timeout') answer(refusals.timeout());
        else if (outcome.kind === 'deleted') answer(refusals.deleted(stream));
        else if (outcome.kind === 'wrongRevision') {
          answer(null, { wrongExpectedVersion: wrongRevision(expected, outcome.actual) });
        } else answer(null, { success: success(outcome) });
      });
    });
    call.on('error', () => undefined);
  };

  readonly batchAppend = (call: Call): void => {
    const pending = new Map<string, Pending>();
    call.on('data', (request: BatchAppendReq) => this.take(call, request, pending));
    call.on('end', () => call.end());
    call.on('error', () => undefined);
  };

  readonly softDelete = (call: ServerUnaryCall<DeleteReq, object>, answer: sendUnaryData<object>): void =>
    this.end(call, answer, 'Delete', (stream, expected) => this.log.softDelete(stream, expected));

  readonly tombstone = (call: ServerUnaryCall<DeleteReq, object>, answer: sendUnaryData<object>): void =>
    this.end(call, answer, 'Tombstone', (stream, expected) => this.log.tombstone(stream, expected));

  private end(
    call: ServerUnaryCall<DeleteReq, object>,
    answer: sendUnaryData<object>,
    operation: string,
    run: (stream: string, expected: ExpectedRevision) => AppendOutcome,
  ): void {
    const fault = this.node.arrives('delete');
    if (this.node.refuses(call, fault, (refusal) => answer(refusal))) return;
    const stream = nameOf(call.request.options?.streamIdentifier);
    const expected = expectedOf(call.request.options ?? {});
    const outcome = run(stream, expected);
    this.node.answers(call, fault, () => {
      if (outcome.kind === 'deleted') answer(refusals.deleted(stream));
      else if (outcome.kind === 'wrongRevision') {
        answer(refusals.wrongRevision(operation, stream, expected, outcome.actual));
      } else answer(null, outcome.place ? { position: onWire(outcome.place) } : { noPosition: {} });
    });
  }

  /** One request of a stream of them: the first part of an append, one more part, the last, or all of it. */
  private take(call: Call, request: BatchAppendReq, pending: Map<string, Pending>): void {
    const correlation = uuidText(request.correlationId);
    const { options } = request;
    const error = (problem: object) => {
      pending.delete(correlation);
      write(call, {
        correlationId: request.correlationId,
        streamIdentifier: options?.streamIdentifier,
        error: problem,
      });
    };
    if (options) {
      const fault = this.node.arrives('append');
      const refuse = (refusal: object) => call.emit('error', refusal);
      if (fault?.fate === 'denied' || this.node.userOf(call) === 'anonymous')
        return error(batchErrors.denied());
      if (fault?.fate === 'notReady') return error(batchErrors.notReady());
      if (this.node.refuses(call, fault, refuse)) return;
      if (!options.streamIdentifier) {
        return error(batchErrors.invalid('Required field StreamIdentifier not set.'));
      }
      if (timeLeft(options) <= 0) return error(batchErrors.timeout());
      pending.set(correlation, { options, events: [], fault, size: 0 });
    }
    const append = pending.get(correlation);
    if (!append) return;
    for (const message of request.proposedMessages ?? []) {
      const event = proposedEvent(message);
      if (typeof event === 'string')
        return error(batchErrors.invalid(`Required Metadata Property '${event}' is missing`));
      if (!event) continue;
      append.size += sizeOf(event);
      append.events.push(event);
    }
    if (append.size > this.maxAppendSize) return error(batchErrors.tooLarge(this.maxAppendSize));
    if (!request.isFinal) return;
    pending.delete(correlation);
    const stream = nameOf(append.options.streamIdentifier);
    const expected = expectedOf(append.options);
    const outcome = this.log.append(stream, expected, append.events);
    this.node.answers(call, append.fault, () => {
      write(call, {
        correlationId: request.correlationId,
        streamIdentifier: append.options.streamIdentifier,
        ...(append.fault?.fate === 'timeout'
          ? { error: batchErrors.timeout() }
          : batchResult(stream, expected, outcome)),
      });
    });
  }
}

function write(call: Call, answer: object): void {
  if (!call.cancelled && !call.destroyed) call.write(answer);
}

function batchResult(stream: string, expected: ExpectedRevision, outcome: AppendOutcome): object {
  switch (outcome.kind) {
    case 'deleted':
      return { error: batchErrors.deleted(stream) };
    case 'wrongRevision':
      return { error: batchErrors.wrongRevision(expected, outcome.actual) };
    case 'written':
    case 'known':
      return { success: success(outcome) };
  }
}

function success({ revision, place }: { revision: number; place: Place | undefined }): object {
  return {
    ...(revision < 0 ? { noStream: {} } : { currentRevision: String(revision) }),
    ...(place ? { position: onWire(place) } : { noPosition: {} }),
  };
}

function wrongRevision(expected: ExpectedRevision, actual: number): object {
  return {
    ...(actual < 0 ? { currentNoStream: {} } : { currentRevision: String(actual) }),
    ...(typeof expected === 'number'
      ? { expectedRevision: String(expected) }
      : {
          [{ no_stream: 'expectedNoStream', any: 'expectedAny', stream_exists: 'expectedStreamExists' }[
            expected
          ]]: {},
        }),
  };
}

function onWire({ commit, prepare }: Place): object {
  return { commitPosition: commit.toString(), preparePosition: prepare.toString() };
}

function expectedOf({ expected, revision }: Expected): ExpectedRevision {
  switch (expected) {
    case 'revision':
      return Number(BigInt.asIntN(64, BigInt(revision ?? '0')));
    case 'noStream':
      return 'no_stream';
    case 'streamExists':
      return 'stream_exists';
    case 'any':
    case undefined:
      return 'any';
  }
}

/** @returns the name of the property it lacks; undefined for no event */
function proposedEvent(message: ProposedMessage | undefined): ProposedEvent | string | undefined {
  if (!message) return undefined;
  const { type, 'content-type': contentType } = message.metadata ?? {};
  if (type === undefined) return 'type';
  if (contentType === undefined) return 'content-type';
  return {
    id: uuidText(message.id),
    type,
    isJson: contentType === 'application/json',
    data: message.data ?? octets,
    metadata: message.customMetadata ?? octets,
  };
}

/** What an event counts as, against the size an append may have. */
function sizeOf({ type, data, metadata }: ProposedEvent): number {
  return data.length + metadata.length + 2 * type.length;
}

/** @returns milliseconds until the client no longer waits */
function timeLeft({ deadlineAt, deadlineIn }: NonNullable<BatchAppendReq['options']>): number {
  const ms = (time: { seconds?: string | number; nanos?: number }) =>
    Number(time.seconds ?? 0) * 1000 + (time.nanos ?? 0) / 1e6;
  if (deadlineIn) return ms(deadlineIn);
  return deadlineAt ? ms(deadlineAt) - Date.now() : Infinity;
}
