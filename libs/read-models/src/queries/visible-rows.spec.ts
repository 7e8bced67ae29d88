import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CorrectionEvent,
  type Dated,
  type DomainEvent,
  type ItemVisibility,
  type Outcome,
  type RelationKind,
  announceWorkshop,
  correctionStream,
  decisionStream,
  noWorkshop,
  programmeStream,
  proposeCorrection,
  recordOnItem,
  registerItem,
  registerProgramme,
  noProgramme,
  registerTheme,
  relationsStream,
  setAgenda,
  setVisibility,
  workshopStream,
} from '@masar/domain';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { validAt } from '../engine/pinned.js';
import { models } from '../models/all.js';
import { History } from '../testing/history.js';
import { QueryFixture } from '../testing/query-fixture.js';
import { applied, decided } from '../testing/reform-programme.js';
import { type At, select } from './at.js';
import { concernedItems, restrictedAmong, visibleEvents } from './concerned-items.js';
import type { SeesRestricted } from './visible-rows.js';

const [open, hidden, other] = ['reform/open', 'reform/hidden', 'reform/other'] as const;
const day = { decidedOn: { edtf: '2017-02-07' } };
const reason = { en: 'Names a place that is not announced' };
const dated = { decidedOn: '2017-03-01', effective: '2017-03-01' };

/**
 * A programme with an item that is going to be hidden; or its twin, in which that item never was: what concerns it alone
 * is something in another programme there, so that positions are the same.
 */
class Story {
  readonly history = new History();
  private fillers = 0;

  constructor(private readonly twin: boolean) {}

  /** What concerns the item that is going to be hidden and no other. */
  aside(record: () => unknown): void {
    if (!this.twin) record();
    else {
      this.fillers += 1;
      const input = { ...day, reference: `FILLER-${this.fillers}`, name: { en: 'Filler' } };
      const own = { ...noProgramme, reference: 'Another' };
      this.record(programmeStream('Another'), registerTheme(own, input));
    }
  }

  /** The items, without the one that never was. */
  of(...keys: readonly string[]): string[] {
    return keys.filter((key) => !this.twin || key !== hidden);
  }

  record(stream: string, event: Dated<DomainEvent>): void {
    this.history.record(stream, event);
  }

  item(key: string, attributes: { [name: string]: string } = {}): void {
    const reference = key.slice('reform/'.length);
    const input = {
      ...day,
      programme: 'Reform',
      reference,
      title: { en: `Title of ${reference}` },
      attributes,
    };
    this.history.onItem(key, (steps) =>
      registerItem(steps, { ...input, asRecorded: true, state: 'UnderReview' }),
    );
    this.history.onItem(key, (steps) =>
      recordOnItem(
        steps,
        { type: 'ReformItemAddressed', data: { addressees: ['UNIT-A'] } },
        { ...day, asRecorded: true },
      ),
    );
  }

  relation(kind: RelationKind, from: string, to: string): void {
    this.record(relationsStream('Reform'), { type: 'ItemsRelated', data: { kind, from, to }, ...dated });
  }

  /** A decision, with one event on each of its items but the last. */
  decision(id: string, keys: readonly string[], outcome: Outcome): void {
    const decision = decided(this.history, id, this.of(...keys), outcome, { workshop: 'W-1' });
    keys.slice(0, -1).forEach((key) => {
      if (key === hidden) this.aside(() => applied(this.history, decision, key));
      else applied(this.history, decision, key);
    });
  }

  /** A decision by which an item becomes others, whatever there is of those. */
  becomes(
    id: string,
    item: string,
    outcome: Outcome,
    type: 'ReformItemSplit' | 'ReformItemMerged',
    into: readonly string[],
  ): void {
    const data = { id, programme: 'Reform', items: [{ item, outcome }], mode: 'session', method: 'vote' };
    this.record(decisionStream(id), { type: 'DecisionRecorded', data, ...dated });
    const input = { ...day, asRecorded: true };
    this.history.onItem(item, (steps) => recordOnItem(steps, { type, data: { into, decision: id } }, input));
  }

