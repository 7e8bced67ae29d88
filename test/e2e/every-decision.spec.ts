import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decisionKinds, endStates } from '@masar/domain';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type InProcessService, startInProcess } from '../support/in-process-service.js';
import { Scribe } from '../support/scribe.js';
import { TestStores } from '../support/stores.js';

let stores: TestStores;
let service: InProcessService;
let recorder: GraphqlClient;
let verifier: GraphqlClient;
let analyst: GraphqlClient;

const scribe = new Scribe('kinds');
const reason = { en: 'For a reason that is made up' };
const targets = ['TARGET-1', 'TARGET-2'];

beforeAll(async () => {
  stores = await TestStores.start();
  service = await startInProcess(stores, false);
  const [admin, ...others] = await Promise.all(
    (['admin', 'recorder', 'verifier', 'analyst'] as const).map((role) => service.client(role)),
  );
  [recorder, verifier, analyst] = others as [GraphqlClient, GraphqlClient, GraphqlClient];
  scribe.day = '2023-01-01';
  await scribe.accepted(admin!, 'registerProgramme', {
    reference: 'kinds',
    name: { en: 'A programme of tests' },
  });
  for (const reference of ['UNIT-A', 'UNIT-B', 'UNIT-V'])
    await scribe.accepted(admin!, 'registerOrganisation', {
      reference,
      name: { en: `Fictional ${reference}` },
    });
  await scribe.accepted(admin!, 'registerScope', { reference: 'NATIONWIDE', name: { en: 'Everywhere' } });
  const board = {
    reference: 'BOARD',
    kind: 'committee',
    competence: 'approves',
    name: { en: 'A fictional body' },
  };
  await scribe.accepted(admin!, 'establishBody', board);
  for (const reference of targets) await registered(reference, 'Proposed');
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await stores?.stop();
}, 60_000);

/** An item that another register showed in a state. */
async function registered(reference: string, state: string): Promise<void> {
  scribe.day = '2024-01-01';
  const item = { reference, state, asRecorded: true, title: { en: `Item ${reference}` } };
  await scribe.accepted(recorder, 'registerItem', item);
}

async function decided(reference: string, outcome: object) {
  scribe.day = '2024-03-01';
  return scribe.accepted(recorder, 'recordDecision', {
    body: 'BOARD',
    items: [{ reference, reason, ...outcome }],
  });
}

async function itemAt(reference: string, atLeast: number) {
  const { reformItem } = await analyst.data(
    `query ($reference: String!, $atLeast: Position) {
      reformItem(programme: "kinds", reference: $reference, atLeast: $atLeast) {
        state text leads supporting horizon priority dueDate scopes { scope } successors { reference }
        journey { type stateAfter undone decision }
        decisions { key kinds items { kind status } }
      }
    }`,
    { reference, atLeast },
  );
  return reformItem;
}

interface Case {
  readonly from: string;
  readonly kind: string;
  readonly input?: object;
  readonly to: string;
  readonly type: string;
  /** What else the item shows afterwards. */
  readonly shows?: object;
  /** A decision taken before, which this one undoes. */
  readonly undoing?: object;
}

const cases: readonly Case[] = [
  { kind: 'adopt', from: 'UnderReview', to: 'Adopted', type: 'ReformItemAdopted' },
  { kind: 'approve', from: 'Adopted', to: 'Approved', type: 'ReformItemApproved' },
  { kind: 'reject', from: 'UnderReview', to: 'Rejected', type: 'ReformItemRejected' },
  { kind: 'defer', from: 'Adopted', input: { until: '2025' }, to: 'Deferred', type: 'ReformItemDeferred' },
  { kind: 'resume', from: 'Deferred', to: 'Draft', type: 'ReformItemResumed' },
  {
    kind: 'refer',
    from: 'Adopted',
    input: { referTo: { en: 'A committee' } },
    to: 'Referred',
    type: 'ReformItemReferred',
  },
  { kind: 'return', from: 'Adopted', to: 'Proposed', type: 'ReformItemReturned' },
  {
    kind: 'amend',
    from: 'Adopted',
    input: { text: { en: 'Other words' } },
    to: 'Adopted',
    type: 'ReformItemTextAmended',
    shows: { text: { en: 'Other words' } },
  },
  {
    kind: 'merge',
    from: 'Adopted',
    input: { successors: targets.slice(0, 1) },
    to: 'Merged',
    type: 'ReformItemMerged',
    shows: { successors: [{ reference: targets[0] }] },
  },
  {
    kind: 'split',
    from: 'Adopted',
    input: { successors: targets },
    to: 'Split',
    type: 'ReformItemSplit',
    shows: { successors: targets.map((reference) => ({ reference })) },
  },
  {
    kind: 'supersede',
    from: 'Adopted',
    input: { successors: targets.slice(1) },
    to: 'Superseded',
    type: 'ReformItemSuperseded',
    shows: { successors: [{ reference: targets[1] }] },
  },
  {
    kind: 'assign',
    from: 'Adopted',
    input: { assignment: { leads: ['UNIT-A'], supporting: ['UNIT-B'] } },
    to: 'Adopted',
    type: 'ReformItemAssigned',
    shows: { leads: ['UNIT-A'], supporting: ['UNIT-B'] },
  },
  {
    kind: 'setHorizon',
    from: 'Adopted',
    input: { horizon: 'immediate' },
    to: 'Adopted',
    type: 'ReformItemClassified',
    shows: { horizon: 'immediate' },
  },
  {
    kind: 'setScope',
    from: 'Adopted',
    input: { scopes: [{ scope: 'NATIONWIDE' }] },
    to: 'Adopted',
    type: 'ReformItemClassified',
    shows: { scopes: [{ scope: 'NATIONWIDE' }] },
  },
  {
    kind: 'setPriority',
    from: 'Adopted',
    input: { priority: 'urgent' },
    to: 'Adopted',
    type: 'ReformItemClassified',
    shows: { priority: 'urgent' },
  },
  {
    kind: 'setDueDate',
    from: 'Adopted',
    input: { dueDate: '2025-06' },
    to: 'Adopted',
    type: 'ReformItemDueDateSet',
    shows: { dueDate: '2025-06' },
  },
  { kind: 'discuss', from: 'Adopted', to: 'Adopted', type: 'ReformItemDiscussed' },
  {
    kind: 'close',
    from: 'InImplementation',
    input: { closeAs: 'ClosedNotImplemented', cause: 'riskAccepted' },
    to: 'ClosedNotImplemented',
    type: 'ReformItemClosed',
  },
  {
    kind: 'reopen',
    from: 'Rejected',
    input: { reopenTo: 'Proposed' },
    to: 'Proposed',
    type: 'ReformItemReopened',
  },
  {
    kind: 'revoke',
    from: 'UnderReview',
    undoing: { kind: 'adopt' },
    to: 'UnderReview',
    type: 'ReformItemDecisionRevoked',
  },
  {
    kind: 'annul',
    from: 'UnderReview',
    undoing: { kind: 'reject' },
    to: 'UnderReview',
    type: 'ReformItemDecisionAnnulled',
  },
];

