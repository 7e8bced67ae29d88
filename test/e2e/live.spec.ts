import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Role, issueToken } from '@masar/access';
import pg from 'pg';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { type LiveField, liveDocument } from '../support/live-documents.js';
import { LiveFollower } from '../support/live-follower.js';
import { LiveOutlet } from '../support/live-outlet.js';
import { TestStores } from '../support/stores.js';
import type { LiveMessage } from '../support/trail.js';
import { until } from '../support/until.js';

const programme = 'live';
const rhythm = { checkMs: 50, idleMs: 200 };
let stores: TestStores;
let service: InProcessService;
let admin: GraphqlClient;
let recorder: GraphqlClient;
let commands = 0;
let items = 0;
const followers: LiveOutlet[] = [];

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false, { rhythm });
  admin = await service.client('admin');
  recorder = await service.client('recorder');
  await send('registerProgramme', { reference: programme, name: { en: 'Live' } }, admin);
  for (const reference of ['T-1', 'T-2'])
    await send('registerTheme', { programme, reference, name: { en: reference } }, admin);
  await send('registerOrganisation', { programme, reference: 'ORG', name: { en: 'A unit' } }, admin);
  for (const reference of ['W-1', 'W-2'])
    await send('announceWorkshop', {
      programme,
      reference,
      topic: { en: reference },
      heldOn: { edtf: '2024' },
    });
}, 120_000);

afterEach(() => {
  for (const follower of followers.splice(0)) follower.leave();
});

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

