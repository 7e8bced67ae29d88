import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import type * as Shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import type * as Streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type * as Calls from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import { KurrentFault } from './kurrent-fault.js';
import type { Place } from './place.js';
import type { ServerEvent } from './stored-event.js';

/** What is read at once, by the leader: of a stream, or of all streams or those whose names begin so. */
export interface ReadCall {
  readonly of: { readonly stream: string } | { readonly prefixes: readonly string[] | undefined };
  /** Inclusive; an end of the stream where left out: a revision of a stream, a place in all. */
  readonly from: bigint | Place | undefined;
  readonly direction: 'forwards' | 'backwards';
  /** At most this many. */
  readonly limit: number;
  readonly deadlineMs: number;
  /** Where it takes longer than this, which is less than the deadline, it is left with what came by then. */
  readonly leaveMs?: number | undefined;
}

export interface ReadAnswer {
  readonly events: readonly ServerEvent[];
  /** Whether these are all that were asked for; not, where it was left before. */
  readonly isWhole: boolean;
}

/** How many events of others the server passes over at a time, where it looks for ours. */
const searchWindow = 1_000;

type Call = ReturnType<Calls.StreamsClient['read']>;

/** What is used of the client beside what it declares: how it calls a method through the channel it writes through. */
interface ClientInternals {
  /** Gives its channel up where that throws that the server cannot be reached, or does not lead, or that a call was cancelled. */
  execute<T>(
    calls: typeof Calls.StreamsClient,
    name: string,
    run: (calls: Calls.StreamsClient) => Promise<T>,
  ): Promise<T>;
  /** Those it ends when it is disposed of. */
  readonly disposableStreams: Set<Call>;
  callArguments(options: {
    readonly requiresLeader: boolean;
    readonly deadline: number;
  }): [metadata: never, options: never];
}

/**
 * Reads through the channel the client writes through. Its own reading goes through another, in native code, which waits
 * up to 50 ms for the acknowledgement of a packet before it sends the next, cannot be ended, and does not come back once
 * it found no server.
 *
 * A filtered read ends here once it has as many as were asked for: the server goes on for one more, to the end of all
 * there is. The client is not told of a call that was left: of one that was cancelled it may give the channel up.
 *
 * @throws what the client throws, or an error of gRPC; KurrentFault `notFound` for a stream that does not exist
 */
export async function readCall(client: KurrentDBClient, reading: ReadCall): Promise<ReadAnswer> {
  const { StreamsClient, ReadReq, Empty, StreamIdentifier, convertGrpcEvent, convertToCommandError } =
    await wire();
  const inside = client as unknown as ClientInternals;
  const request = requestOf(reading, { ReadReq, Empty, StreamIdentifier });
  const { deadlineMs, limit, leaveMs, of } = reading;
  const goesOn = 'prefixes' in of && of.prefixes !== undefined;
  return inside.execute(StreamsClient, 'read', async (calls) => {
    const call = calls.read(request, ...inside.callArguments({ requiresLeader: true, deadline: deadlineMs }));
    inside.disposableStreams.add(call);
    let leaving: NodeJS.Timeout | undefined;
    try {
      return await new Promise<ReadAnswer>((resolve, reject) => {
        const events: ServerEvent[] = [];
        const leave = (isWhole: boolean) => {
          resolve({ events, isWhole });
          call.cancel();
        };
        call.on('data', (answer: Streams.ReadResp) => {
          if (answer.hasStreamNotFound()) {
            reject(new KurrentFault('notFound', false, 'reading: there is no such stream'));
          }
          const { event } = answer.hasEvent() ? convertGrpcEvent(answer.getEvent()!) : {};
          if (event) events.push(event);
          if (goesOn && events.length >= limit) leave(true);
        });
        // Of a call that was left nobody hears any more.
        call.on('error', (error) => reject(convertToCommandError(error) ?? error));
        call.on('end', () => resolve({ events, isWhole: true }));
        if (leaveMs !== undefined) leaving = setTimeout(() => leave(false), leaveMs);
      });
    } finally {
      clearTimeout(leaving);
      inside.disposableStreams.delete(call);
    }
  });
}

type Messages = Pick<typeof Streams, 'ReadReq'> & Pick<typeof Shared, 'Empty' | 'StreamIdentifier'>;

function requestOf(
  { of, from, direction, limit }: ReadCall,
  { ReadReq, Empty, StreamIdentifier }: Messages,
): Streams.ReadReq {
  const { Options } = ReadReq;
  const options = new Options();
  const start = direction === 'forwards' ? 'setStart' : 'setEnd';
  if ('stream' in of) {
    const name = new StreamIdentifier();
    name.setStreamName(new Uint8Array(Buffer.from(of.stream, 'utf8')));
    const stream = new Options.StreamOptions();
    stream.setStreamIdentifier(name);
    if (typeof from === 'bigint') stream.setRevision(String(from));
    else stream[start](new Empty());
    options.setStream(stream);
  } else {
    const all = new Options.AllOptions();
    if (typeof from === 'object') {
      const place = new Options.Position();
      place.setCommitPosition(String(from.commit));
      place.setPreparePosition(String(from.prepare));
      all.setPosition(place);
    } else all[start](new Empty());
    options.setAll(all);
  }
  if ('prefixes' in of && of.prefixes) {
    const names = new Options.FilterOptions.Expression();
    names.setPrefixList([...of.prefixes]);
    const filter = new Options.FilterOptions();
    filter.setStreamIdentifier(names);
    filter.setMax(searchWindow);
    filter.setCheckpointintervalmultiplier(1);
    options.setFilter(filter);
  } else options.setNoFilter(new Empty());
  const { FORWARDS, BACKWARDS } = Options.ReadDirection;
  options.setReadDirection(direction === 'forwards' ? FORWARDS : BACKWARDS);
  options.setCount(String(limit));
  const ids = new Options.UUIDOption();
  ids.setString(new Empty());
  options.setUuidOption(ids);
  const request = new ReadReq();
  request.setOptions(options);
  return request;
}

/** The client's messages, which it has under no name of its own, and what it makes of them and of errors. */
async function wire() {
  const [calls, streams, shared, events, client] = await Promise.all([
    import('@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js'),
    import('@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js'),
    import('@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js'),
    import('@kurrent/kurrentdb-client/dist/utils/convertGrpcEvent.js'),
    import('@kurrent/kurrentdb-client'),
  ]);
  return {
    StreamsClient: calls.default.StreamsClient,
    ReadReq: streams.default.ReadReq,
    Empty: shared.default.Empty,
    StreamIdentifier: shared.default.StreamIdentifier,
    convertGrpcEvent: events.default.convertGrpcEvent,
    convertToCommandError: client.convertToCommandError,
  };
}
