import { describe, expect, it } from '@jest/globals';
import { decide } from './decide.js';
import type { LoadedItem } from './decision-surroundings.js';
import { timelineOf } from './item/timeline.js';
import { type Mention, mentionsOf, notThere } from './mentions.js';
import type { Outcome } from './outcome.js';
import { type ProgrammeEvent, evolveProgramme, noProgramme } from './programme/programme.js';
import { specification } from './testing/given.js';
import { on, record, wayTo } from './testing/item-histories.js';
import { type Happened, recorded } from './testing/recorded.js';

const name = { en: 'A name' };
const programme = recorded<ProgrammeEvent>([
  { type: 'ProgrammeRegistered', data: { reference: 'SAMPLE', name } },
  { type: 'OrganisationRegistered', data: { reference: 'UNIT-A', name }, effective: '2015' },
  { type: 'OrganisationRegistered', data: { reference: 'UNIT-B', name }, effective: '2015' },
  { type: 'OrganisationDissolved', data: { organisation: 'UNIT-B' }, effective: '2017-03-01' },
  { type: 'ThemeRegistered', data: { reference: 'BORDERS', name }, effective: '2016' },
  { type: 'ScopeRegistered', data: { reference: 'NATIONWIDE', name }, effective: '2016' },
  {
    type: 'InstrumentRegistered',
    data: { reference: 'LAW-20', name, kind: 'law', status: 'inForce' },
    effective: '2016',
  },
  {
    type: 'InstrumentVersionAdded',
    data: { instrument: 'LAW-20', version: '2016', articles: [{ article: '7' }] },
    effective: '2016',
  },
] satisfies Happened<ProgrammeEvent>[]).reduce(evolveProgramme, noProgramme);

const provision = (article?: string, version?: string): Mention => ({
  what: 'provision',
  provision: { instrument: 'LAW-20', ...(article && { article }), ...(version && { version }) },
  path: 'provisions.0',
});
const paths = (mentions: readonly Mention[], day: string | null = '2017-06-01') =>
  notThere(programme, mentions, day).map(({ path }) => path);

describe('what an input mentions of its programme', () => {
  it('is missed, each at its path, where it is not registered or was not there on the day', () => {
    expect(paths(mentionsOf('organisation', ['UNIT-A', 'UNIT-C', 'UNIT-B'], 'leads'))).toEqual([
      'leads.1',
      'leads.2',
    ]);
    expect(paths(mentionsOf('organisation', ['UNIT-B'], 'leads'), '2017-02-01')).toEqual([]);
    expect(paths(mentionsOf('theme', ['BORDERS'], 'themes'), '2015-06-01')).toEqual(['themes.0']);
    expect(paths(mentionsOf('scope', ['NATIONWIDE', 'MARS'], 'scopes'), null)).toEqual(['scopes.1']);
  });

  it('names an article and a version there are, where the instrument has its versions', () => {
    expect(paths([provision(), provision('7'), provision('7', '2016')])).toEqual([]);
    expect(paths([provision('8')])).toEqual(['provisions.0.article']);
    expect(paths([provision('7', '2020')])).toEqual(['provisions.0.version']);
    const draft = { what: 'provision', provision: { instrument: 'DRAFT' }, path: 'provisions.1' } as const;
    expect(paths([draft])).toEqual(['provisions.1.instrument']);
  });

  it('stands as it was registered: another spelling is refused with the right one', () => {
    const [problem] = notThere(programme, mentionsOf('organisation', ['unit-a'], 'leads'), null);
    expect(problem).toEqual({ path: 'leads.0', message: 'unit-a is registered as UNIT-A: spell it so' });
    expect(paths(mentionsOf('organisation', [' '], 'leads'))).toEqual(['leads.0']);
  });
});

describe('a decision', () => {
  const given = specification(
    () => new Map([['sample/a', { history: timelineOf(record(wayTo.Approved)), revision: 4 }]]),
  );
  const deciding =
    (outcome: Outcome, more: object = {}) =>
    (items: ReadonlyMap<string, LoadedItem>) => {
      const input = {
        ...on('2017-06-01'),
        id: 'd-1',
        programme: 'SAMPLE',
        items: [{ item: 'sample/a', outcome }],
      };
      return decide({ ...input, ...more }, { items, relations: [], programme });
    };
  const assign = (...leads: string[]): Outcome => ({ kind: 'assign', leads, funders: ['UNIT-A'] });

  it('assigns organisations that stand, and scopes that are there', () => {
    given([])
      .when(deciding(assign('UNIT-A')))
      .thenLike({ type: 'DecisionRecorded' });
    given([])
      .when(deciding(assign('UNIT-A', 'UNIT-B')))
      .thenRefused('NOT_FOUND', 'items.0.outcome.leads.1');
    given([])
      .when(deciding({ kind: 'setScope', scopes: [{ scope: 'MARS' }] }))
      .thenRefused('NOT_FOUND', 'items.0.outcome.scopes.0.scope');
  });

  it('recorded as it was may mention whom the programme never knew', () => {
    given([])
      .when(deciding(assign('A bureau of old'), { asRecorded: true }))
      .thenLike({ type: 'DecisionRecorded' });
  });

  it.each<[Outcome, string]>([
    [{ kind: 'assign', leads: [] }, 'leads'],
    [{ kind: 'assign', leads: ['UNIT-A'], partners: ['UNIT-A', 'UNIT-A'] }, 'partners'],
    [{ kind: 'setHorizon', horizon: 'soon' as never }, 'horizon'],
    [{ kind: 'setScope', scopes: [] }, 'scopes'],
    [{ kind: 'setScope', scopes: [{ scope: 'NATIONWIDE', frozenOn: '2017' }] }, 'scopes.0.frozenOn'],
    [{ kind: 'setPriority', priority: 'top' as never }, 'priority'],
    [{ kind: 'setDueDate', dueDate: 'soon' }, 'dueDate'],
  ])('%j is refused for what it leaves open', (outcome, field) => {
    given([]).when(deciding(outcome)).thenRefused('INVALID_INPUT', `items.0.outcome.${field}`);
  });
});
