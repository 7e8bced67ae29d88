import type { RecordedEvent } from '@masar/event-store';
import { type PersonEvent, type RelationEvent, decode } from '@masar/domain';
import { camelRow, corrections, decisions, foldModel, programmes, workshops } from '@masar/read-models';
import { createUnionType } from '@nestjs/graphql';
import { Correction } from '../read/correction.types.js';
import { Decision } from '../read/decision.types.js';
import { foldedRows } from '../read/folded.js';
import { ReformItem } from '../read/item.types.js';
import { Minutes } from '../read/minutes.types.js';
import { Body, Programme } from '../read/programme.types.js';
import { foldedItem } from '../read/replay.js';
import { SaidRelation } from '../read/relation.types.js';
import { Workshop } from '../read/workshop.types.js';
import { Person } from '../read/person.types.js';

export const Changed = createUnionType({
  name: 'Changed',
  description:
    'What a command changed. Lists below it that other streams add to are empty: query them with atLeast.',
  types: () =>
    [ReformItem, Decision, Correction, Workshop, Minutes, Body, Programme, Person, SaidRelation] as const,
});

/** The thing a stream tells of, as its events leave it: folded here as the read models fold it, so it is never stale. */
export function changedThing(events: readonly RecordedEvent[]): typeof Changed {
  const { stream } = events.at(-1)!;
  const [category] = stream.split('-', 1);
  const key = stream.slice(category!.length + 1);
  const thing = fold(category!, key, events);
  return thing as typeof Changed;
}

function fold(category: string, key: string, events: readonly RecordedEvent[]): object {
  switch (category) {
    case 'item':
      return Object.assign(new ReformItem(), foldedItem(key, events));
    case 'decision': {
      const { decision, decided_item, position } = foldModel(decisions, key, events);
      const items = decided_item.map(camelRow);
      return Object.assign(new Decision(), camelRow(decision[0]!), {
        key,
        view: undefined,
        folded: { items, positions: position.map(camelRow) },
      });
    }
    case 'correction': {
      const { correction } = foldModel(corrections, key, events);
      return Object.assign(new Correction(), camelRow(correction[0]!), { key, view: undefined });
    }
    case 'workshop': {
      const folded = foldedRows(foldModel(workshops, key, events));
      return Object.assign(new Workshop(), folded.workshop[0]!, { key, view: undefined, folded });
    }
    case 'minutes': {
      const folded = foldedRows(foldModel(workshops, key, events));
      return Object.assign(new Minutes(), folded.minutes[0]!, { place: { key, view: undefined, folded } });
    }
    case 'body': {
      const folded = foldedRows(foldModel(programmes, key, events));
      return Object.assign(new Body(), folded.body[0]!, { place: { key, view: undefined, folded } });
    }
    case 'relations': {
      const last = events.at(-1)!;
      const event = decode(last) as Extract<RelationEvent, { type: 'ItemsRelated' | 'ItemsUnrelated' }>;
      const { kind, from, to, irregularities = [] } = event.data;
      return Object.assign(new SaidRelation(), {
        kind,
        fromKey: from,
        toKey: to,
        stands: event.type === 'ItemsRelated',
        effective: last.effective,
        irregularities,
      });
    }
    case 'subject': {
      const { programme, subject } = (decode(events.at(-1)!) as PersonEvent).data;
      return Object.assign(new Person(), { programme, subject, erasedAt: events.at(-1)!.recordedAt });
    }
    default: {
      const folded = foldedRows(foldModel(programmes, key, events));
      return Object.assign(new Programme(), folded.programme[0]!, { key, view: undefined, folded });
    }
  }
}
