import { describe, expect, it } from '@jest/globals';
import { type Body, type BodyEvent, evolveBody, noBody } from './body.js';
import { decide } from './decide.js';
import type { DecidedItem, DelegationPosition } from './decision.js';
import { effectOn } from './decision-effects.js';
import type { DecisionInput } from './decision-input.js';
import type { Surroundings } from './decision-surroundings.js';
import { timelineOf } from './item/timeline.js';
import { aProgramme, aWorkshop } from './testing/a-workshop.js';
import { specification } from './testing/given.js';
import { on, record, wayTo } from './testing/item-histories.js';
import { recorded } from './testing/recorded.js';
import { noWorkshop } from './workshop/workshop.js';

const [a, b] = ['sample/a', 'sample/b'];
const history = timelineOf(record(wayTo.UnderReview));
const loaded = new Map([a, b].map((item) => [item, { history, revision: 2 }]));
const words = { ar: 'نتحفظ على الفقرة الثانية', en: 'We reserve our position on the second paragraph' };

const given = specification((around: Partial<Surroundings>): Surroundings => ({
  items: loaded,
  relations: [],
  programme: aProgramme(),
  ...around,
}));
const atWorkshop = given({ workshop: aWorkshop });

function deciding(more: Partial<DecisionInput>, items: readonly DecidedItem[] = [adopted(a)]) {
  const input = { ...on('2017-06-01'), id: 'd-1', programme: 'SAMPLE', items, ...more };
  return (around: Surroundings) => decide(input, around);
}

function adopted(item: string, more: Partial<DecidedItem> = {}): DecidedItem {
  return { item, outcome: { kind: 'adopt', manner: 'plain' }, ...more };
}

const stood = (delegation: string, position: DelegationPosition['position'], more: object = {}) => ({
  delegation,
  position,
  ...more,
});
const session = { workshop: 'WS-1', session: 'S-2', mode: 'session' } as const;

describe('a decision taken by vote', () => {
  it('is recorded with votes, quorum, basis and where each delegation stood, in its words', () => {
    const circumstances = {
      ...session,
      method: 'vote',
      votes: { for: 1, against: 1, abstained: 0 },
      quorum: { required: 2, present: 3 },
      basis: [{ instrument: 'LAW', article: '5', version: '1' }],
      positions: [stood('UNIT-A', 'for'), stood('UNIT-B', 'dissent', { text: words })],
    } as const;
    atWorkshop.when(deciding(circumstances)).thenLike({ data: { ...circumstances, sessionOrder: 2 } });
  });

  it('can differ in positions from item to item', () => {
    const positions = [stood('UNIT-A', 'reservation', { text: words })];
    atWorkshop
      .when(deciding(session, [adopted(a), adopted(b, { positions })]))
      .thenLike({ data: { items: [adopted(a), adopted(b, { positions })] } });
  });

  it('counts votes and those present in whole numbers, whatever was recorded', () => {
    for (const asRecorded of [false, true]) {
      atWorkshop
        .when(deciding({ votes: { for: -1, against: 0, abstained: 0 }, asRecorded }))
        .thenRefused('INVALID_INPUT', 'votes.for');
      atWorkshop
        .when(deciding({ quorum: { present: 1.5 }, asRecorded }))
        .thenRefused('INVALID_INPUT', 'quorum.present');
    }
  });

  it('counts none where the method was another, and no more than were present', () => {
    const votes = { for: 2, against: 1, abstained: 1 };
    for (const method of ['consensus', 'chair'] as const)
      atWorkshop.when(deciding({ method, votes })).thenRefused('INVALID_INPUT', 'votes');
    const many = { method: 'vote', votes, quorum: { present: 3 } } as const;
    atWorkshop.when(deciding(many)).thenRefused('INVALID_INPUT', 'votes');
    atWorkshop.when(deciding({ ...many, quorum: { present: 4 } })).thenLike({ data: { votes } });
    atWorkshop.when(deciding({ ...many, asRecorded: true })).thenLike({ data: { votes } });
  });

  it('takes as many present as the rules ask for; with fewer it is recorded as it was, and flagged', () => {
    const quorum = { required: 20, present: 16 };
    atWorkshop.when(deciding({ quorum })).thenRefused('NO_QUORUM', 'quorum.present');
    atWorkshop
      .when(deciding({ quorum, asRecorded: true }))
      .thenLike({ data: { quorum, flags: ['NO_QUORUM'] } });
    atWorkshop.when(deciding({ quorum: { present: 1 } })).thenLike({ data: { quorum: { present: 1 } } });
    atWorkshop
      .when(deciding({ quorum: { required: 16, present: 16 } }))
      .thenLike({ type: 'DecisionRecorded' });
  });
});

