import { join } from 'node:path';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';

/**
 * What goes over the wire, as TypeScript sees it once it is decoded: 64-bit numbers as decimal text, `oneof`s as the
 * field that is set and its name under the `oneof`'s, and what was left out or is empty is not there.
 */
const definition = loadSync(['streams.proto', 'server-features.proto', 'gossip.proto'], {
  includeDirs: [join(import.meta.dirname, 'wire')],
  longs: String,
  enums: String,
  oneofs: true,
  defaults: false,
});

export const services = {
  streams: definition['event_store.client.streams.Streams'] as ServiceDefinition,
  serverFeatures: definition['event_store.client.server_features.ServerFeatures'] as ServiceDefinition,
  gossip: definition['event_store.client.gossip.Gossip'] as ServiceDefinition,
};

/** A message as it is packed into the details of a status. */
export function packed(type: string, message: object): Packed {
  const name = `event_store.client.${type}`;
  const { serialize } = definition[name] as MessageTypeDefinition<object, object>;
  return { typeUrl: `type.googleapis.com/${name}`, value: serialize(message) };
}

export interface Uuid {
  readonly string?: string;
  readonly structured?: { readonly mostSignificantBits?: string; readonly leastSignificantBits?: string };
}

export interface StreamIdentifier {
  readonly streamName?: Buffer;
}

export interface PlaceOnWire {
  readonly commitPosition?: string;
  readonly preparePosition?: string;
}

export interface Timestamp {
  readonly seconds?: string | number;
  readonly nanos?: number;
}

interface Packed {
  readonly typeUrl: string;
  readonly value: Buffer;
}

export interface Expected {
  readonly expected?: 'revision' | 'noStream' | 'any' | 'streamExists';
  readonly revision?: string;
}

export interface ProposedMessage {
  readonly id?: Uuid;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly customMetadata?: Buffer;
  readonly data?: Buffer;
}

export interface AppendOptions extends Expected {
  readonly streamIdentifier?: StreamIdentifier;
}

export interface AppendReq {
  readonly content?: 'options' | 'proposedMessage';
  readonly options?: AppendOptions;
  readonly proposedMessage?: ProposedMessage;
}

export interface BatchAppendReq {
  readonly correlationId?: Uuid;
  readonly options?: AppendOptions & {
    readonly deadlineAt?: Timestamp;
    readonly deadlineIn?: Timestamp;
  };
  readonly proposedMessages?: readonly ProposedMessage[];
  readonly isFinal?: boolean;
}

export interface DeleteReq {
  readonly options?: AppendOptions;
}

export interface FilterOptions {
  readonly filter?: 'streamIdentifier' | 'eventType';
  readonly streamIdentifier?: Expression;
  readonly eventType?: Expression;
  readonly window?: 'max' | 'count';
  readonly max?: number;
  readonly checkpointIntervalMultiplier?: number;
}

interface Expression {
  readonly regex?: string;
  readonly prefix?: readonly string[];
}

export interface ReadOptions {
  readonly streamOption?: 'stream' | 'all';
  readonly stream?: {
    readonly streamIdentifier?: StreamIdentifier;
    readonly revisionOption?: 'revision' | 'start' | 'end';
    readonly revision?: string;
  };
  readonly all?: {
    readonly allOption?: 'position' | 'start' | 'end';
    readonly position?: PlaceOnWire;
  };
  readonly readDirection?: 'Forwards' | 'Backwards';
  readonly countOption?: 'count' | 'subscription';
  readonly count?: string;
  readonly filterOption?: 'filter' | 'noFilter';
  readonly filter?: FilterOptions;
  readonly uuidOption?: { readonly content?: 'structured' | 'string' };
  readonly controlOption?: { readonly compatibility?: number };
}

export interface ReadReq {
  readonly options?: ReadOptions;
}

export type ReadResp = Readonly<Record<string, unknown>>;

/** @returns the canonical, lower-case form, of either of the two there are on the wire */
export function uuidText(id: Uuid | undefined): string {
  if (id?.string !== undefined) return id.string.toLowerCase();
  const half = (bits: string | undefined) =>
    BigInt.asUintN(64, BigInt(bits ?? '0'))
      .toString(16)
      .padStart(16, '0');
  const hex = half(id?.structured?.mostSignificantBits) + half(id?.structured?.leastSignificantBits);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** @returns an id as the request asked for it */
export function uuidOnWire(id: string, form: 'structured' | 'string' | undefined): Uuid {
  if (form === 'string') return { string: id };
  const hex = id.replaceAll('-', '');
  const half = (digits: string) => BigInt.asIntN(64, BigInt(`0x${digits}`)).toString();
  return {
    structured: {
      mostSignificantBits: half(hex.slice(0, 16)),
      leastSignificantBits: half(hex.slice(16)),
    },
  };
}

export function streamNamed(name: string): StreamIdentifier {
  return { streamName: Buffer.from(name, 'utf8') };
}

export function nameOf(stream: StreamIdentifier | undefined): string {
  return stream?.streamName?.toString('utf8') ?? '';
}

export function timestamp(ms: number): Timestamp {
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1e6 };
}
