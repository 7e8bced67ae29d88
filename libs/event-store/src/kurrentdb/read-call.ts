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
}

type Call = ReturnType<Calls.StreamsClient['read']>;

/** What is used of the client beside what it declares: how it calls a method through the channel it writes through. */
interface ClientInternals {
  GRPCStreamCreator(
    calls: typeof Calls.StreamsClient,
    name: string,
    create: (calls: Calls.StreamsClient) => Call,
  ): () => Promise<Call>;
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
 * @throws what the client throws, or an error of gRPC; KurrentFault `notFound` for a stream that does not exist
 */
export async function readCall(client: KurrentDBClient, reading: ReadCall): Promise<ServerEvent[]> {
  const { StreamsClient, ReadReq, Empty, StreamIdentifier, convertGrpcEvent, convertToCommandError } =
    await wire();
  const inside = client as unknown as ClientInternals;
  const request = requestOf(reading, { ReadReq, Empty, StreamIdentifier });
  const open = inside.GRPCStreamCreator(StreamsClient, 'read', (calls) =>
    calls.read(request, ...inside.callArguments({ requiresLeader: true, deadline: reading.deadlineMs })),
  );
  const call = await open();
  const events: ServerEvent[] = [];
  await new Promise<void>((resolve, reject) => {
    call.on('data', (answer: Streams.ReadResp) => {
      if (answer.hasStreamNotFound()) {
        reject(new KurrentFault('notFound', false, 'reading: there is no such stream'));
      }
      const { event } = answer.hasEvent() ? convertGrpcEvent(answer.getEvent()!) : {};
      if (event) events.push(event);
    });
    call.on('error', (error) => reject(convertToCommandError(error) ?? error));
    call.on('end', resolve);
  });
  return events;
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
    filter.setCount(new Empty());
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
