import { parseEdtf } from '../edtf.js';
import { withoutUndefined } from '../event.js';
import { Refusal } from '../refusal.js';
import type { Fail, KindsOf } from '../decision-kind.js';
import { type Mention, mentionsOf } from '../mentions.js';
import type { ItemEvent } from './circumstances.js';
import type { ItemInput } from './decisions.js';
import { type Horizon, horizons } from './events.js';

export const priorities = ['low', 'medium', 'high', 'urgent'] as const;
export type Priority = (typeof priorities)[number];

/** A provision of an instrument of the programme. */
export interface Provision {
  readonly instrument: string;
  readonly article?: string;
  readonly version?: string;
}

/** A scope an item is about: a place, or a governed list. */
export interface ScopeUse {
  /** Reference of the scope in its programme. */
  readonly scope: string;
  /**
   * The day (YYYY-MM-DD) whose membership counts for ever: the item froze the list. Left out: it follows the list as it
   * changes.
   */
  readonly frozenOn?: string;
}

/*
 * The storage format of what an item is sorted by. A field that is there replaces what was; one that is not leaves it.
 */
export type ClassificationEvent =
  | ItemEvent<'ReformItemClassified', Classification>
  /** Another due date; the ones before stay visible as slips. */
  | ItemEvent<'ReformItemDueDateSet', { readonly dueDate: string }>;

export interface Classification {
  readonly themes?: readonly string[];
  readonly horizon?: Horizon;
  readonly scopes?: readonly ScopeUse[];
  readonly priority?: Priority;
  /** Provisions it rests on or speaks of. */
  readonly provisions?: readonly Provision[];
  /** Provisions that have to be in force before it can be carried out: what makes an item *blocked*. */
  readonly requiresEnactmentOf?: readonly Provision[];
}

/** What an item is sorted by, as it stands. */
export interface Classified extends Required<Omit<Classification, 'horizon' | 'priority'>> {
  readonly horizon: Horizon | undefined;
  readonly priority: Priority | undefined;
}

export const unclassified: Classified = {
  themes: [],
  horizon: undefined,
  scopes: [],
  priority: undefined,
  provisions: [],
  requiresEnactmentOf: [],
};

export function evolveClassification(
  classified: Classified,
  { data }: Extract<ClassificationEvent, { type: 'ReformItemClassified' }>,
): Classified {
  return { ...classified, ...classificationIn(data) };
}

/** Due dates with one more; a date given again is no slip. */
export function withDueDate(dueDates: readonly string[], dueDate: string): readonly string[] {
  return dueDates.at(-1) === dueDate ? dueDates : [...dueDates, dueDate];
}

/** What is given of a classification, and nothing else. */
function classificationIn(given: Classification): Classification {
  const { themes, horizon, scopes, priority, provisions, requiresEnactmentOf } = given;
  return withoutUndefined({ themes, horizon, scopes, priority, provisions, requiresEnactmentOf });
}

/** What a classification names in its programme. */
export function mentionedInClassification({
  themes,
  scopes,
  provisions,
  requiresEnactmentOf,
}: Classification): Mention[] {
  const provisionsAt = (path: string, list: readonly Provision[] = []) =>
    list.map((provision, index): Mention => ({ what: 'provision', provision, path: `${path}.${index}` }));
  return [
    ...mentionsOf('theme', themes, 'themes'),
    ...(scopes ?? []).map(({ scope }, index): Mention => ({
      what: 'scope',
      reference: scope,
      path: `scopes.${index}.scope`,
    })),
    ...provisionsAt('provisions', provisions),
    ...provisionsAt('requiresEnactmentOf', requiresEnactmentOf),
  ];
}

