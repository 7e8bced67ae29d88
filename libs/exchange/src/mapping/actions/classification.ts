import { type Classification, type Provision, horizons, priorities, recordOnItem } from '@masar/domain';
import type { Vocabulary } from '../expression.js';
import type { AssignAction, ClassifyAction, DueDateAction, ProvisionSource } from '../language.js';
import { type Reader, compileChoice, compileEdtf, compileList, compileOptional } from '../value-readers.js';
import { type Compiled, recorded } from './planned.js';

/** Who leads, supports, takes part and funds; nothing where the row names no lead. */
export const compileAssign: Compiled<AssignAction> = (words, action) => {
  const readLeads = compileList(action.leads, words);
  const others = (['supporting', 'partners', 'funders'] as const).map(
    (part) => [part, compileList(action[part], words)] as const,
  );
  return (reading) => {
    const leads = readLeads(reading);
    if (leads.length === 0) return undefined;
    const named = others.map(([part, read]) => [part, read(reading)] as const);
    const rest = Object.fromEntries(named.filter(([, organisations]) => organisations.length > 0));
    return recorded((history, input) =>
      recordOnItem(history, { type: 'ReformItemAssigned', data: { leads, ...rest } }, input),
    );
  };
};

/** What the item is sorted by; nothing where the row says none of it. */
export const compileClassify: Compiled<ClassifyAction> = (words, action) => {
  const readThemes = compileList(action.themes, words);
  const readScopes = compileList(action.scopes, words);
  const readHorizon = compileChoice(action.horizon, horizons, 'horizon', words);
  const readPriority = compileChoice(action.priority, priorities, 'priority', words);
  const readProvision = compileProvision(action.provision, words);
  const readRequired = compileProvision(action.requires, words);
  return (reading) => {
    const themes = readThemes(reading);
    const scopes = readScopes(reading);
    const horizon = readHorizon(reading);
    const priority = readPriority(reading);
    const provision = readProvision(reading);
    const required = readRequired(reading);
    const data: Classification = {
      ...(themes.length > 0 && { themes }),
      ...(scopes.length > 0 && { scopes: scopes.map((scope) => ({ scope })) }),
      ...(horizon && { horizon }),
      ...(priority && { priority }),
      ...(provision && { provisions: [provision] }),
      ...(required && { requiresEnactmentOf: [required] }),
    };
    if (Object.keys(data).length === 0) return undefined;
    return recorded((history, input) => recordOnItem(history, { type: 'ReformItemClassified', data }, input));
  };
};

/** A provision of an instrument; undefined where the row names none. */
export function compileProvision(
  source: ProvisionSource | undefined,
  words: Vocabulary,
): Reader<Provision | undefined> {
  if (source === undefined) return () => undefined;
  const readInstrument = compileOptional(source.instrument, words);
  const readArticle = compileOptional(source.article, words);
  const readVersion = compileOptional(source.version, words);
  return (reading) => {
    const instrument = readInstrument(reading)?.trim();
    if (instrument === undefined) return undefined;
    const article = readArticle(reading);
    const version = readVersion(reading);
    return {
      instrument,
      ...(article !== undefined && { article }),
      ...(version !== undefined && { version }),
    };
  };
}

/** When it is due; nothing where the row does not say. */
export const compileDueDate: Compiled<DueDateAction> = (words, { due }) => {
  const readDue = compileEdtf(due, words);
  return (reading) => {
    const dueDate = readDue(reading);
    if (dueDate === undefined) return undefined;
    return recorded((history, input) =>
      recordOnItem(history, { type: 'ReformItemDueDateSet', data: { dueDate } }, input),
    );
  };
};
