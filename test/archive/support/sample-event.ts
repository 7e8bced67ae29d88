import { randomUUID } from 'node:crypto';
import type { NewEvent } from '@masar/event-store';

/** An event of no type Masar knows: an archive holds what the log holds. */
export function sampleEvent(text: string): NewEvent {
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
    data: { text },
  };
}