describe('where a delegation stood', () => {
  it('takes a seat at the workshop on that day', () => {
    for (const delegation of ['UNIT-X', 'UNIT-L'])
      atWorkshop
        .when(deciding({ ...session, positions: [stood(delegation, 'for')] }))
        .thenRefused('NOT_FOUND', 'positions.0.delegation');
    atWorkshop
      .when(deciding({ ...session, ...on('2017-04-01'), positions: [stood('UNIT-L', 'for')] }))
      .thenLike({ data: { positions: [stood('UNIT-L', 'for')] } });
    atWorkshop
      .when(deciding({ ...session, positions: [stood('unit-a', 'for')] }))
      .thenRefused('NOT_FOUND', 'positions.0.delegation');
  });

  it('is for members to decide by; others can be absent, and have words recorded', () => {
    const attempt = (position: DelegationPosition['position'], more: object = {}) =>
      atWorkshop.when(deciding({ ...session, positions: [stood('UNIT-O', position, more)] }));
    for (const position of ['for', 'against', 'abstained'] as const)
      attempt(position).thenRefused('NOT_A_MEMBER', 'positions.0.delegation');
    attempt('absent').thenLike({ type: 'DecisionRecorded' });
    attempt('reservation', { text: words }).thenLike({ type: 'DecisionRecorded' });
    const own = [adopted(a), adopted(b, { positions: [stood('UNIT-O', 'against')] })];
    atWorkshop.when(deciding(session, own)).thenRefused('NOT_A_MEMBER', 'items.1.positions.0.delegation');
  });

  it('as it was, of one that was no member, is flagged on the decision, or on the one item', () => {
    const as = { ...session, asRecorded: true };
    const vote = [stood('UNIT-O', 'for')];
    atWorkshop.when(deciding({ ...as, positions: vote })).thenLike({ data: { flags: ['NOT_A_MEMBER'] } });
    atWorkshop
      .when(deciding({ ...as, positions: [stood('UNIT-X', 'for')] }))
      .thenLike({ data: { flags: ['NOT_A_MEMBER'] } });
    atWorkshop
      .when(deciding(as, [adopted(a), adopted(b, { positions: vote })]))
      .thenLike({ data: { items: [adopted(a), adopted(b, { positions: vote, flags: ['NOT_A_MEMBER'] })] } });
    // Of a workshop that is not on record nobody knows who sat there.
    const unknown = decideAs({ ...as, positions: vote }, { workshop: noWorkshop });
    expect(unknown.data).not.toHaveProperty('flags');
  });

  it('has words where it is a reservation or a dissent, in a language', () => {
    for (const position of ['reservation', 'dissent'] as const) {
      atWorkshop
        .when(deciding({ ...session, positions: [stood('UNIT-A', position)] }))
        .thenRefused('INVALID_INPUT', 'positions.0.text');
      atWorkshop
        .when(deciding({ ...session, positions: [stood('UNIT-A', position)], asRecorded: true }))
        .thenLike({ data: { positions: [stood('UNIT-A', position)] } });
    }
    const empty = [stood('UNIT-A', 'for', { text: {} })];
    atWorkshop
      .when(deciding({ ...session, positions: empty }))
      .thenRefused('INVALID_INPUT', 'positions.0.text');
  });

  it('is said once for each', () => {
    const twice = [stood('UNIT-A', 'for'), stood('UNIT-A', 'absent')];
    for (const asRecorded of [false, true]) {
      atWorkshop
        .when(deciding({ ...session, positions: twice, asRecorded }))
        .thenRefused('INVALID_INPUT', 'positions.1.delegation');
      atWorkshop
        .when(deciding({ ...session, asRecorded }, [adopted(a, { positions: twice })]))
        .thenRefused('INVALID_INPUT', 'items.0.positions.1.delegation');
    }
  });

  it('without a workshop is that of an organisation of the programme', () => {
    given({})
      .when(deciding({ positions: [stood('UNIT-A', 'against')] }))
      .thenLike({ type: 'DecisionRecorded' });
    given({})
      .when(deciding({ positions: [stood('UNIT-X', 'against')] }))
      .thenRefused('NOT_FOUND', 'positions.0.delegation');
  });
});

