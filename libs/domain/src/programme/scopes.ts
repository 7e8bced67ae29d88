import { type Dated, withDates, withoutUndefined } from '../event.js';
import { type DayWindow } from '../edtf.js';
import { type Histories, type Stretch, historyOf, stretchOn, stretchesOf } from '../history.js';
import { type LangText, normaliseReference, requireText } from '../text.js';
import {
  type Common,
  type Input,
  type Named,
  effectiveOf,
  reasonOf,
  refuse,
  requireNew,
  spoken,
} from './named.js';

export interface Scope extends Named {
  /** ISO 3166-2 code of a subdivision, or ISO 3166-1 of a country: `IQ-NI`, `IQ`. */
  readonly code?: string;
  /** Reference of the scope it lies in. */
  readonly within?: string;
  /** True of a governed list: its members are dated, and each has its source. */
  readonly governed?: boolean;
}

/*
 * The storage format of the scopes of a programme, on its stream. Add fields, never rename.
 */
export type ScopeEvent =
  | { readonly type: 'ScopeRegistered'; readonly data: Common & Scope }
  | {
      readonly type: 'ScopeMembershipChanged';
      readonly data: Common & {
        readonly scope: string;
        readonly added?: readonly string[];
        readonly removed?: readonly string[];
        /** Where that is said: a list is as good as its source. */
        readonly statedIn: LangText;
      };
    };

/** A member of a governed list, since when and by which source. */
export interface ScopeMember {
  /** Reference of a scope. */
  readonly scope: string;
  /** The days it may have joined on. */
  readonly since: DayWindow;
  readonly source: LangText;
  /** Position of the entry that added it. */
  readonly position: number;
}

/** A scope as it was on a day. */
export interface ScopeState extends Scope {
  readonly governed: boolean;
  readonly members: readonly ScopeMember[];
}

/** The scopes of a programme, each with its history. */
export interface Scopes {
  readonly reference: string;
  readonly scopes: Histories<ScopeEvent>;
}

/** The scope an event is about. */
export function scopeIn(event: ScopeEvent): string {
  return event.type === 'ScopeRegistered' ? event.data.reference : event.data.scope;
}

/** The stretches of a scope, in the order of effect; none where it is not registered. */
export function scopeStretches({ scopes }: Pick<Scopes, 'scopes'>, reference: string): Stretch<ScopeState>[] {
  return stretchesOf<ScopeEvent, ScopeState>(
    historyOf(scopes, reference),
    (state, { event, window, position }) => {
      if (event.type === 'ScopeRegistered') {
        const { reference: own, name, code, within, governed = false } = event.data;
        return withoutUndefined({ reference: own, name, code, within, governed, members: [] });
      }
      if (!state) return undefined;
      const { added = [], removed = [], statedIn } = event.data;
      const left = new Set(removed.map((member) => normaliseReference(member)));
      const there = new Set(state.members.map(({ scope }) => normaliseReference(scope)));
      const joining = added.filter((member) => !there.has(normaliseReference(member)));
      const members = [
        ...state.members.filter(({ scope }) => !left.has(normaliseReference(scope))),
        ...joining.map((scope) => ({ scope, since: window, source: statedIn, position })),
      ];
      return { ...state, members };
    },
  );
}

/**
 * A scope as it was on a day. Undefined where it was not registered, or not yet there.
 *
 * @param on EDTF; a partial date stands at its first possible day, null (unknown) comes after everything recorded
 */
export function scopeOn(
  programme: Pick<Scopes, 'scopes'>,
  reference: string,
  on: string | null,
): ScopeState | undefined {
  return stretchOn(scopeStretches(programme, reference), on)?.state;
}

/** The members of a governed list on a day, with since when and by which source; none of a scope that is no list. */
export function scopeMembersOn(
  programme: Pick<Scopes, 'scopes'>,
  reference: string,
  on: string | null,
): readonly ScopeMember[] {
  return scopeOn(programme, reference, on)?.members ?? [];
}

