import type { Attributes, Horizon, LapseCode, People, ReformItemEvent } from './events.js';
import { type LifecycleState, type Standing, isEnd, isPaused, moveTo } from './lifecycle.js';
import { type LangText, normaliseReference, normaliseProgramme } from '../text.js';

/** What an item is at one point of its history: the fold of the events up to there. */
export interface ReformItem {
  readonly programme: string;
  /** The reference it goes by now. */
  readonly reference: string;
  /** Former and further references, oldest first. */
  readonly aliases: readonly string[];
  readonly title: LangText;
  readonly text: LangText | undefined;
  /** Number of the text version, from 1. */
  readonly textVersion: number;
  /** Undefined until the fold has met an event that gives a state. */
  readonly standing: Standing | undefined;
  /** Verbatim status of the source, where the last state came from one. */
  readonly sourceStatus: string | undefined;
  readonly referredTo: LangText | undefined;
  readonly deferredUntil: string | undefined;
  readonly registered: boolean;
  readonly removed: boolean;
  readonly approved: boolean;
  readonly leads: readonly string[];
  readonly horizon: Horizon | undefined;
  readonly dueDate: string | undefined;
  readonly attributes: Attributes;
  readonly people: People;
  readonly illustrative: boolean;
  readonly workshop: string | undefined;
  readonly themes: readonly string[];
  /** Ids of the items it became: superseded by, merged or split into. */
  readonly successors: readonly string[];
  /** Decisions that came to their one event here, with the code where the effect lapsed. */
  readonly decisions: { readonly [decision: string]: 'applied' | LapseCode };
}

export const noItem: ReformItem = {
  programme: '',
  reference: '',
  aliases: [],
  title: {},
  text: undefined,
  textVersion: 0,
  standing: undefined,
  sourceStatus: undefined,
  referredTo: undefined,
  deferredUntil: undefined,
  registered: false,
  removed: false,
  approved: false,
  leads: [],
  horizon: undefined,
  dueDate: undefined,
  attributes: {},
  people: {},
  illustrative: false,
  workshop: undefined,
  themes: [],
  successors: [],
  decisions: {},
};

/** The id of an item: `<programme>/<reference>`, both normalised. Its stream is `item-<id>`. */
export function itemId(programme: string, reference: string): string {
  return `${normaliseProgramme(programme)}/${normaliseReference(reference)}`;
}

export function itemStream(id: string): string {
  return `item-${id}`;
}

function into(item: ReformItem, state: LifecycleState, change: Partial<ReformItem> = {}): ReformItem {
  return {
    ...item,
    standing: moveTo(state, item.standing),
    sourceStatus: undefined,
    referredTo: undefined,
    deferredUntil: undefined,
    successors: isEnd(state) ? item.successors : [],
    ...change,
  };
}

function withText(item: ReformItem, change: { title?: LangText; text?: LangText }): ReformItem {
  if (!change.title && !change.text) return item;
  return {
    ...item,
    title: change.title ?? item.title,
    text: change.text ?? item.text,
    textVersion: item.textVersion + 1,
  };
}

/** Going by another reference; the one it went by, if any, becomes an alias. */
function renamed(item: ReformItem, reference: string): Pick<ReformItem, 'reference' | 'aliases'> {
  if (item.reference === reference) return { reference, aliases: item.aliases };
  const aliases = item.aliases.filter((alias) => alias !== reference);
  return { reference, aliases: item.reference === '' ? aliases : [...aliases, item.reference] };
}

/** The item after one more event. Total: it takes every event, in any order, also one no decision would allow. */
export function evolve(before: ReformItem, event: ReformItemEvent): ReformItem {
  const item =
    event.data.decision !== undefined && event.type !== 'DecisionEffectLapsed'
      ? { ...before, decisions: { ...before.decisions, [event.data.decision]: 'applied' as const } }
      : before;
  switch (event.type) {
    case 'ReformItemRegistered': {
      const { programme, reference, title, text, state, sourceStatus, attributes, people, workshop, themes } =
        event.data;
      return {
        ...into(item, state, { sourceStatus }),
        ...renamed(item, reference),
        programme,
        title,
        text,
        textVersion: item.textVersion + 1,
        registered: true,
        attributes: withoutNulls({ ...item.attributes, ...attributes }),
        people: { ...item.people, ...people },
        illustrative: event.data.illustrative ?? false,
        workshop,
        themes: themes ?? [],
      };
    }
    case 'ReformItemProposed':
      return into(item, 'Proposed', { workshop: event.data.workshop ?? item.workshop });
    case 'ReformItemReviewStarted':
      return into(item, 'UnderReview');
    case 'ReformItemAdopted':
      return withText(into(item, 'Adopted'), event.data);
    case 'ReformItemApproved':
      return into(item, 'Approved', { approved: true });
    case 'ReformItemPlanned': {
      const { leads, horizon, dueDate } = event.data;
      return into(item, 'Planned', { leads, horizon, dueDate });
    }
    case 'ReformItemImplementationStarted':
      return into(item, 'InImplementation');
    case 'ReformItemImplemented':
      return into(item, 'Implemented');
    case 'ReformItemDeferred':
      return into(item, 'Deferred', { deferredUntil: event.data.until });
    case 'ReformItemResumed':
      return into(item, resumedState(item));
    case 'ReformItemReferred':
      return into(item, 'Referred', { referredTo: event.data.to });
    case 'ReformItemReturned':
      return into(item, 'Proposed', { approved: false });
    case 'ReformItemRejected':
      return into(item, 'Rejected');
    case 'ReformItemClosed':
      return into(item, event.data.as);
    case 'ReformItemWithdrawn':
      return into(item, 'Withdrawn');
    case 'ReformItemSuperseded':
      return into(item, 'Superseded', { successors: event.data.by });
    case 'ReformItemMerged':
      return into(item, 'Merged', { successors: event.data.into });
    case 'ReformItemSplit':
      return into(item, 'Split', { successors: event.data.into });
    case 'ReformItemReopened':
      return into(item, event.data.to);
    case 'ReformItemDiscussed':
      return item;
    case 'ReformItemTextAmended':
      return withText(item, event.data);
    case 'ReformItemStateRecorded':
      return into(item, event.data.state, { sourceStatus: event.data.sourceStatus });
    case 'ReformItemDetailsRecorded':
      return {
        ...withText(item, event.data),
        attributes: withoutNulls({ ...item.attributes, ...event.data.attributes }),
        people: { ...item.people, ...event.data.people },
      };
    case 'ReformItemRenumbered':
      return { ...item, ...renamed(item, event.data.reference) };
    case 'ReformItemAliased':
      if (event.data.alias === item.reference) return item;
      return {
        ...item,
        aliases: [...item.aliases.filter((alias) => alias !== event.data.alias), event.data.alias],
      };
    case 'ReformItemRemoved':
      return { ...item, removed: true };
    case 'ReformItemRestored':
      return { ...item, removed: false };
    case 'DecisionEffectLapsed':
      return { ...item, decisions: { ...item.decisions, [event.data.decision]: event.data.code } };
  }
}

/** Where it left, for a paused item; where it is, for any other. */
function resumedState({ standing }: ReformItem): LifecycleState {
  if (!standing) return 'Draft';
  return isPaused(standing.state) ? (standing.resumesTo ?? 'Draft') : standing.state;
}

function withoutNulls(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));
}