/** Sends a command. @returns the position of its last event */
async function send(mutation: string, input: object, client = recorder): Promise<number> {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await client.ask(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) {
      ... on CommandAccepted { position } ... on CommandRefused { code message fields { path message } } } }`,
    { input: { commandId: `live-e2e-${(commands += 1)}`, decidedOn: { edtf: '2024-03-01' }, ...input } },
  );
  expect(errors).toBeUndefined();
  expect(data[mutation]).toEqual({ position: expect.any(Number) });
  return data[mutation].position as number;
}

async function registered(
  more: object = {},
): Promise<{ readonly reference: string; readonly position: number }> {
  const reference = `ITEM-${(items += 1)}`;
  const position = await send('registerItem', { programme, reference, title: { en: reference }, ...more });
  return { reference, position };
}

const propose = (reference: string) => send('proposeItem', { programme, reference });
const setVisibility = (reference: string, visibility: 'open' | 'restricted') =>
  send('setItemVisibility', { programme, reference, visibility, reason: { en: 'a test' } });
const keyOf = (reference: string) => `${programme}/${reference.toLowerCase()}`;

async function follow(
  field: LiveField,
  variables: Readonly<Record<string, unknown>> = {},
  how?: { readonly role?: Role; readonly document?: string },
): Promise<LiveOutlet> {
  const follower = await LiveOutlet.follow(service.service, field, { programme, ...variables }, how);
  followers.push(follower);
  return follower;
}

const isLive = (follower: LiveOutlet) =>
  until('it is live', () => follower.types().at(-1) === 'CaughtUp' || follower.types().includes('CaughtUp'));
const reached = (follower: LiveOutlet, position: number) =>
  until(`everything up to ${position}`, () => follower.upTo >= position);

async function head(): Promise<number> {
  const client = new pg.Client({ connectionString: service.connectionString });
  await client.connect();
  const { rows } = await client.query<{ head: string }>(
    'select max(position)::text as head from masar.event',
  );
  await client.end();
  return Number(rows[0]!.head);
}

describe('events', () => {
  it('come from a position on, then as they are recorded, each once and in order', async () => {
    const one = await registered();
    const follower = await follow('events', { after: one.position - 1 });
    await isLive(follower);
    const second = await propose(one.reference);
    const third = await registered();
    await reached(follower, third.position);
    expect(follower.trail.seen).toEqual([one.position, second, third.position].map(String));
    expect(follower.trail.faults).toEqual([]);
    expect(follower.types().slice(0, 2)).toEqual(['EventRecorded', 'CaughtUp']);
  });

  it('begin with what is recorded next where no position is given', async () => {
    const before = await head();
    const follower = await follow('events');
    await isLive(follower);
    expect(follower.messages[0]).toMatchObject({
      __typename: 'CaughtUp',
      covers: { after: before, upTo: before },
    });
    const { position } = await registered();
    await reached(follower, position);
    expect(follower.trail.seen).toEqual([String(position)]);
  });

  it('from the first on are the whole log, a page at a time', async () => {
    const end = await head();
    const follower = await follow('events', { after: 0 });
    await reached(follower, end);
    expect(follower.trail.seen).toEqual(Array.from({ length: end }, (_, index) => String(index + 1)));
    expect(follower.trail.faults).toEqual([]);
  });

  it('that nobody asks for still move those who are idle on', async () => {
    const follower = await follow('events', { types: ['ProgrammeRegistered'] });
    await isLive(follower);
    const { position } = await registered();
    await reached(follower, position);
    expect(new Set(follower.types())).toEqual(new Set(['CaughtUp']));
    expect(follower.messages.at(-1)).toMatchObject({ position, covers: { upTo: position } });
    expect(follower.trail.faults).toEqual([]);
  });

  it('are those of the programmes one may read, and no programme can be named that one may not', async () => {
    const roles = { elsewhere: ['analyst' as const] };
    const elsewhere = await LiveOutlet.follow(service.service, 'events', { after: 0 }, { roles });
    followers.push(elsewhere);
    await isLive(elsewhere);
    expect(elsewhere.trail.seen).toEqual([]);
    await expect(
      LiveOutlet.follow(service.service, 'events', { programme }, { roles }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('are refused with what is wrong, and where', async () => {
    const wrong = (variables: Record<string, unknown>) =>
      LiveOutlet.follow(service.service, 'events', variables);
    await expect(wrong({ item: 'A', theme: 'T' })).rejects.toMatchObject({
      extensions: {
        code: 'BAD_USER_INPUT',
        fields: [{ path: 'item' }, { path: 'theme' }].map((field) => expect.objectContaining(field)),
      },
    });
    await expect(wrong({ types: ['NoSuchEvent'] })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', fields: [expect.objectContaining({ path: 'types' })] },
    });
    await expect(wrong({ programme: 'a/b' })).rejects.toMatchObject({
      extensions: { fields: [expect.objectContaining({ path: 'programme' })] },
    });
  });
});

describe('a filter means what was so at the event', () => {
  it('by item, whatever reference it went by then', async () => {
    const { reference, position } = await registered();
    await registered();
    const again = await propose(reference);
    const follower = await follow('events', { after: position - 1, item: reference });
    await reached(follower, again);
    expect(follower.trail.seen).toEqual([String(position), String(again)]);
  });

  it('by theme: events before it was sorted so, and after it was sorted otherwise, are others', async () => {
    const { reference, position } = await registered({ themes: ['T-1'] });
    const second = await propose(reference);
    const third = await send('classifyItem', { programme, reference, themes: ['T-2'] });
    const fourth = await send('startReview', { programme, reference });
    const ofFirst = await follow('events', { after: position - 1, theme: 'T-1' });
    const ofSecond = await follow('reformItemChanged', { after: position - 1, theme: 't-2' });
    await Promise.all([reached(ofFirst, fourth), reached(ofSecond, fourth)]);
    expect(ofFirst.trail.seen).toEqual([position, second].map(String));
    expect(ofSecond.trail.seen).toEqual([third, fourth].map((one) => `${one} ${keyOf(reference)}`));
  });

  it('by lead', async () => {
    const { reference, position } = await registered();
    const lead = {
      programme,
      reference,
      asRecorded: true,
      leads: ['ORG'],
      horizon: 'immediate',
      dueDate: '2025',
      action: { en: 'a step' },
    };
    const planned = await send('planItem', lead);
    const follower = await follow('events', { after: position - 1, lead: 'ORG' });
    await reached(follower, planned);
    expect(follower.trail.seen).toEqual([String(planned)]);
  });

  it('by workshop: its own events, and those about items that came up for it', async () => {
    const begin = await head();
    await registered({ workshop: 'W-2' });
    const { position } = await registered({ workshop: 'W-1' });
    const scheduled = await send('scheduleWorkshop', {
      programme,
      reference: 'W-1',
      heldOn: { edtf: '2024-04-02' },
    });
    const follower = await follow('events', { after: begin, workshop: 'W-1' });
    await reached(follower, scheduled);
    expect(follower.trail.seen).toEqual([position, scheduled].map(String));
  });

  it('by state reached, and by type', async () => {
    const { reference, position } = await registered();
    const proposed = await propose(reference);
    const review = await send('startReview', { programme, reference });
    const reaches = await follow('events', { after: position - 1, reaches: ['Proposed', 'UnderReview'] });
    const types = await follow('events', { after: position - 1, types: ['ReformItemReviewStarted'] });
    await Promise.all([reached(reaches, review), reached(types, review)]);
    expect(reaches.trail.seen).toEqual([proposed, review].map(String));
    expect(types.trail.seen).toEqual([String(review)]);
  });

  it('live as in what is read back', async () => {
    const live = await follow('events', {
      theme: 'T-1',
      types: ['ReformItemRegistered', 'ReformItemProposed'],
    });
    await isLive(live);
    const begin = live.upTo;
    const { reference } = await registered({ themes: ['T-1'] });
    await registered({ themes: ['T-2'] });
    const proposed = await propose(reference);
    await reached(live, proposed);
    const later = await follow('events', {
      after: begin,
      theme: 'T-1',
      types: ['ReformItemRegistered', 'ReformItemProposed'],
    });
    await reached(later, proposed);
    expect(later.trail.seen).toEqual(live.trail.seen);
    expect(live.trail.seen).toHaveLength(2);
  });
});

describe('an item', () => {
  it('is exactly as it was at the event, while later events exist', async () => {
    const { reference, position } = await registered();
    await propose(reference);
    const end = await send('startReview', { programme, reference });
    const follower = await follow('reformItemChanged', { after: position - 1, item: reference });
    await reached(follower, end);
    const states = follower
      .of<LiveMessage & { item: { state: string } }>('ReformItemChanged')
      .map(({ position: at, item }) => [at, item.state]);
    expect(states).toEqual([
      [position, 'Draft'],
      [position + 1, 'Proposed'],
      [end, 'UnderReview'],
    ]);
  });

  it('comes with each that is related to another, and only the last covers the event', async () => {
    const [one, other] = [await registered(), await registered()];
    const follower = await follow('reformItemChanged', { after: other.position });
    await isLive(follower);
    const related = await send('relateItems', {
      programme,
      reference: one.reference,
      to: other.reference,
      kind: 'dependsOn',
    });
    await reached(follower, related);
    const told = follower.of('ReformItemChanged');
    expect(told.map(({ item, covers }) => [item!.key, covers.upTo])).toEqual([
      [keyOf(one.reference), related - 1],
      [keyOf(other.reference), related],
    ]);
    expect(follower.trail.faults).toEqual([]);
  });
});

describe('a summary', () => {
  const counts = (follower: LiveOutlet) =>
    follower
      .of('SummaryChanged')
      .map(({ counts: by }) => Object.fromEntries(by!.map(({ value, count }) => [value, count])));

  it('is sent at once, and again where a count has changed', async () => {
    const first = await registered({ themes: ['T-2'], workshop: 'W-2' });
    const follower = await follow('summary', { workshop: 'W-2', theme: 'T-2' });
    await isLive(follower);
    const proposed = await propose(first.reference);
    await reached(follower, proposed);
    await registered();
    const last = await registered({ themes: ['T-2'], workshop: 'W-2' });
    await reached(follower, last.position);
    expect(counts(follower)).toEqual([{ Draft: 1 }, { Proposed: 1 }, { Draft: 1, Proposed: 1 }]);
    expect(follower.trail.faults).toEqual([]);
  });

  it('is one message at the head for whoever was away', async () => {
    const { position } = await registered();
    const follower = await follow('summary', { after: position - 1 });
    await isLive(follower);
    expect(follower.types().slice(0, 2)).toEqual(['SummaryChanged', 'CaughtUp']);
    expect(follower.messages[0]).toMatchObject({ covers: { after: position - 1, upTo: await head() } });
  });

  it('does not count what is hidden', async () => {
    const { reference } = await registered({ workshop: 'W-1', themes: ['T-1', 'T-2'] });
    const variables = { workshop: 'W-1', theme: 'T-2' };
    const [analyst, auditor] = [
      await follow('summary', variables),
      await follow('summary', variables, { role: 'auditor' }),
    ];
    await Promise.all([isLive(analyst), isLive(auditor)]);
    const hidden = await setVisibility(reference, 'restricted');
    await reached(analyst, hidden);
    expect(counts(analyst)).toEqual([{ Draft: 1 }, {}]);
    expect(counts(auditor)).toEqual([{ Draft: 1 }]);
  });
});

describe('an item that is hidden', () => {
  it('stops at once for those who may not see it, goes on for the others, and comes back when it is revealed', async () => {
    const { reference, position } = await registered();
    const analyst = await follow('reformItemChanged', { after: position - 1, item: reference });
    const auditor = await follow(
      'reformItemChanged',
      { after: position - 1, item: reference },
      { role: 'auditor' },
    );
    await Promise.all([isLive(analyst), isLive(auditor)]);
    const hidden = await setVisibility(reference, 'restricted');
    const unseen = await propose(reference);
    const revealed = await setVisibility(reference, 'open');
    const last = await send('startReview', { programme, reference });
    await Promise.all([reached(analyst, last), reached(auditor, last)]);
    const told = (follower: LiveOutlet) =>
      follower.messages
        .filter(({ __typename }) => __typename !== 'CaughtUp')
        .map(({ __typename, position: at }) => [__typename, at]);
    expect(told(auditor)).toEqual(
      [position, hidden, unseen, revealed, last].map((at) => ['ReformItemChanged', at]),
    );
    expect(told(analyst).slice(0, 2)).toEqual([
      ['ReformItemChanged', position],
      ['Hidden', hidden],
    ]);
    expect(told(analyst)).toContainEqual(['Revealed', revealed]);
    expect(told(analyst)).toContainEqual(['ReformItemChanged', last]);
    expect(analyst.of('Hidden')).toEqual([expect.objectContaining({ programme, reference })]);
    expect([...analyst.trail.faults, ...auditor.trail.faults]).toEqual([]);
  });

  it('is as if it did not exist for whoever comes later, and hidden from whoever had seen it', async () => {
    const { reference, position } = await registered();
    const other = await registered();
    const hidden = await setVisibility(reference, 'restricted');
    const newcomer = await follow('events', { after: position - 1 });
    const returning = await follow('events', { after: position });
    await Promise.all([reached(newcomer, hidden), reached(returning, hidden)]);
    expect(newcomer.trail.seen).toEqual([String(other.position)]);
    expect(newcomer.types()).not.toContain('Hidden');
    expect(returning.trail.seen).toEqual([String(other.position)]);
    expect(returning.of('Hidden')).toEqual([expect.objectContaining({ position: hidden, reference })]);
  });

  it('is not in the body of another it is related to, also where that was worded before', async () => {
    const [one, secret] = [await registered(), await registered()];
    const related = await send('relateItems', {
      programme,
      reference: one.reference,
      to: secret.reference,
      kind: 'dependsOn',
    });
    const document = liveDocument('reformItemChanged').replace(
      'item { key',
      'item { relations { other { key } } key',
    );
    const variables = { after: related - 1, item: one.reference };
    const others = (follower: LiveOutlet) =>
      follower
        .of<LiveMessage & { item: { relations: { other: { key: string } }[] } }>('ReformItemChanged')
        .map(({ item }) => item.relations.map((relation) => relation.other.key));
    const before = await follow('reformItemChanged', variables, { document });
    await reached(before, related);
    expect(others(before)).toEqual([[keyOf(secret.reference)]]);
    await setVisibility(secret.reference, 'restricted');
    const later = await propose(one.reference);
    const after = await follow('reformItemChanged', variables, { document });
    await reached(after, later);
    // The event that relates them concerns what is hidden; the one that followed does not.
    expect(others(after)).toEqual([[]]);
  });
});

describe('whoever is slow', () => {
  it('is told so, held nothing for, and sent what it missed once it can take it', async () => {
    const slow = await follow('events', {});
    const quick = await follow('events', {});
    await Promise.all([isLive(slow), isLive(quick)]);
    slow.stall();
    const missed = [await registered(), await registered(), await registered()].map(
      ({ position }) => position,
    );
    await reached(quick, missed.at(-1)!);
    // One message more at most: the one that finds out, or a sign of life before it.
    expect(slow.of('EventRecorded').length).toBeLessThan(2);
    slow.take();
    await reached(slow, missed.at(-1)!);
    expect(slow.types()).toContain('FellBehind');
    expect(slow.trail.seen).toEqual(quick.trail.seen);
    expect(slow.trail.faults).toEqual([]);
    await until(
      'it is live again',
      () => slow.types().indexOf('FellBehind') < slow.types().lastIndexOf('CaughtUp'),
    );
    const last = await registered();
    await reached(slow, last.position);
    expect(slow.of('FellBehind')).toHaveLength(1);
  });
});

describe('several who ask for the same', () => {
  it('are sent one and the same text, made once, wherever they began', async () => {
    const variables = { types: ['ReformItemRegistered'] };
    const all = [
      await follow('events', variables),
      await follow('events', { ...variables, after: 3 }),
      await follow('events', { ...variables, after: 4 }),
    ];
    await Promise.all(all.map(isLive));
    const { texts, groups } = service.service.live.state;
    expect(groups).toBe(1);
    const { position } = await registered();
    await Promise.all(all.map((one) => reached(one, position)));
    expect(service.service.live.state.texts).toBe(texts + 1);
    await follow('events', variables, { role: 'auditor' });
    expect(service.service.live.state.groups).toBe(2);
  });
});

describe('when the last one leaves', () => {
  it('nothing is kept: no tail, no group, no text', async () => {
    const follower = await follow('events');
    await isLive(follower);
    expect(service.service.live.state).toMatchObject({ followers: 1, live: 1, groups: 1 });
    follower.leave();
    expect(service.service.live.state).toEqual({ followers: 0, live: 0, groups: 0, texts: 0, position: 0 });
    const { position } = await registered();
    expect(follower.upTo).toBeLessThan(position);
  });
});

describe('two services on one database', () => {
  it('a write through one reaches those who follow the other', async () => {
    const other = await startInProcess(stores, false, { rhythm, beside: service });
    try {
      const follower = await LiveOutlet.follow(other.service, 'events', { programme });
      await isLive(follower);
      const { reference, position } = await registered();
      const here = await follow('events', { after: position });
      const there = await other.client('recorder');
      const proposed = await send('proposeItem', { programme, reference }, there);
      await Promise.all([reached(follower, proposed), reached(here, proposed)]);
      expect(follower.trail.seen).toEqual([position, proposed].map(String));
      expect(here.trail.seen).toEqual([String(proposed)]);
      follower.leave();
    } finally {
      await other.stop();
    }
  });
});

describe('over WebSocket', () => {
  it('a client follows items and counts, and is sent what it asks for', async () => {
    const url = `${service.service.url.replace('http', 'ws')}/graphql`;
    const content = { subject: 'live-test', roles: { '*': ['analyst' as const] }, lifetimeSeconds: 3600 };
    const token = () => issueToken(service.service.tokenKey, { ...content, now: new Date() });
    const changes = new LiveFollower({
      url: () => url,
      token,
      field: 'reformItemChanged',
      filter: { programme },
    });
    const summary = new LiveFollower({ url: () => url, token, field: 'summary', filter: { programme } });
    await until('both are live', () =>
      [changes, summary].every(({ trail }) => (trail.counts['CaughtUp'] ?? 0) > 0),
    );
    const { reference, position } = await registered();
    await until('both are told', () => [changes, summary].every(({ trail }) => trail.upTo! >= position));
    expect(changes.trail.seen).toEqual([`${position} ${keyOf(reference)}`]);
    expect(summary.trail.counts['SummaryChanged']).toBe(2);
    expect([...changes.trail.faults, ...summary.trail.faults]).toEqual([]);
    await Promise.all([changes.stop(), summary.stop()]);
  });
});

describe('a log that was put back', () => {
  const logOf = (follower: LiveOutlet) => follower.messages[0]!.covers;

  it('is another: who says which one they followed is told, as is who is ahead of it', async () => {
    const follower = await follow('events');
    await isLive(follower);
    const { logId, epoch } = logOf(follower);
    const end = await head();
    const code = { extensions: { code: 'LOG_REWOUND', logId, epoch, head: end } };
    await expect(follow('events', { after: end + 1 })).rejects.toMatchObject(code);
    await expect(follow('events', { after: 1, logId, epoch: epoch + 1 })).rejects.toMatchObject(code);
    await expect(follow('events', { after: 1, logId: 'another', epoch })).rejects.toMatchObject(code);
    const same = await follow('events', { after: end, logId, epoch });
    await isLive(same);
  });

  it('under those who follow ends them, and never goes on in silence', async () => {
    const client = new pg.Client({ connectionString: service.connectionString });
    await client.connect();
    try {
      const follower = await follow('events');
      const { epoch } = await isLive(follower).then(() => logOf(follower));
      await client.query('update masar.log set epoch = epoch + 1');
      await until('it is ended', () => follower.ended !== undefined);
      expect(follower.ended).toMatchObject({ extensions: { code: 'LOG_REWOUND', epoch: epoch + 1 } });
      const next = await follow('events');
      await isLive(next);
      expect(logOf(next).epoch).toBe(epoch + 1);
      await client.query('update masar.log set epoch = epoch + 1');
      await registered();
      await until('it is ended', () => next.ended !== undefined);
      expect(next.of('EventRecorded')).toEqual([]);
    } finally {
      await client.query('update masar.log set epoch = 1');
      await client.end();
    }
  });
});