/**
 * The scope, which must be there on that day.
 *
 * @throws Refusal `NOT_FOUND`, at `path`
 */
export function requireScope(
  programme: Pick<Scopes, 'scopes'>,
  reference: string,
  on: string | null,
  path: string,
): ScopeState {
  const state = scopeOn(programme, reference, on);
  if (state) return state;
  const known = historyOf(programme.scopes, reference).length > 0;
  const message = known
    ? `scope ${reference} was not there yet on ${spoken(on)}: it is registered with a later date`
    : `scope ${reference} is not registered: register it first`;
  return refuse('NOT_FOUND', path, message);
}

const codeShape = /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/;

export function registerScope(programme: Scopes, input: Input<Scope>): Dated<ScopeEvent> {
  const named = requireNew(programme, programme.scopes, 'scope', input);
  const { code, governed } = input;
  if (code !== undefined) {
    if (!codeShape.test(code)) {
      refuse(
        'INVALID_INPUT',
        'code',
        `"${code}" is no ISO 3166-2 code such as IQ-NI, and no country such as IQ`,
      );
    }
    if (governed) refuse('INVALID_INPUT', 'code', 'a governed list has no code of its own: its members have');
    const taken = [...programme.scopes.values()].some(([first]) => {
      return first?.event.type === 'ScopeRegistered' && first.event.data.code === code;
    });
    if (taken) refuse('ALREADY_EXISTS', 'code', `another scope has the code ${code}`);
  }
  const around =
    input.within === undefined
      ? undefined
      : requireScope(programme, input.within, effectiveOf(input), 'within');
  if (around?.governed) {
    const message = `${around.reference} is a governed list: change its membership instead`;
    refuse('INVALID_INPUT', 'within', message);
  }
  const data = {
    ...named,
    code,
    within: around?.reference,
    ...(governed && { governed }),
    ...reasonOf(input),
  };
  return withDates({ type: 'ScopeRegistered', data: withoutUndefined(data) }, input);
}

export function changeScopeMembership(
  programme: Scopes,
  input: Input<{
    readonly scope: string;
    readonly added?: readonly string[];
    readonly removed?: readonly string[];
    readonly source: LangText;
  }>,
): Dated<ScopeEvent> {
  const source = requireText(input.source, 'source');
  const on = effectiveOf(input);
  const state = requireScope(programme, input.scope, on, 'scope');
  const scope = state.reference;
  if (!state.governed) {
    refuse('INVALID_INPUT', 'scope', `${scope} is a place, not a governed list: it has no members`);
  }
  const seen = new Set<string>();
  const spelled = (references: readonly string[] = [], field: 'added' | 'removed') =>
    references.map((member, index) => {
      const path = `${field}.${index}`;
      const place = requireScope(programme, member, on, path);
      if (place.governed) {
        refuse('INVALID_INPUT', path, `${place.reference} is a governed list itself: name its members`);
      }
      if (seen.has(place.reference)) refuse('INVALID_INPUT', path, `${place.reference} is named twice`);
      seen.add(place.reference);
      const there = state.members.some((one) => one.scope === place.reference);
      if (field === 'added' && there) {
        refuse('NOTHING_TO_CHANGE', path, `${place.reference} is on the list on that day`);
      }
      if (field === 'removed' && !there) {
        refuse('NOT_FOUND', path, `${place.reference} is not on the list on ${spoken(on)}`);
      }
      return place.reference;
    });
  const added = spelled(input.added, 'added');
  const removed = spelled(input.removed, 'removed');
  if (added.length + removed.length === 0) {
    refuse('NOTHING_TO_CHANGE', 'added', 'say which scopes joined the list, or which left it');
  }
  const data = {
    scope,
    ...(added.length > 0 && { added }),
    ...(removed.length > 0 && { removed }),
    statedIn: source,
    ...reasonOf(input),
  };
  return withDates({ type: 'ScopeMembershipChanged', data }, input);
}