  correction(id: string, decision: string, keys: readonly string[]): void {
    const target = { kind: 'decision', decision, change: { effective: '2017-04-01' } } as const;
    const histories = new Map(this.of(...keys).map((key) => [key, this.history.stepsOf(key)]));
    const input = { ...day, id, programme: 'Reform', target, reason };
    this.record(correctionStream(id), proposeCorrection(input, histories));
    const confirmed: CorrectionEvent = { type: 'CorrectionConfirmed', data: { programme: 'Reform' } };
    this.record(correctionStream(id), { ...confirmed, ...dated });
  }

  set(key: string, visibility: ItemVisibility): void {
    this.history.onItem(key, (steps) => setVisibility(steps, { ...day, visibility, reason }));
  }
}

function tell(twin: boolean): Story {
  const story = new Story(twin);
  for (const reference of ['Reform', 'Another']) {
    story.record(
      programmeStream(reference),
      registerProgramme(noProgramme, { ...day, reference, name: { en: 'N' } }),
    );
  }
  const workshop = {
    ...day,
    programme: 'Reform',
    reference: 'W-1',
    topic: { en: 'T' },
    heldOn: { edtf: null },
  };
  story.record(workshopStream('Reform', 'W-1'), announceWorkshop(noWorkshop, workshop));
  story.item(open);
  story.aside(() => story.item(hidden, { colour: 'red' }));
  if (twin) story.aside(() => undefined);
  story.item(other);
  story.relation('dependsOn', open, other);
  story.aside(() => story.relation('dependsOn', open, hidden));
  story.aside(() => story.relation('reissuedAs', hidden, other));
  story.decision('d-1', [hidden, open, other], { kind: 'discuss' });
  story.aside(() => decided(story.history, 'd-2', [hidden], { kind: 'reject' }));
  story.decision('d-3', [open, hidden], { kind: 'adopt', manner: 'plain' });
  story.correction('c-1', 'd-1', [hidden, open]);
  story.aside(() => {
    const target = { kind: 'text', item: hidden, change: { title: { en: 'Hidden' } } } as const;
    const input = { ...day, id: 'c-2', programme: 'Reform', target, reason };
    story.record(
      correctionStream('c-2'),
      proposeCorrection(input, new Map([[hidden, story.history.stepsOf(hidden)]])),
    );
  });
  const points = [
    { number: '1', title: { en: 'First' }, items: story.of(hidden, open) },
    { number: '2', title: { en: 'Second' }, items: story.of(hidden) },
  ];
  story.record(
    workshopStream('Reform', 'W-1'),
    setAgenda(story.history.workshopOf(workshopStream('Reform', 'W-1')), { ...day, points }),
  );
  story.aside(() => story.set(hidden, 'restricted'));
  return story;
}

let postgres: TestPostgres;
let fixture: QueryFixture;
let twin: QueryFixture;
let last: number;
const story = tell(false);

beforeAll(async () => {
  postgres = await testPostgres();
  fixture = await QueryFixture.open(postgres, story.history.events);
  twin = await QueryFixture.open(postgres, tell(true).history.events);
  last = fixture.events.length;
}, 120_000);

afterAll(async () => {
  await fixture?.close();
  await twin?.close();
  await postgres?.stop();
});

/** Tables that are for the fold alone, or say who is hidden. */
const unread = ['workshops.entry', 'items.restriction'];

const recordedTime = /\d{4}-\d\d-\d\dT[\d:.+]+/g;

/** Every row of every table there is at a position, as somebody may see it; not when it was written. */
async function everything(at: At): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const model of Object.values(models)) {
    for (const table of Object.keys(model.tables)) {
      const name = `${model.name}.${table}`;
      if (unread.includes(name)) continue;
      const from = at.from(model, table as never);
      const rows = await select<{ row: unknown }>(
        at,
        `select to_jsonb(t) - 'valid_from' - 'valid_to' ${name === 'items.journey' ? `- 'data'` : ''} as row from ${from} t where ${validAt('$1', 't')}`,
        [at.position],
      );
      // What stands in another programme makes up for positions only.
      const own = rows
        .map(({ row }) => JSON.stringify(row).replaceAll(recordedTime, ''))
        .filter((row) => !/filler|another/i.test(row));
      found[name] = own.sort();
    }
  }
  return found;
}

const seenBy = async (sees: SeesRestricted, position?: number) =>
  everything(await fixture.at(position, sees));

