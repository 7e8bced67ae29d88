import { randomUUID } from 'node:crypto';
import type { JsonObject, NewEvent } from '../ports.js';

/** An event of no domain, with a fresh id. */
export function sampleEvent(data: JsonObject = {}, change: Partial<NewEvent> = {}): NewEvent {
  return {
    id: randomUUID(),
    type: 'SampleRecorded',
    schemaVersion: 1,
    decidedOn: null,
    effective: '2017-02-07',
    actor: { subject: 'tester' },
    commandId: 'a-command',
    causationId: null,
    correlationId: 'a-command',
    data,
    ...change,
  };
}

export function sampleEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, n) => sampleEvent({ n }));
}

/** A stream nobody else writes to. */
export function freshStream(): string {
  return `sample-${randomUUID()}`;
}
