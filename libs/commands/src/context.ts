import { createHash } from 'node:crypto';
import { type Json, type NewEvent, type RecordedEvent, type Actor, canonicalise } from '@masar/event-store';
import type { EventLog, EventStore } from '@masar/event-store';
import {
  type CommandMark,
  type Dated,
  type DomainEvent,
  type MasarEvent,
  describeEvent,
} from '@masar/domain';
import { v5 as uuidv5 } from 'uuid';

/** What a command runs against, and for whom. */
export interface CommandContext {
  readonly store: Pick<EventStore, 'append' | 'readStream'>;
  readonly log: Pick<EventLog, 'find'>;
  readonly actor: Actor;
  /** Chosen by the client: a retry under the same id has the effect of one. */
  readonly commandId: string;
  /** Ties the commands of one errand together; the command's own id where not given. */
  readonly correlationId?: string;
  /** The recorder's clock: tells what is recorded late. The time of recording itself is the log's. */
  readonly now: () => Date;
}

/** Namespace of Masar's derived ids (UUIDv5, RFC 9562 section 5.5). Part of the storage format: never changes. */
const namespace = '8f0c5a52-7c55-5d0e-9a53-5d7c6f2f6a11';

/** A UUIDv5 of the parts, in order. The same parts give the same id on any node, at any time. */
export function deriveId(...parts: readonly (string | number)[]): string {
  return uuidv5(JSON.stringify(parts), namespace);
}

/**
 * Id of the n-th event of a command. Neither the stream nor the command's type is part of it, so that the store itself
 * refuses another request under the same command id, whatever that request is about.
 */
export function eventIdOf(actor: Actor, commandId: string, index: number): string {
  return deriveId('command', actor.subject, commandId, index);
}

/** SHA-256 (hex) of the command's type and canonical input. */
export function requestDigest(type: string, request: object): string {
  const canonical = canonicalise({ type, request: JSON.parse(JSON.stringify(request)) as Json });
  return createHash('sha256').update(canonical).digest('hex');
}

/** Envelopes for events a decision yielded. `causationId` is the event that caused them, null for a command's own. */
export function envelop(
  context: Pick<CommandContext, 'actor' | 'commandId' | 'correlationId'>,
  events: readonly Dated<MasarEvent>[],
  ids: (index: number) => string,
  causationId: string | null,
  digest?: string,
): NewEvent[] {
  // It tells a retry from another request; the domain reads past it.
  const mark: CommandMark = digest === undefined ? {} : { requestDigest: digest };
  return events.map((event, index) => ({
    id: ids(index),
    type: event.type,
    schemaVersion: describeEvent(event.type).schemaVersion,
    decidedOn: event.decidedOn,
    effective: event.effective,
    actor: context.actor,
    commandId: context.commandId,
    causationId,
    correlationId: context.correlationId ?? context.commandId,
    data: JSON.parse(JSON.stringify({ ...event.data, ...mark })) as NewEvent['data'],
  }));
}

/** A recorded event as the domain reads it, with its dates. */
export function asDated<E extends DomainEvent>(recorded: RecordedEvent, event: DomainEvent): Dated<E> {
  return { ...event, decidedOn: recorded.decidedOn, effective: recorded.effective } as Dated<E>;
}
