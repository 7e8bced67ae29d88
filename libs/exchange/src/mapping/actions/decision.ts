import {
  type DecisionKind,
  type DelegationPosition,
  type Outcome,
  type Quorum,
  type Votes,
  adoptionManners,
  closedAs,
  closureCauses,
  decisionKinds,
  decisionMethods,
  decisionModes,
  horizons,
  lifecycleStates,
  priorities,
} from '@masar/domain';
import { type Reading, type Vocabulary, compileExpression } from '../expression.js';
import type { DecisionAction, Expression, Mapping } from '../language.js';
import { shown } from '../steps.js';
import {
  type Reader,
  compileChoice,
  compileEdtf,
  compileList,
  compileOptional,
  compileReference,
  compileReferences,
  compileText,
} from '../value-readers.js';
import { compileProvision } from './classification.js';
import type { Said } from './planned.js';

/** A decision of a body on one or more items. */
export function compileDecision(
  mapping: Mapping,
  words: Vocabulary,
  action: DecisionAction,
): Reader<Said | undefined> {
  const readKind = compileKind(action.kind, words);
  const items = action.items === undefined ? undefined : compileReferences(action.items, words);
  const own = compileReference(action.reference ?? mapping.reference, words);
  const outcome = compileOutcome(words, action);
  const read = compileAbout(words, action);
  return (reading) => {
    const kind = readKind(reading);
    const decided = kind && outcome(reading, kind);
    if (!decided) return undefined;
    return {
      kind: 'decision',
      flags: [],
      items: items ? items(reading) : [own(reading)],
      outcome: decided,
      ...read(reading),
    } as Said;
  };
}

function compileKind(kind: DecisionAction['kind'], words: Vocabulary): Reader<DecisionKind | undefined> {
  if (typeof kind === 'string') return () => kind;
  const read = compileExpression(kind, words);
  return (reading) => {
    const { value, path } = read(reading);
    const known = decisionKinds.find((candidate) => candidate === value);
    if (!known) {
      const message = `${shown(value ?? '')} is no kind of decision: ${decisionKinds.join(', ')}`;
      reading.problem({ path, message, shows: value ?? '' });
    }
    return known;
  };
}

/** All that is known of a decision beside what it does to its items. */
function compileAbout(words: Vocabulary, action: DecisionAction): Reader<object> {
  const names = (['body', 'workshop', 'session', 'minutes'] as const).map(
    (name) => [name, compileOptional(action[name], words)] as const,
  );
  const readers: readonly (readonly [string, Reader<unknown>])[] = [
    ...names,
    ['mode', compileChoice(action.mode, decisionModes, 'mode of deciding', words)],
    ['method', compileChoice(action.method, decisionMethods, 'method of deciding', words)],
    ['note', compileText(action.note, words)],
    ['votes', compileVotes(action.votes, words)],
    ['quorum', compileQuorum(action.quorum, words)],
    ['positions', compilePositions(action.positions, words)],
    ['basis', compileBasis(action.basis, words)],
  ];
  return (reading) =>
    Object.fromEntries(
      readers.flatMap(([name, read]) => {
        const value = read(reading);
        return value === undefined ? [] : [[name, value]];
      }),
    );
}

function compileBasis(source: DecisionAction['basis'], words: Vocabulary): Reader<object | undefined> {
  const read = compileProvision(source, words);
  return (reading) => {
    const provision = read(reading);
    return provision && [provision];
  };
}

function compileCount(source: Expression | undefined, words: Vocabulary): Reader<number | undefined> {
  if (source === undefined) return () => undefined;
  const read = compileExpression(source, words);
  return (reading) => {
    const { value, path } = read(reading);
    if (value === null || value.trim() === '') return undefined;
    if (/^\d{1,9}$/.test(value.trim())) return Number(value);
    reading.problem({ path, message: `${shown(value)} is no count: write 0, 1, 2, …`, shows: value });
    return undefined;
  };
}

/** Votes are known where all three counts are. */
function compileVotes(source: DecisionAction['votes'], words: Vocabulary): Reader<Votes | undefined> {
  const counts = (['for', 'against', 'abstained'] as const).map((side) =>
    compileCount(source?.[side], words),
  );
  return (reading) => {
    const [inFavour, against, abstained] = counts.map((read) => read(reading));
    if (inFavour === undefined || against === undefined || abstained === undefined) return undefined;
    return { for: inFavour, against, abstained };
  };
}

