import type { ItemEvent } from './circumstances.js';
import type { Horizon } from './events.js';

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
