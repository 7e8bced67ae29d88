import { matchingForm } from '@masar/domain';
import type { ColumnProfile } from './column-profile.js';
import { type HeaderRole, headerFit, headerSays } from './header-words.js';
import { guessState } from './status-words.js';

/** What a column was taken for, and why. */
export interface Use {
  readonly column: ColumnProfile;
  readonly why: string;
}

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

const email = /\S@\S+\.\S/;
const phone = /^\+?\d[\d ()-]{6,}$/;
const personName =
  /^\p{Lu}[\p{L}\p{M}'’.-]*(?:,? \p{Lu}[\p{L}\p{M}'’.-]*){1,3}$|^[\u0621-\u064a]+(?: [\u0621-\u064a]+){1,3}$/u;
const organisationWords =
  /\b(?:ministry|department|directorate|agency|authority|committee|commission|council|office|unit|division|board|bureau|service|services|ltd|limited|inc|corp|company|group|university|ministère|direction|comité|conseil|bureau)\b|وزارة|مديرية|قسم|دائرة|هيئة|لجنة|مكتب|مجلس|شركة/iu;
const recorderWords =
  /\b(?:actor|committer|commit author|(?:changed|updated|modified|recorded|entered|logged|noted) by|user|by)\b/i;
/** Posts of those who keep a register: names in such a column are of who recorded, and are no part of the item. */
const recorderPosts =
  /\b(?:clerk|registrar|scribe|(?:note|minute)[ -]?taker|greffier)\b|الكاتب|كاتب المحضر/iu;
const creation =
  /^(?:create|created|creation|new|opened|added|registered|registration|introduced|submitted|initial|first|création|créé|créée|nouveau|نشاء|انشاء|إنشاء|جديد|جديدة|تسجيل)\b/iu;

export function isCreation(value: string): boolean {
  return creation.test(value.trim()) || /^(?:إنشاء|انشاء|جديد|جديدة|تسجيل)/u.test(value.trim());
}

/** True for columns whose values are ways to reach a person: they are people's whatever their header says. */
function holdsContacts(column: ColumnProfile): boolean {
  return column.share(email) > 0.3 || (headerSays(column.name, 'person') && column.share(phone) > 0.5);
}

/** Columns are given roles in turn: what is surest first, and each column once. */
class Assignment {
  private readonly taken = new Set<ColumnProfile>();

  constructor(private readonly columns: readonly ColumnProfile[]) {}

  get free(): ColumnProfile[] {
    return this.columns.filter((column) => !this.taken.has(column));
  }

  take(column: ColumnProfile, why: string): Use {
    this.taken.add(column);
    return { column, why };
  }

  /** The column that scores best, where one scores at all. */
  best(score: (column: ColumnProfile) => number, why: (column: ColumnProfile) => string): Use | undefined {
    const [found] = this.free
      .map((column) => ({ column, points: score(column) }))
      .filter(({ points }) => points > 0)
      .sort((a, b) => b.points - a.points);
    return found && this.take(found.column, why(found.column));
  }

  named(role: HeaderRole, fits: (column: ColumnProfile) => boolean, why: string): Use | undefined {
    return this.best(
      (column) => (fits(column) ? headerFit(column.name, role) : 0),
      () => why,
    );
  }
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
          if (recorderWords.test(column.name.replace(/[_.]/g, ' '))) return 1;
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

/** Names of people: by the header, unless the values are organisations. What is in doubt is taken for people. */
function isPeople(column: ColumnProfile): boolean {
  const named = headerFit(column.name, 'person');
  if (named === 0 || column.isDate || column.averageLength > 80) return false;
  const organisations = column.share(organisationWords);
  const isPerson = column.share(personName);
  const saysOther = Math.max(headerFit(column.name, 'lead'), headerFit(column.name, 'addressee'));
  if (saysOther > 0 && isPerson < 0.5) return named > saysOther && organisations < 0.2;
  return organisations < 0.5;
}

function isRecorder(column: ColumnProfile): boolean {
  const name = column.name.replace(/[_.]/g, ' ');
  return (recorderWords.test(name) || recorderPosts.test(name)) && isPeople(column);
}

function guessWords(all: Assignment): { titles: Use[]; texts: Use[] } {
  const isProse = (column: ColumnProfile): boolean =>
    !column.isDate && !column.isList && column.averageLength > 3;
  const titles: Use[] = [];
  const texts: Use[] = [];
  const languages = new Set<string>();
  const take = (
    role: 'title' | 'text',
    into: Use[],
    fits: (column: ColumnProfile) => boolean,
    why: string,
  ): void => {
    languages.clear();
    for (;;) {
      const found = all.best(
        (column) =>
          isProse(column) && fits(column) && !languages.has(column.language)
            ? headerFit(column.name, role) * (column.filled > 0 ? 1 : 0)
            : 0,
        () => why,
      );
      if (!found) return;
      languages.add(found.column.language);
      into.push(found);
    }
  };
  take(
    'title',
    titles,
    ({ averageLength, uniqueness, distinct }) => averageLength <= 150 && (uniqueness > 0.3 || distinct > 10),
    'its header says it is a title',
  );
  take('text', texts, ({ averageLength }) => averageLength > 25, 'its header says it is the text');
  if (texts.length === 0 && titles.length === 0) {
    const longest = all.best(
      (column) =>
        isProse(column) &&
        column.averageLength > 25 &&
        column.uniqueness > 0.5 &&
        !headerSays(column.name, 'reason')
          ? column.averageLength
          : 0,
      () => 'the longest words there are',
    );
    if (longest) texts.push(longest);
  }
  return { titles, texts };
}

/** What stands between the entries of cells that hold several; undefined where they hold one. */
export function separatorOf(column: ColumnProfile): string | undefined {
  if (column.isList) return undefined;
  const values = [...column.counts.keys()];
  const shares = [';', '|', '\n', ' / ', ','].map((separator) => {
    const having = values.filter((value) => value.includes(separator));
    const parts = having.flatMap((value) => value.split(separator).map((part) => part.trim()));
    const isList =
      parts.every((part) => part.length < 60) && parts.filter((part) => part !== '').length > having.length;
    // "Lastname, Firstname" is one name: a comma separates names of two words and more.
    const named = parts.filter((part) => part !== '');
    const isNames =
      separator !== ',' || named.filter((part) => /\s/.test(matchingForm(part))).length >= named.length * 0.8;
    return { separator, share: isList && isNames ? having.length / Math.max(values.length, 1) : 0 };
  });
  const [best] = shares.sort((a, b) => b.share - a.share);
  return best && best.share > 0.05 ? best.separator : undefined;
}
