import type { LangText } from '../text.js';
import type { ItemEvent } from './circumstances.js';

/*
 * The storage format of the steps an item is carried out by. Each has an original due date, which stays, and a current
 * one; what lies between are its slips.
 */
export type ActionEvent =
  | ItemEvent<
      'ReformItemActionAdded',
      {
        /** Unique within the item. */
        readonly action: string;
        readonly description: LangText;
        /** EDTF. */
        readonly due?: string;
        /** Reference of the organisation that takes the step. */
        readonly owner?: string;
      }
    >
  | ItemEvent<'ReformItemActionRescheduled', { readonly action: string; readonly due: string }>
  | ItemEvent<'ReformItemActionCompleted', { readonly action: string }>
  | ItemEvent<'ReformItemActionDropped', { readonly action: string }>;

export const actionStatuses = ['open', 'completed', 'dropped'] as const;
export type ActionStatus = (typeof actionStatuses)[number];

export interface Action {
  readonly action: string;
  readonly description: LangText;
  readonly owner: string | undefined;
  readonly status: ActionStatus;
  readonly originalDue: string | undefined;
  readonly currentDue: string | undefined;
  /** Every due date it has had after the first, oldest first. */
  readonly slips: readonly string[];
}

/** The action an item is planned with goes by this name, where the plan gives it none. */
const plannedAction = 'first';

export function evolveActions(actions: readonly Action[], event: ActionEvent): readonly Action[] {
  const change = (changed: (action: Action) => Partial<Action>) =>
    actions.map((action) =>
      action.action === event.data.action ? { ...action, ...changed(action) } : action,
    );
  switch (event.type) {
    case 'ReformItemActionAdded': {
      const { action, description, due, owner } = event.data;
      return [
        ...actions.filter((known) => known.action !== action),
        newAction(action, description, due, owner),
      ];
    }
    case 'ReformItemActionRescheduled': {
      const { due } = event.data;
      return change(({ slips, originalDue }) => ({
        currentDue: due,
        originalDue: originalDue ?? due,
        slips: originalDue === undefined ? slips : [...slips, due],
      }));
    }
    case 'ReformItemActionCompleted':
      return change(() => ({ status: 'completed' }));
    case 'ReformItemActionDropped':
      return change(() => ({ status: 'dropped' }));
  }
}

/** The first action of a plan; planned again, it keeps the due dates it had. */
export function withPlannedAction(
  actions: readonly Action[],
  description: LangText,
  due: string,
): readonly Action[] {
  const before = actions.find(({ action }) => action === plannedAction);
  const others = actions.filter(({ action }) => action !== plannedAction);
  if (!before?.originalDue) return [...others, newAction(plannedAction, description, due)];
  const slips = before.currentDue === due ? before.slips : [...before.slips, due];
  return [...others, { ...before, description, status: 'open', currentDue: due, slips }];
}

/** An action that has just been added. */
function newAction(action: string, description: LangText, due: string | undefined, owner?: string): Action {
  return { action, description, owner, status: 'open', originalDue: due, currentDue: due, slips: [] };
}