describe('where a decision was taken', () => {
  it('is a workshop and a session on record, whose number orders what it decided', () => {
    atWorkshop.when(deciding({ workshop: 'WS-1' })).thenLike({ data: { workshop: 'WS-1' } });
    given({ workshop: noWorkshop })
      .when(deciding({ workshop: 'WS-9' }))
      .thenRefused('NOT_FOUND', 'workshop');
    atWorkshop.when(deciding({ ...session, session: 'S-9' })).thenRefused('NOT_FOUND', 'session');
    given({})
      .when(deciding({ session: 'S-1' }))
      .thenRefused('INVALID_INPUT', 'session');
    atWorkshop.when(deciding(session)).thenLike({ data: { sessionOrder: 2 } });
    atWorkshop.when(deciding({ ...session, sessionOrder: 7 })).thenLike({ data: { sessionOrder: 7 } });
    given({ workshop: noWorkshop })
      .when(deciding({ ...session, workshop: 'WS-9', asRecorded: true }))
      .thenLike({ data: { workshop: 'WS-9', session: 'S-2' } });
  });

  it('is no session where it was taken by correspondence, in silence or by order', () => {
    for (const mode of ['correspondence', 'silenceProcedure', 'order'] as const) {
      atWorkshop.when(deciding({ ...session, mode })).thenRefused('INVALID_INPUT', 'session');
      given({}).when(deciding({ mode })).thenLike({ data: { mode } });
      atWorkshop.when(deciding({ ...session, mode, asRecorded: true })).thenLike({ data: { mode } });
    }
  });
});

describe('the basis of a decision', () => {
  it('is an instrument, a version and an article there were on that day', () => {
    const basis = (provision: object) => deciding({ basis: [{ instrument: 'LAW', ...provision }] });
    given({}).when(basis({})).thenLike({ type: 'DecisionRecorded' });
    given({})
      .when(basis({ version: '1', article: '6' }))
      .thenLike({ type: 'DecisionRecorded' });
    given({})
      .when(basis({ instrument: 'DECREE' }))
      .thenRefused('NOT_FOUND', 'basis.0.instrument');
    given({})
      .when(basis({ version: '2' }))
      .thenRefused('NOT_FOUND', 'basis.0.version');
    given({})
      .when(basis({ version: '1', article: '7' }))
      .thenRefused('NOT_FOUND', 'basis.0.article');
    given({})
      .when(deciding({ basis: [{ instrument: 'DECREE' }], asRecorded: true }))
      .thenLike({ data: { basis: [{ instrument: 'DECREE' }] } });
  });
});

describe('an approval as it was', () => {
  const body = (competence: 'advises' | 'approves'): Body =>
    recorded<BodyEvent>([
      {
        type: 'BodyEstablished',
        data: { programme: 'SAMPLE', reference: 'BOARD', name: { en: 'B' }, kind: 'committee', competence },
      },
    ]).reduce(evolveBody, noBody);
  const approve: DecidedItem = { item: a, outcome: { kind: 'approve' } };
  const attempt = (who: Body) =>
    given({ body: who }).when(deciding({ body: 'BOARD', asRecorded: true }, [approve, adopted(b)]));

  it('by a body on record that does not approve is flagged, on what it could not decide alone', () => {
    attempt(body('advises')).thenLike({
      data: { items: [{ ...approve, flags: ['NOT_COMPETENT'] }, adopted(b)] },
    });
    attempt(body('approves')).thenLike({ data: { items: [approve, adopted(b)] } });
    attempt(noBody).thenLike({ data: { items: [approve, adopted(b)] } });
  });
});

describe('what is irregular about how a decision was come to', () => {
  it('is said of each of its effects, and stays with them', () => {
    const decision = decideAs(
      {
        ...session,
        quorum: { required: 20, present: 16 },
        flags: ['LATE'],
        asRecorded: true,
      },
      { workshop: aWorkshop },
      [adopted(a, { positions: [stood('UNIT-O', 'for')] }), adopted(b)],
    );
    const [first, second] = decision.data.items;
    expect(effectOn(decision, first!, history, undefined)?.data.irregularities).toEqual([
      'LATE',
      'NOT_A_MEMBER',
      'NO_QUORUM',
    ]);
    const effect = effectOn(decision, second!, history, undefined)!;
    expect(effect.data.irregularities).toEqual(['LATE', 'NO_QUORUM']);
    const { decidedOn, effective, ...event } = effect;
    const entry = { position: 9, id: 'e-9', event, decidedOn, effective, recordedAt: '2026-03-01T00:00:00Z' };
    const after = timelineOf([...history.map((step) => step.entry), entry]);
    expect(after.at(-1)!.irregularities).toEqual(['LATE', 'NO_QUORUM']);
  });
});

function decideAs(
  more: Partial<DecisionInput>,
  around: Partial<Surroundings>,
  items?: readonly DecidedItem[],
) {
  return deciding(more, items)({ items: loaded, relations: [], programme: aProgramme(), ...around });
}
