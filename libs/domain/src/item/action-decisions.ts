import { withoutUndefined } from '../event.js';
import { type LangText, requireText } from '../text.js';
import type { Action } from './actions.js';
import { recordOnAxis } from './axis.js';
import type { DatedItemEvent, ItemInput } from './decisions.js';
import { refuse, requireEdtf, requireKnownNames, requireName, requireNewName } from './field-rules.js';
import type { ReformItem } from './reform-item.js';
import type { Step } from './timeline.js';

export interface ActionInput extends ItemInput {
  /** Unique within the item; the action an item is planned with is `first`. */
  readonly action: string;
  readonly description: LangText;
  /** EDTF. */
  readonly due?: string;
  /** Reference of the organisation that takes the step. */
  readonly owner?: string;
}

/** A further step towards the item, with the due date it is held to. */
export function addAction(history: readonly Step[], input: ActionInput): DatedItemEvent {
  const { action, description, due, owner } = input;
  requireName(action, 'action');
  requireText(description, 'description');
  requireEdtf(due, 'due');
  const data = withoutUndefined({ action, description, due, owner });
  return recordOnAxis(history, { type: 'ReformItemActionAdded', data }, input, (item) =>
    requireNewName(namesOf(item), action, 'action'),
  );
}

type OnAction = ItemInput & { readonly action: string };

/** Another due date, for a reason. The original one stays, and so does every date between: its slips. */
export function rescheduleAction(
  history: readonly Step[],
  input: OnAction & { readonly due: string },
): DatedItemEvent {
  const { action, due } = input;
  requireEdtf(due, 'due');
  return recordOnAxis(
    history,
    { type: 'ReformItemActionRescheduled', data: { action, due } },
    input,
    (item) => {
      const { currentDue } = requireOpen(item, action);
      if (currentDue === due) refuse('NOTHING_TO_CHANGE', 'due', `is the due date of ${action} already`);
      requireReason(input);
    },
  );
}

/** The step was taken. */
export function completeAction(history: readonly Step[], input: OnAction): DatedItemEvent {
  const { action } = input;
  return recordOnAxis(history, { type: 'ReformItemActionCompleted', data: { action } }, input, (item) => {
    requireOpen(item, action);
  });
}

/** The step will not be taken, for a reason. */
export function dropAction(history: readonly Step[], input: OnAction): DatedItemEvent {
  const { action } = input;
  return recordOnAxis(history, { type: 'ReformItemActionDropped', data: { action } }, input, (item) => {
    requireOpen(item, action);
    requireReason(input);
  });
}

function namesOf({ actions }: ReformItem): string[] {
  return actions.map(({ action }) => action);
}

function requireOpen(item: ReformItem, action: string): Action {
  requireKnownNames(namesOf(item), [action], () => 'action', 'action');
  const known = item.actions.find((one) => one.action === action)!;
  if (known.status !== 'open')
    refuse('INVALID_TRANSITION', 'action', `is ${known.status} at that date: add another action instead`);
  return known;
}

function requireReason({ reason }: ItemInput): void {
  if (!reason) refuse('REASON_REQUIRED', 'reason', 'is missing: say why');
}
