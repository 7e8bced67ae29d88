import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import {
  type RelationKind,
  familyOf,
  recordOnItem,
  registerItem,
  relationsStream,
  successionsOf,
} from '@masar/domain';
import { History } from '../testing/history.js';
import { seeded } from '../testing/irregular-items.js';
import { QueryFixture } from '../testing/query-fixture.js';
import { type RelationsAt, lineagesOf, relationsWith } from './relation-queries.js';

let postgres: TestPostgres;
let fixture: QueryFixture;
const keys = Array.from({ length: 12 }, (_, index) => `p/item-${index}`);
const history = new History();
const said: Edge[] = [];

interface Edge {
  readonly kind: RelationKind;
  readonly from: string;
  readonly to: string;
  readonly since: string;
  readonly until: string | undefined;
}

beforeAll(async () => {
  postgres = await testPostgres();
  const random = seeded(7);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const day = () => `${2016 + Math.floor(random() * 4)}-0${1 + Math.floor(random() * 9)}-01`;
  for (const key of keys) {
    const reference = key.slice('p/'.length);
    const input = { programme: 'p', reference, title: { en: 'T' }, decidedOn: { edtf: '2015-01-01' } };
    history.onItem(key, (steps) => registerItem(steps, input));
  }
  // Nothing keeps these from running in circles: reading them has to end all the same.
  for (let index = 0; index < 60; index += 1) {
    const [from, to] = [pick(keys), pick(keys)];
    const input = { decidedOn: { edtf: day() }, asRecorded: true };
    const event = pick([
      { type: 'ReformItemMerged', data: { into: [to] } },
      { type: 'ReformItemSuperseded', data: { by: [to, pick(keys)] } },
      { type: 'ReformItemReopened', data: { to: 'Proposed' } },
    ] as const);
    history.onItem(from, (steps) => recordOnItem(steps, event, input));
    const kind = pick(['reissuedAs', 'dependsOn', 'duplicateOf'] as const);
    if (said.some((one) => one.kind === kind && one.from === from && one.to === to)) continue;
    const [since, until] = [day(), random() < 0.3 ? '2020-01-01' : undefined];
    said.push({ kind, from, to, since, until });
    const of = (type: 'ItemsRelated' | 'ItemsUnrelated', effective: string) =>
      history.record(relationsStream('p'), { type, data: { kind, from, to }, decidedOn: null, effective });
    of('ItemsRelated', since);
    if (until !== undefined) of('ItemsUnrelated', until);
  }
  fixture = await QueryFixture.open(postgres, history.events);
}, 120_000);

afterAll(async () => {
  await fixture?.close();
  await postgres?.stop();
}, 60_000);

/** Every relation there ever was, straight from the histories. */
function edges(): Edge[] {
  const decided = keys.flatMap((from) =>
    successionsOf(history.stepsOf(from)).map(({ kind, to, from: began, until }): Edge => ({
      kind,
      from,
      to,
      since: began.earliest,
      until: until?.earliest,
    })),
  );
  return [...decided, ...said];
}

function standing(when: RelationsAt): Edge[] {
  return edges().filter(({ since, until }) => {
    if (when === 'ever') return true;
    if (when === 'standing') return until === undefined;
    return since <= when.day && (until === undefined || when.day < until);
  });
}

const spelled = (edge: Pick<Edge, 'kind' | 'from' | 'to' | 'since'>): string =>
  `${edge.kind} ${edge.from} ${edge.to} ${edge.since}`;
const looks: readonly RelationsAt[] = [
  'standing',
  'ever',
  { day: '2014-01-01' },
  { day: '2017-06-15' },
  { day: '2019-01-01' },
];

describe('relations', () => {
  it.each(looks)('at %j are the same from either end', async (when) => {
    const rows = await relationsWith(await fixture.at(), keys, when);
    const from = (end: 'from' | 'to') =>
      rows
        .filter((row) => row.end === end)
        .map(({ kind, key, other, fromEarliest }) =>
          spelled({
            kind,
            since: fromEarliest,
            ...(end === 'from' ? { from: key, to: other } : { from: other, to: key }),
          }),
        )
        .toSorted();
    const expected = standing(when).map(spelled).toSorted();
    expect(from('from')).toEqual(expected);
    expect(from('to')).toEqual(expected);
  });

  it('as of a position are those known there', async () => {
    expect(await relationsWith(await fixture.at(keys.length), keys, 'ever')).toEqual([]);
  });
});

describe('a lineage', () => {
  it.each(looks)('at %j ends, and has each item once, the same from either side', async (when) => {
    const kin = await lineagesOf(await fixture.at(), keys, when);
    const pairs = kin.map(({ key, item, later }) => `${key} ${item} ${later}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    const mirrored = kin.map(({ key, item, later }) => `${item} ${key} ${!later}`);
    expect(mirrored.toSorted()).toEqual(pairs.toSorted());
    const steps = standing(when).filter(({ kind }) => familyOf(kind) === 'succession');
    const expected = keys.flatMap((key) => [...reach(key, steps)].map((item) => `${key} ${item} true`));
    expect(pairs.filter((pair) => pair.endsWith('true')).toSorted()).toEqual(expected.toSorted());
  });
});

/** Everything one can get to from an item, itself left out. */
function reach(key: string, steps: readonly Edge[]): ReadonlySet<string> {
  const reached = new Set([key]);
  for (let before = -1; before !== reached.size;) {
    before = reached.size;
    for (const { from, to } of steps) if (reached.has(from)) reached.add(to);
  }
  reached.delete(key);
  return reached;
}