describe('an item that is restricted', () => {
  it('is named for each read model by its own name', () => {
    expect(Object.values(models).map(({ name }) => name)).toEqual(Object.keys(models));
  });

  it('is as if it never was, at whatever position, for those who may not see it', async () => {
    expect(JSON.stringify(await seenBy('all'))).toContain(hidden);
    for (let position = 1; position <= last; position += 1) {
      const shown = await seenBy([], position);
      expect(JSON.stringify(shown)).not.toContain('hidden');
      expect(shown).toEqual(await everything(await twin.at(position)));
    }
    expect(await seenBy(['another'], last)).toEqual(await seenBy([], last));
  });

  it('is there for those who may see it', async () => {
    for (const position of [1, Math.floor(last / 2), last]) {
      expect(await seenBy(['another', "o'reilly", 'reform'], position)).toEqual(
        await seenBy('all', position),
      );
    }
  });

  it('takes with it the events that concern it, and no others', async () => {
    const at = await fixture.at(last, []);
    const concerned = await concernedItems(at, fixture.events);
    const about = (key: string) =>
      fixture.events
        .filter(({ position }) => concerned.get(position)!.includes(key))
        .map(({ position }) => position);
    const shown = (await visibleEvents(at, fixture.events)).map(({ position }) => position);
    expect(shown).toEqual(
      fixture.events.map(({ position }) => position).filter((one) => !about(hidden).includes(one)),
    );
    // A confirmation names nothing itself: it is about the items of the decision that was corrected.
    const confirmed = fixture.events.find(({ type }) => type === 'CorrectionConfirmed')!;
    expect([...concerned.get(confirmed.position)!].sort()).toEqual([hidden, open, other].sort());
    expect(about(other).length).toBeGreaterThan(4);
    expect(shown.length).toBeGreaterThan(5);
    for (const sees of ['all', ['reform']] as const) {
      expect(await visibleEvents(await fixture.at(last, sees), fixture.events)).toEqual(fixture.events);
    }
  });

  it('is told among others, by what it is now', async () => {
    const early = await fixture.at(1, []);
    expect(await restrictedAmong(early, [open, hidden, hidden, 'reform/none'])).toEqual(new Set([hidden]));
    expect(await restrictedAmong(early, [])).toEqual(new Set());
  });
});

describe('what the events of an item say', () => {
  it('stands in the log, where each is shown or not, and in no row for those who may not see everything', async () => {
    for (const [sees, told] of [
      [[], 0],
      ['all', fixture.events.filter(({ stream }) => stream === `item-${open}`).length],
    ] as const) {
      const at = await fixture.at(last, sees);
      const rows = await select<{ count: number }>(
        at,
        `select count(*) as count from ${at.from(models.items, 'journey')} j where j.key = $1 and j.data is not null`,
        [open],
      );
      expect(rows).toEqual([{ count: told }]);
    }
  });
});

describe('a decision that an item becomes others by', () => {
  it('shows of those what may be seen, and is open again with them', async () => {
    const successors = ['reform/part', hidden];
    story.item('reform/part');
    story.becomes('d-4', other, { kind: 'split', into: successors }, 'ReformItemSplit', successors);
    story.becomes('d-5', open, { kind: 'merge', into: hidden }, 'ReformItemMerged', [hidden]);
    await fixture.append(story.history.events.slice(last));
    await fixture.caughtUp();
    const shown = await seenBy([]);
    expect(JSON.stringify(shown)).not.toContain('hidden');
    expect(shown['items.item']).toContainEqual(expect.stringContaining('"successors":["reform/part"]'));
    expect(shown['decisions.decided_item']).toContainEqual(
      expect.stringContaining('"outcome":{"kind":"split"}'),
    );
    expect(shown['items.succession']).toHaveLength(1);

    const restricted = fixture.events.length;
    story.set(hidden, 'open');
    await fixture.append(story.history.events.slice(restricted));
    await fixture.caughtUp();
    expect(await restrictedAmong(await fixture.at(), [hidden])).toEqual(new Set());
    for (const position of [last, restricted, restricted + 1]) {
      expect(await seenBy([], position)).toEqual(await seenBy('all', position));
    }
  });
});