/** Refuses what leaves a classification open. */
function requireClassification(given: Classification, fail: Fail): void {
  const { themes, horizon, scopes, priority, provisions, requiresEnactmentOf } = given;
  if (horizon !== undefined && !horizons.includes(horizon))
    fail('horizon', `is none of ${horizons.join(', ')}`);
  if (priority !== undefined && !priorities.includes(priority))
    fail('priority', `is none of ${priorities.join(', ')}`);
  requireNoneTwice(themes, 'themes', (theme) => theme, fail);
  requireNoneTwice(scopes, 'scopes', ({ scope }) => scope, fail);
  scopes?.forEach(({ frozenOn }, index) => {
    if (frozenOn !== undefined && !(/^\d{4}-\d{2}-\d{2}$/.test(frozenOn) && parseEdtf(frozenOn)))
      fail(`scopes.${index}.frozenOn`, 'is no day such as 2018-06-30');
  });
  for (const [field, list] of Object.entries({ provisions, requiresEnactmentOf })) {
    requireNoneTwice(
      list,
      field,
      ({ instrument, article, version }) => JSON.stringify([instrument, article, version]),
      fail,
    );
  }
}

function requireNoneTwice<T>(
  list: readonly T[] | undefined,
  field: string,
  identity: (one: T) => string,
  fail: Fail,
): void {
  const seen = new Set<string>();
  list?.forEach((one, index) => {
    if (seen.has(identity(one))) fail(`${field}.${index}`, 'stands there twice');
    seen.add(identity(one));
  });
}

/** Sorts an item by what is given; what is left out stays as it was. */
export function classify(
  item: { readonly classification: Classified },
  input: ItemInput & Classification,
): ClassificationEvent {
  const given = classificationIn(input);
  const fail = (path: string, message: string): never => refuse('INVALID_INPUT', path, message);
  const fields = Object.keys(unclassified);
  if (Object.keys(given).length === 0)
    fail('themes', `is missing, and so is all else: give one of ${fields.join(', ')}`);
  requireClassification(given, fail);
  const same = Object.entries(given).every(
    ([field, value]) =>
      JSON.stringify(value) === JSON.stringify(item.classification[field as keyof Classified]),
  );
  if (same && !input.asRecorded)
    refuse('NOTHING_TO_CHANGE', Object.keys(given)[0]!, 'is what the item has already');
  return { type: 'ReformItemClassified', data: given };
}

function refuse(code: Refusal['code'], path: string, message: string): never {
  throw new Refusal(code, `${path} ${message}`, [{ path, message }]);
}

/** Decisions that sort an item. */
export type ClassificationOutcome =
  | { readonly kind: 'setHorizon'; readonly horizon: Horizon }
  | { readonly kind: 'setScope'; readonly scopes: readonly ScopeUse[] }
  | { readonly kind: 'setPriority'; readonly priority: Priority }
  | { readonly kind: 'setDueDate'; readonly dueDate: string };

export const classificationDecisions: KindsOf<ClassificationOutcome> = {
  setHorizon: {
    summary: 'Immediate, or medium to long term.',
    requireShape: requireClassification,
    event: ({ horizon }) => ({ type: 'ReformItemClassified', data: { horizon } }),
  },
  setScope: {
    summary: 'The places or lists it is about.',
    requireShape: (outcome, fail) => {
      if (outcome.scopes.length === 0) fail('scopes', 'names no scope');
      requireClassification(outcome, fail);
    },
    mentions: mentionedInClassification,
    event: ({ scopes }) => ({ type: 'ReformItemClassified', data: { scopes } }),
  },
  setPriority: {
    summary: 'How urgent it is.',
    requireShape: requireClassification,
    event: ({ priority }) => ({ type: 'ReformItemClassified', data: { priority } }),
  },
  setDueDate: {
    summary: 'Another due date; the former ones stay visible.',
    requireShape: ({ dueDate }, fail) => {
      if (!parseEdtf(dueDate)) fail('dueDate', 'is no date such as 2018, 2018-06 or 2018-06-30');
    },
    event: ({ dueDate }) => ({ type: 'ReformItemDueDateSet', data: { dueDate } }),
  },
};
