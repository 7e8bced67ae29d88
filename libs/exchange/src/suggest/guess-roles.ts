import { Assignment, type Use } from './column-assignment.js';
import type { ColumnProfile } from './column-profile.js';
import { guessWords } from './guess-words.js';
import { headerFit, headerSays } from './header-words.js';
import { holdsContacts, isPeople, isRecorder, saysRecorder } from './people-columns.js';
import { guessState } from './status-words.js';

/** What the columns of a file seem to be for. */
export interface Roles {
  readonly reference?: Use;
  /** Different in every row, where the reference is not. */
  readonly identity?: Use;
  readonly event?: Use;
  readonly status?: Use;
  readonly fromStatus?: Use;
  /** Which field of the item a change is of, where changes of its status are only some of them. */
  readonly changedField?: Use & { readonly statusWord: string };
  readonly titles: readonly Use[];
  readonly texts: readonly Use[];
  readonly made?: Use;
  readonly closed?: Use;
  readonly due?: Use;
  readonly changedOn?: Use;
  readonly recordedOn?: Use;
  readonly recordedBy?: Use;
  readonly addressee?: Use;
  readonly lead?: Use;
  readonly response?: Use;
  readonly reason?: Use;
  readonly priority?: Use;
  readonly people: readonly Use[];
  /** Names of who recorded each change, beside the one who is asked for. */
  readonly recorders: readonly ColumnProfile[];
  readonly attributes: readonly ColumnProfile[];
  /** Nothing in them. */
  readonly empty: readonly ColumnProfile[];
}

const creation =
  /^(?:create|created|creation|new|opened|added|registered|registration|introduced|submitted|initial|first|création|créé|créée|nouveau|نشاء|انشاء|إنشاء|جديد|جديدة|تسجيل)\b/iu;

export function isCreation(value: string): boolean {
  return creation.test(value.trim()) || /^(?:إنشاء|انشاء|جديد|جديدة|تسجيل)/u.test(value.trim());
}

/** A reference has a number or a code in it, is short, and hardly ever missing. */
export function referencePoints(column: ColumnProfile, index: number): number {
  if (
    column.isList ||
    column.filled === 0 ||
    column.isDate ||
    column.averageLength > 60 ||
    column.fullness < 0.7
  )
    return 0;
  const named = headerFit(column.name, 'reference') * 2;
  const isCode = column.share(/\d/) > 0.8 && column.averageLength < 30 ? 1 : 0;
  const isHash = column.share(/^[0-9a-f]{20,}$/i) > 0.8;
  if (isHash || (named === 0 && (isCode === 0 || column.uniqueness < 0.9))) return 0;
  if (column.distinct < 2 && column.rows > 1) return 0;
  return named + isCode + (index === 0 ? 0.5 : 0) + (column.lines === 0 ? 0.5 : -2);
}

