import {
  type GivenDates,
  type LangText,
  type Outcome,
  adoptionManners,
  decisionKinds,
  type DecisionKind,
} from '@masar/domain';
import { type Vocabulary, compileCondition, compileExpression, heardBy } from './expression.js';
import type {
  Action,
  Circumstances,
  DecisionAction,
  DetailsAction,
  Mapping,
  RegisterAction,
} from './language.js';
import type { NamesByPart, PlannedAction } from './mapped-row.js';
import { shown } from './steps.js';
import {
  type Reader,
  compileAttributes,
  compileDate,
  compileOptional,
  compilePeople,
  compileReference,
  compileReferences,
  compileStatus,
  compileText,
} from './value-readers.js';

/** Reads an action from a row; undefined where its condition does not hold, or where it has nothing to say. */
export type ActionReader = Reader<PlannedAction | undefined>;

type Rest = Omit<PlannedAction, 'index' | 'reference' | 'dates' | 'reason'>;

export function compileAction(
  mapping: Mapping,
  words: Vocabulary,
  action: Action,
  index: number,
): ActionReader {
  const [circumstances] = Object.values(action) as [Circumstances];
  const when = compileCondition(circumstances.when, words);
  const reference = compileReference(circumstances.reference ?? mapping.reference, words);
  const dates = compileDates(mapping, words, circumstances);
  const reason = compileText(circumstances.reason, words);
  const rest = compileRest(mapping, words, action);
  return (reading) => {
    if (!when(reading)) return undefined;
    let failed = false;
    const planned = rest(
      heardBy(reading, (problem) => {
        failed = true;
        reading.problem(problem);
      }),
    );
    if (!planned) {
      // What else is wrong is said at once, not after the first is mended.
      if (failed) dates(reading);
      return undefined;
    }
    const why = reason(reading);
    const own = { index, reference: reference(reading), dates: dates(reading), ...(why && { reason: why }) };
    return { ...planned, ...own } as PlannedAction;
  };
}

/** Without a date of decision but with one of effect, when it was decided is unknown. */
function compileDates(mapping: Mapping, words: Vocabulary, circumstances: Circumstances): Reader<GivenDates> {
  const decidedOn = circumstances.decidedOn ?? mapping.decidedOn;
  const effective = circumstances.effective ?? mapping.effective;
  const readDecided = decidedOn === undefined ? () => ({ edtf: null }) : compileDate(decidedOn, words);
  const readEffective = effective === undefined ? undefined : compileDate(effective, words);
  return (reading) => ({
    decidedOn: readDecided(reading),
    ...(readEffective && { effective: readEffective(reading) }),
  });
}

function compileRest(mapping: Mapping, words: Vocabulary, action: Action): Reader<Rest | undefined> {
  if ('register' in action) return compileRegister(mapping, words, action.register);
  if ('state' in action) {
    const { state, status } = action.state;
    const read = state === undefined ? compileStatus(mapping, words, status) : () => ({ state, flags: [] });
    return (reading) => {
      const found = read(reading);
      return found && { kind: 'state', ...found };
    };
  }
  if ('details' in action) {
    const contents = compileContents(words, action.details);
    return (reading) => {
      const found = contents(reading);
      return Object.keys(found).length === 0 ? undefined : { kind: 'details', flags: [], ...found };
    };
  }
  if ('renumber' in action || 'alias' in action) {
    const kind = 'renumber' in action ? 'renumber' : 'alias';
    const to = compileReference('renumber' in action ? action.renumber.to : action.alias.to, words);
    return (reading) => ({ kind, flags: [], to: to(reading) });
  }
  if ('decision' in action) return compileDecision(mapping, words, action.decision);
  const kind = 'remove' in action ? 'remove' : 'restore';
  return () => ({ kind, flags: [] });
}

function compileRegister(
  mapping: Mapping,
  words: Vocabulary,
  action: RegisterAction,
): Reader<Rest | undefined> {
  const contents = compileContents(words, action);
  const workshop = compileOptional(action.workshop, words);
  const { state } = action;
  const status =
    state === undefined ? compileStatus(mapping, words, action.status) : () => ({ state, flags: [] });
  const [firstTitle] = Object.values(action.title);
  return (reading) => {
    const { title, attributes, people, ...text } = contents(reading);
    const standing = status(reading);
    if (!title) {
      const path = compileExpression(firstTitle!, words)(reading).path;
      reading.problem({ path, message: 'gives no title: name another field for it, with first:' });
    }
    if (!standing || !title) return undefined;
    // Nothing was there before, so there is nothing to remove.
    const given = Object.entries(attributes ?? {}).filter(([, value]) => value !== null);
    const named = Object.entries(people ?? {}).filter(([, names]) => names.length > 0);
    const where = workshop(reading);
    return {
      kind: 'register',
      title,
      ...text,
      ...standing,
      ...(given.length > 0 && { attributes: Object.fromEntries(given) }),
      ...(named.length > 0 && { people: Object.fromEntries(named) }),
      ...(where !== undefined && { workshop: where }),
    };
  };
}