describe('a decision to', () => {
  it('do anything it can is among these', () => {
    expect(cases.map(({ kind }) => kind).sort()).toEqual([...decisionKinds].sort());
  });

  it.each(cases)(
    '$kind an item that is $from leaves it $to',
    async ({ kind, from, input, undoing, to, type, shows }) => {
      const reference = `KIND-${kind}`;
      await registered(reference, from);
      const former = undoing && { decision: (await decided(reference, undoing)).changed.key };
      const { changed, pending, position } = await decided(reference, { kind, ...input, ...former });
      expect(pending).toEqual([]);
      const item = await itemAt(reference, position);
      expect(item).toMatchObject({ state: to, ...shows });
      expect(item.journey.at(-1)).toMatchObject({ type, decision: changed.key, undone: null });
      expect(item.decisions.at(-1)).toMatchObject({
        key: changed.key,
        kinds: [kind],
        items: [{ kind, status: 'applied' }],
      });
    },
  );
});

/** How each end comes about, from an item that is in implementation. */
const ends: {
  readonly [end in (typeof endStates)[number]]: (reference: string) => Promise<{ position: number }>;
} = {
  Rejected: (reference) => decided(reference, { kind: 'reject' }),
  Implemented: async (reference) => {
    await scribe.accepted(recorder, 'addEvidence', {
      reference,
      evidence: 'E-1',
      description: { en: 'A made-up report' },
      custody: 'inspected',
    });
    scribe.day = '2024-03-01';
    return scribe.accepted(verifier, 'verifyImplementation', {
      reference,
      verifiedBy: 'UNIT-V',
      method: { en: 'Read the report' },
      evidence: [{ description: { en: 'A made-up report' } }],
    });
  },
  ClosedPartial: (reference) => decided(reference, { kind: 'close', closeAs: 'ClosedPartial' }),
  ClosedNotImplemented: (reference) =>
    decided(reference, { kind: 'close', closeAs: 'ClosedNotImplemented', cause: 'lapsed' }),
  NoLongerApplicable: (reference) => decided(reference, { kind: 'close', closeAs: 'NoLongerApplicable' }),
  Withdrawn: (reference) => {
    scribe.day = '2024-03-01';
    return scribe.accepted(recorder, 'withdrawItem', { reference, reason });
  },
  Superseded: (reference) => decided(reference, { kind: 'supersede', successors: targets.slice(0, 1) }),
  Merged: (reference) => decided(reference, { kind: 'merge', successors: targets.slice(0, 1) }),
  Split: (reference) => decided(reference, { kind: 'split', successors: targets }),
};

describe('an end', () => {
  it.each(endStates)(
    '%s is reached, refuses what comes after, and can be reopened where it was',
    async (end) => {
      const reference = `END-${end}`;
      await registered(reference, 'InImplementation');
      const { position } = await ends[end](reference);
      expect(await itemAt(reference, position)).toMatchObject({ state: end });
      const later = { body: 'BOARD', items: [{ reference, kind: 'defer' }] };
      expect((await scribe.refused(recorder, 'recordDecision', later)).code).toBe('ITEM_ENDED');
      const reopened = await decided(reference, { kind: 'reopen' });
      expect(await itemAt(reference, reopened.position)).toMatchObject({
        state: 'InImplementation',
        successors: [],
      });
    },
  );
});