/** @param perChange rows are changes of items, not items */
export function guessRoles(
  columns: readonly ColumnProfile[],
  reference: ColumnProfile | undefined,
  perChange: boolean,
): Roles {
  const all = new Assignment(columns);
  const empty = columns.filter(({ filled }) => filled === 0);
  for (const column of empty) all.take(column, '');
  const referenceUse =
    reference &&
    all.take(
      reference,
      reference.uniqueness > 0.97
        ? 'short, and different in nearly every row'
        : 'short, and comes up again and again',
    );
  const recordedBy = perChange
    ? all.best(
        (column) => {
          if (column.isDate) return 0;
          if (saysRecorder(column)) return 1;
          return isRecorder(column) ? 0.5 : 0;
        },
        () => 'who recorded the change',
      )
    : undefined;
  const contacts = all.free
    .filter(holdsContacts)
    .map((column) => all.take(column, 'it holds addresses of people'));
  const identity = perChange
    ? all.best(
        (column) =>
          column.uniqueness === 1 && column.fullness === 1 && headerSays(column.name, 'reference') ? 1 : 0,
        () => 'different in every row',
      )
    : undefined;
  const event = perChange ? guessEvent(all) : undefined;
  const isStatusLike = (column: ColumnProfile): boolean =>
    !column.isList && !column.isDate && !column.isOpen && column.distinct <= 60 && column.averageLength < 60;
  const fromStatus = perChange
    ? all.named('fromStatus', isStatusLike, 'what the status was before')
    : undefined;
  const status =
    (perChange ? all.named('toStatus', isStatusLike, 'what the status is from then on') : undefined) ??
    all.best(
      (column) => (isStatusLike(column) ? statusPoints(column) : 0),
      (column) => `${column.distinct} different values, of which ${knownStates(column)} say a state`,
    );
  const changedField = perChange && status ? guessChangedField(all) : undefined;
  const dates = guessDateRoles(all, perChange);
  const recorders = perChange ? all.free.filter(isRecorder) : [];
  for (const column of recorders) all.take(column, '');
  const people = [
    ...contacts,
    ...all.free
      .filter((column) => isPeople(column))
      .map((column) => all.take(column, 'its header and its values look like names of people')),
  ];
  // A change has words of its own beside the title of its item: a message, a comment.
  const hasTitle = all.free.some(({ name }) => /(?:^|\W)(?:title|name|titre)$|عنوان/i.test(name));
  const isWords = (column: ColumnProfile): boolean => !column.isDate && column.filled > 0;
  const reason = perChange && hasTitle ? all.named('reason', isWords, 'words on each change') : undefined;
  const { titles, texts } = guessWords(all);
  const response = perChange ? undefined : all.named('response', isWords, 'its header says it is an answer');
  const isShort = (column: ColumnProfile): boolean => isWords(column) && column.averageLength < 80;
  const addressee = all.named('addressee', isShort, 'its header says to whom it is addressed');
  const isKind = (column: ColumnProfile): boolean => /type|kind|category|class|نوع|فئة/i.test(column.name);
  const lead = all.named(
    'lead',
    (column) => isShort(column) && !isKind(column),
    'its header says who carries it out',
  );
  const priority = all.named('priority', (column) => isShort(column) && column.distinct <= 10, 'few values');
  return {
    ...(referenceUse && { reference: referenceUse }),
    ...(identity && { identity }),
    ...(event && { event }),
    ...(status && { status }),
    ...(fromStatus && { fromStatus }),
    ...(changedField && { changedField }),
    titles,
    texts,
    ...dates,
    ...(recordedBy && { recordedBy }),
    ...(addressee && { addressee }),
    ...(lead && { lead }),
    ...(response && { response }),
    ...(reason && { reason }),
    ...(priority && { priority }),
    people,
    recorders,
    attributes: all.free,
    empty,
  };
}

function guessEvent(all: Assignment): Use | undefined {
  return all.best(
    (column) => {
      if (column.isOpen || column.distinct > 20 || column.distinct < 2) return 0;
      const creates = [...column.counts.keys()].some(isCreation);
      return headerFit(column.name, 'event') + (creates ? 1 : -1);
    },
    () => 'it says what each row is: one of its values is of new items',
  );
}

function guessChangedField(all: Assignment): Roles['changedField'] {
  const isStatus = (value: string): boolean => /^(?:status|state|statut|الحالة)$/i.test(value.trim());
  const column = all.free.find(
    ({ name, counts, distinct }) =>
      /(?:^|\W)(?:field|field changed|changed field|attribute|property|champ|الحقل)$/i.test(name) &&
      distinct < 200 &&
      [...counts.keys()].some(isStatus),
  );
  if (!column) return undefined;
  const statusWord = [...column.counts.keys()].find(isStatus)!.trim();
  return { ...all.take(column, 'it says which field of the item changed'), statusWord };
}

function knownStates(column: ColumnProfile): number {
  return [...column.counts.keys()].filter((value) => guessState(value) !== undefined).length;
}

function statusPoints(column: ColumnProfile): number {
  const known = knownStates(column) / Math.max(column.distinct, 1);
  const named = headerFit(column.name, 'status');
  if (named === 0 && (known < 0.6 || column.distinct < 2 || column.averageLength > 30)) return 0;
  return named * 2 + known * 2;
}

function guessDateRoles(
  all: Assignment,
  perChange: boolean,
): Pick<Roles, 'made' | 'closed' | 'due' | 'changedOn' | 'recordedOn'> {
  const isDate = (column: ColumnProfile): boolean => column.isDate;
  const due = all.named('due', isDate, 'its header says when it is due');
  if (perChange) {
    const recordedOn = all.best(
      (column) => (isDate(column) && headerFit(column.name, 'recordedOn') === 2 ? 1 : 0),
      () => 'when the source recorded it',
    );
    const changedOn =
      all.named('changedOn', isDate, 'when it changed') ??
      all.best(
        (column) => (isDate(column) ? column.fullness : 0),
        () => 'the one date there is',
      );
    return { ...(due && { due }), ...(changedOn && { changedOn }), ...(recordedOn && { recordedOn }) };
  }
  const closed =
    all.named('closed', isDate, 'its header says when it ended') ??
    all.named('statusDate', isDate, 'its header says since when the status holds');
  const made =
    all.named('made', isDate, 'its header says when it was made') ??
    all.best(
      (column) => (isDate(column) && headerSays(column.name, 'date') ? column.fullness : 0),
      () => 'the first date there is',
    );
  return { ...(due && { due }), ...(made && { made }), ...(closed && { closed }) };
}