interface Contents {
  readonly title?: LangText;
  readonly text?: LangText;
  readonly attributes?: { readonly [name: string]: string | null };
  readonly people?: NamesByPart;
}

function compileContents(words: Vocabulary, action: DetailsAction): Reader<Contents> {
  const title = compileText(action.title, words);
  const text = compileText(action.text, words);
  const attributes = compileAttributes(action.attributes, words);
  const parts = Object.entries(action.people ?? {}).map(
    ([part, source]) => [part, compilePeople(source, words)] as const,
  );
  return (reading) => {
    const found = { title: title(reading), text: text(reading), attributes: attributes(reading) };
    const people = parts.flatMap(([part, read]) => {
      const names = read(reading);
      return names ? [[part, names] as const] : [];
    });
    return Object.fromEntries(
      Object.entries({ ...found, people: people.length > 0 ? Object.fromEntries(people) : undefined }).filter(
        ([, value]) => value !== undefined,
      ),
    );
  };
}

function compileDecision(
  mapping: Mapping,
  words: Vocabulary,
  action: DecisionAction,
): Reader<Rest | undefined> {
  const { kind, mode, method } = action;
  const readKind =
    typeof kind === 'string' ? () => ({ value: kind, path: undefined }) : compileExpression(kind, words);
  const items = action.items === undefined ? undefined : compileReferences(action.items, words);
  const own = compileReference(action.reference ?? mapping.reference, words);
  const names = (['body', 'workshop', 'session', 'minutes'] as const).map(
    (name) => [name, compileOptional(action[name], words)] as const,
  );
  const note = compileText(action.note, words);
  const outcome = compileOutcome(words, action);
  return (reading) => {
    const { value, path } = readKind(reading);
    const known = decisionKinds.find((candidate) => candidate === value);
    if (!known) {
      reading.problem({
        path,
        message: `${shown(value ?? '')} is no kind of decision: ${decisionKinds.join(', ')}`,
        shows: value ?? '',
      });
      return undefined;
    }
    const decided = outcome(reading, known);
    if (!decided) return undefined;
    const about = note(reading);
    return {
      kind: 'decision',
      flags: [],
      items: items ? items(reading) : [own(reading)],
      outcome: decided,
      ...Object.fromEntries(
        names.flatMap(([name, read]) => {
          const text = read(reading);
          return text === undefined ? [] : [[name, text]];
        }),
      ),
      ...(mode && { mode }),
      ...(method && { method }),
      ...(about && { note: about }),
    } as Rest;
  };
}

function compileOutcome(
  words: Vocabulary,
  action: DecisionAction,
): (reading: Parameters<ActionReader>[0], kind: DecisionKind) => Outcome | undefined {
  const title = compileText(action.title, words);
  const text = compileText(action.text, words);
  const to = compileText(action.to, words);
  const until = action.until === undefined ? undefined : compileDate(action.until, words);
  const into = action.into === undefined ? () => [] : compileReferences(action.into, words);
  const by = action.by === undefined ? () => [] : compileReferences(action.by, words);
  return (reading, kind): Outcome | undefined => {
    const wording = { title: title(reading), text: text(reading) };
    const needs = <T>(value: T | undefined, field: string): T | undefined => {
      if (value === undefined) reading.problem({ message: `a decision to ${kind} needs "${field}"` });
      return value;
    };
    switch (kind) {
      case 'adopt':
        return { kind, manner: action.manner ?? adoptionManners[0], ...wording };
      case 'amend':
        return { kind, ...wording };
      case 'defer':
        return { kind, until: until?.(reading).edtf ?? undefined };
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
        const as = needs(action.as, 'as');
        return as && { kind, as, cause: action.cause };
      }
      case 'reopen':
        return { kind, to: action.reopenTo };
      case 'approve':
      case 'reject':
      case 'resume':
      case 'return':
      case 'discuss':
        return { kind };
      default:
        reading.problem({ message: `a decision to ${kind} is not one a mapping can describe` });
        return undefined;
    }
  };
}