function compileQuorum(source: DecisionAction['quorum'], words: Vocabulary): Reader<Quorum | undefined> {
  const readPresent = compileCount(source?.present, words);
  const readRequired = compileCount(source?.required, words);
  return (reading) => {
    const present = readPresent(reading);
    const required = readRequired(reading);
    return present === undefined ? undefined : { present, ...(required !== undefined && { required }) };
  };
}

function compilePositions(
  source: DecisionAction['positions'],
  words: Vocabulary,
): Reader<DelegationPosition[] | undefined> {
  const groups = (source ?? []).map(
    ({ is, delegations, text }) => [is, compileList(delegations, words), compileText(text, words)] as const,
  );
  return (reading) => {
    const found = groups.flatMap(([position, read, readText]) => {
      const text = readText(reading);
      return read(reading).map((delegation) => ({ delegation, position, ...(text && { text }) }));
    });
    return found.length === 0 ? undefined : found;
  };
}

function compileOutcome(
  words: Vocabulary,
  action: DecisionAction,
): (reading: Reading, kind: DecisionKind) => Outcome | undefined {
  const title = compileText(action.title, words);
  const text = compileText(action.text, words);
  const to = compileText(action.to, words);
  const until = compileEdtf(action.until, words);
  const into = action.into === undefined ? () => [] : compileReferences(action.into, words);
  const by = action.by === undefined ? () => [] : compileReferences(action.by, words);
  const manner = compileChoice(action.manner, adoptionManners, 'manner of adopting', words);
  const as = compileChoice(action.as, closedAs, 'way of closing', words);
  const cause = compileChoice(action.cause, closureCauses, 'cause of closing', words);
  const reopenTo = compileChoice(action.reopenTo, lifecycleStates, 'state', words);
  const horizon = compileChoice(action.horizon, horizons, 'horizon', words);
  const priority = compileChoice(action.priority, priorities, 'priority', words);
  const dueDate = compileEdtf(action.dueDate, words);
  const scopes = compileList(action.scopes, words);
  const leads = compileList(action.leads, words);
  const others = (['supporting', 'partners', 'funders'] as const).map(
    (part) => [part, compileList(action[part], words)] as const,
  );
  return (reading, kind): Outcome | undefined => {
    const needs = <T>(value: T | undefined, field: string): T | undefined => {
      if (value === undefined) reading.problem({ message: `a decision to ${kind} needs "${field}"` });
      return value;
    };
    switch (kind) {
      case 'adopt':
        return {
          kind,
          manner: manner(reading) ?? adoptionManners[0],
          title: title(reading),
          text: text(reading),
        };
      case 'amend':
        return { kind, title: title(reading), text: text(reading) };
      case 'defer':
        return { kind, until: until(reading) };
      case 'refer': {
        const whom = needs(to(reading), 'to');
        return whom && { kind, to: whom };
      }
      case 'merge': {
        const target = needs(into(reading)[0], 'into');
        return target === undefined ? undefined : { kind, into: target };
      }
      case 'split':
        return { kind, into: into(reading) };
      case 'supersede':
        return { kind, by: by(reading) };
      case 'close': {
        const way = needs(as(reading), 'as');
        return way && { kind, as: way, cause: cause(reading) };
      }
      case 'reopen':
        return { kind, to: reopenTo(reading) };
      case 'assign': {
        const named = others.map(([part, read]) => [part, read(reading)] as const);
        const rest = Object.fromEntries(named.filter(([, organisations]) => organisations.length > 0));
        return { kind, leads: leads(reading), ...rest };
      }
      case 'setHorizon': {
        const when = needs(horizon(reading), 'horizon');
        return when && { kind, horizon: when };
      }
      case 'setPriority': {
        const urgency = needs(priority(reading), 'priority');
        return urgency && { kind, priority: urgency };
      }
      case 'setScope':
        return { kind, scopes: scopes(reading).map((scope) => ({ scope })) };
      case 'setDueDate': {
        const due = needs(dueDate(reading), 'dueDate');
        return due === undefined ? undefined : { kind, dueDate: due };
      }
      case 'approve':
      case 'reject':
      case 'resume':
      case 'return':
      case 'discuss':
        return { kind };
      case 'revoke':
      case 'annul':
        reading.problem({
          message: `a decision to ${kind} names the decision it undoes, which no row of a file can`,
        });
        return undefined;
    }
  };
}
