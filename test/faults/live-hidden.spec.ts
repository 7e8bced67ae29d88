import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import type { LiveField, LiveFilter } from '../support/live-documents.js';
import { LiveFollower } from '../support/live-follower.js';
import { prepareLoad } from '../support/recording-load.js';
import { Scribe } from '../support/scribe.js';
import { TestStores } from '../support/stores.js';
import type { LiveMessage } from '../support/trail.js';
import { until } from '../support/until.js';

const programme = 'load-a';
const hidden = 'VEILED';
const reason = { en: 'For a test' };

let stores: TestStores;
let running: InProcessService;
let recorder: GraphqlClient;
const scribe = new Scribe(programme);
const followers: LiveFollower[] = [];

beforeAll(async () => {
  stores = await TestStores.start();
  running = await startInProcess(stores, false);
  recorder = await running.client('recorder');
  await prepareLoad(await running.client('admin'));
  for (const reference of [hidden, 'OPEN']) {
    await write('registerItem', { reference, title: { en: `Words of ${reference}` }, themes: ['POLICE'] });
    await write('proposeItem', { reference });
  }
}, 60_000);

afterAll(async () => {
  await Promise.all(followers.map((follower) => follower.stop()));
  await running?.stop();
  await stores?.stop();
}, 60_000);

const write = (mutation: string, input: object) => scribe.accepted(recorder, mutation, input);

interface Watching {
  readonly follower: LiveFollower;
  readonly told: LiveMessage[];
}

async function watch(
  role: 'analyst' | 'auditor',
  field: LiveField,
  filter: LiveFilter,
  after?: number,
): Promise<Watching> {
  const { token } = await running.client(role);
  const told: LiveMessage[] = [];
  const follower = new LiveFollower({
    url: () => `${running.service.url.replace('http', 'ws')}/graphql`,
    token: async () => token,
    field,
    filter,
    onMessage: (message) => void told.push(message),
    ...(after !== undefined && { after }),
  });
  followers.push(follower);
  await until('it caught up', () => told.some(({ __typename: type }) => type === 'CaughtUp'));
  return { follower, told };
}

/** Whether a message says anything of an item: by key, by stream, or by the words of an event. */
const names = (message: LiveMessage, reference: string) =>
  JSON.stringify({ ...message, covers: undefined })
    .toLowerCase()
    .includes(reference.toLowerCase());
const kindsAbout = ({ told }: Watching, reference: string) =>
  told
    .filter((message) => names(message, reference))
    .map(({ __typename: type, position }) => `${type} ${position}`);

describe('an item hidden from analysts while they follow', () => {
  const filters: readonly (readonly [LiveField, LiveFilter])[] = [
    ['events', {}],
    ['events', { programme }],
    ['events', { programme, item: hidden }],
    ['events', { programme, theme: 'POLICE' }],
    ['reformItemChanged', {}],
    ['reformItemChanged', { programme }],
    ['reformItemChanged', { programme, item: hidden }],
    ['summary', { programme }],
  ];

  it('stops at once on every path, and goes on for auditors; shown again, it is told of again', async () => {
    const analysts = await Promise.all(filters.map(([field, filter]) => watch('analyst', field, filter, 0)));
    const auditors = await Promise.all(filters.map(([field, filter]) => watch('auditor', field, filter, 0)));
    const everyone = [...analysts, ...auditors];
    const told = analysts.slice(0, -1);
    for (const one of told) expect(kindsAbout(one, hidden).length).toBeGreaterThan(0);

    const hiding = await write('setItemVisibility', { reference: hidden, visibility: 'restricted', reason });
    const during = [
      await write('startReview', { reference: hidden }),
      await write('relateItems', { reference: 'OPEN', kind: 'dependsOn', to: hidden }),
      await write('recordDecision', {
        items: [hidden, 'OPEN'].map((reference) => ({ reference, kind: 'defer', reason })),
      }),
    ];
    const { position: open } = await write('classifyItem', { reference: 'OPEN', priority: 'high' });
    const reach = (position: number) =>
      until('everybody there', () => everyone.every(({ follower }) => follower.trail.upTo! >= position));
    for (const one of everyone) if (one.follower.trail.upTo! < open) one.follower.reconnect();
    await reach(open);

    for (const one of told) {
      const after = kindsAbout(one, hidden).filter((kind) => Number(kind.split(' ')[1]) >= hiding.position);
      expect(after).toEqual([`Hidden ${hiding.position}`]);
    }
    expect(kindsAbout(analysts.at(-1)!, hidden)).toEqual([]);
    const [auditor] = auditors;
    for (const { position } of [hiding, ...during])
      expect(auditor!.follower.trail.seen).toContain(String(position));
    expect(analysts[0]!.follower.trail.seen).toContain(String(open));

    // Queries, now and as of when it was open; and whoever comes late.
    const query = `query ($asOf: AsOfInput, $after: Position!) {
      reformItem(programme: "${programme}", reference: "${hidden}", asOf: $asOf) { key }
      reformItems(programme: "${programme}", asOf: $asOf, first: 50) { totalCount nodes { key } }
      events(after: $after, first: 100) { nodes { stream data } }
    }`;
    for (const asOf of [undefined, { position: hiding.position - 1 }]) {
      const answer = await (await running.client('analyst')).data(query, { asOf, after: 0 });
      expect(answer).toMatchObject({ reformItem: null, reformItems: { totalCount: 1 } });
      expect(JSON.stringify(answer).toLowerCase()).not.toContain(hidden.toLowerCase());
      expect(await (await running.client('auditor')).data(query, { asOf, after: 0 })).toMatchObject({
        reformItem: { key: `${programme}/veiled` },
        reformItems: { totalCount: 2 },
      });
    }
    const late = await Promise.all(filters.map(([field, filter]) => watch('analyst', field, filter, 0)));
    for (const one of late) expect(kindsAbout(one, hidden)).toEqual([]);

    const showing = await write('setItemVisibility', { reference: hidden, visibility: 'open', reason });
    const { position: again } = await write('classifyItem', { reference: hidden, priority: 'low' });
    await until('the analysts', () => told.every(({ follower }) => follower.trail.upTo! >= again));
    for (const one of told) {
      const after = kindsAbout(one, hidden).filter((kind) => Number(kind.split(' ')[1]) >= showing.position);
      expect(after[0]).toBe(`Revealed ${showing.position}`);
      expect(after.at(-1)).toMatch(/^(EventRecorded|ReformItemChanged) /);
    }
    for (const { follower } of [...everyone, ...late]) expect(follower.trail.faults).toEqual([]);
  }, 120_000);
});
