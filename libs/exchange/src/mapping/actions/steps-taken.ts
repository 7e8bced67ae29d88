import { addAction, completeAction, dropAction, rescheduleAction } from '@masar/domain';
import { type ActionAction, actionSteps } from '../language.js';
import { compileChoice, compileEdtf, compileOptional, compileText } from '../value-readers.js';
import { type Compiled, recorded } from './planned.js';

/** A name within an item has no white space. */
export function asName(text: string): string {
  return text.trim().replace(/\s+/gu, '-');
}

/** A step towards the item, and what becomes of it; nothing where the row names or describes none. */
export const compileStepTaken: Compiled<ActionAction> = (words, source) => {
  const readName = compileOptional(source.action, words);
  const readIs = compileChoice(source.is ?? 'added', actionSteps, 'step of an action', words);
  const readDescription = compileText(source.description, words);
  const readDue = compileEdtf(source.due, words);
  const readOwner = compileOptional(source.owner, words);
  return (reading) => {
    const name = readName(reading);
    const is = readIs(reading);
    if (name === undefined || is === undefined) return undefined;
    const action = asName(name);
    const due = readDue(reading);
    if (is === 'completed')
      return recorded((history, input) => completeAction(history, { ...input, action }));
    if (is === 'dropped') return recorded((history, input) => dropAction(history, { ...input, action }));
    if (is === 'rescheduled') {
      if (due === undefined) return undefined;
      return recorded((history, input) => rescheduleAction(history, { ...input, action, due }));
    }
    const description = readDescription(reading);
    if (!description) return undefined;
    const owner = readOwner(reading)?.trim();
    return recorded((history, input) => addAction(history, { ...input, action, description, due, owner }));
  };
};
