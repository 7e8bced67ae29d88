import { isSha256 } from '../digest.js';
import { type Dated, withDates, withoutUndefined } from '../event.js';
import { type Histories, type Stretch, historyOf, stretchOn, stretchesOf } from '../history.js';
import { type LangText, matchingForm, requireText } from '../text.js';
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

export const instrumentKinds = ['law', 'strategy', 'plan'] as const;
export type InstrumentKind = (typeof instrumentKinds)[number];
export const instrumentStatuses = ['draft', 'adopted', 'inForce', 'amended', 'repealed', 'notKnown'] as const;
export type InstrumentStatus = (typeof instrumentStatuses)[number];

export interface Instrument extends Named {
  readonly kind: InstrumentKind;
  readonly status: InstrumentStatus;
}

export interface Article {
  /** As the instrument numbers it: `5`, `12 bis`, `٣`. */
  readonly article: string;
  readonly heading?: LangText;
}

/** A version of an instrument as it was published or drafted. */
export interface InstrumentVersion {
  readonly version: string;
  /** The articles it has; empty where they were not listed. */
  readonly articles: readonly Article[];
  readonly title: LangText | undefined;
  /** Where it can be read, and the SHA-256 (hex) of what was read there. */
  readonly uri: string | undefined;
  readonly sha256: string | undefined;
  /** Its own status, where one was said of it rather than of the instrument. */
  readonly status: InstrumentStatus | undefined;
}

/*
 * The storage format of an instrument over time, on its programme's stream. Add fields, never rename.
 */
export type InstrumentEvent =
  | { readonly type: 'InstrumentRegistered'; readonly data: Common & Instrument }
  | {
      readonly type: 'InstrumentVersionAdded';
      readonly data: Common & {
        readonly instrument: string;
        readonly version: string;
        readonly articles?: readonly Article[];
        readonly title?: LangText;
        readonly uri?: string;
        readonly sha256?: string;
      };
    }
  | {
      readonly type: 'InstrumentStatusChanged';
      /** With `version`, the status is that version's. */
      readonly data: Common & {
        readonly instrument: string;
        readonly status: InstrumentStatus;
        readonly version?: string;
      };
    };

/** An instrument as it was on a day. */
export interface InstrumentState extends Named {
  readonly kind: InstrumentKind;
  readonly status: InstrumentStatus;
  /** The versions there were, in the order of effect; the last is the current one. */
  readonly versions: readonly InstrumentVersion[];
}

/** The instruments of a programme, each with its history. */
export interface Instruments {
  readonly reference: string;
  readonly instruments: Histories<InstrumentEvent>;
}

/** The instrument an event is about. */
export function instrumentIn(event: InstrumentEvent): string {
  return event.type === 'InstrumentRegistered' ? event.data.reference : event.data.instrument;
}

export function evolveInstrument(
  state: InstrumentState | undefined,
  event: InstrumentEvent,
): InstrumentState | undefined {
  if (event.type === 'InstrumentRegistered') {
    const { reference, name, kind, status } = event.data;
    return { reference, name, kind, status, versions: [] };
  }
  if (!state) return undefined;
  switch (event.type) {
    case 'InstrumentVersionAdded': {
      const { version, articles = [], title, uri, sha256 } = event.data;
      const added = { version, articles, title, uri, sha256, status: undefined };
      return { ...state, versions: [...state.versions, added] };
    }
    case 'InstrumentStatusChanged': {
      const { status, version } = event.data;
      if (version === undefined) return { ...state, status };
      const versions = state.versions.map((one) => (isVersion(one, version) ? { ...one, status } : one));
      return { ...state, versions };
    }
  }
}

/** The stretches of an instrument, in the order of effect; none where it is not registered. */
export function instrumentStretches(
  { instruments }: Pick<Instruments, 'instruments'>,
  reference: string,
): Stretch<InstrumentState>[] {
  return stretchesOf<InstrumentEvent, InstrumentState>(
    historyOf(instruments, reference),
    (state, { event }) => evolveInstrument(state, event),
  );
}

/**
 * An instrument as it was on a day: status, versions, articles. Undefined where it was not registered, or not yet there.
 *
 * @param on EDTF; a partial date stands at its first possible day, null (unknown) comes after everything recorded
 */
export function instrumentOn(
  programme: Pick<Instruments, 'instruments'>,
  reference: string,
  on: string | null,
): InstrumentState | undefined {
  return stretchOn(instrumentStretches(programme, reference), on)?.state;
}

/** The version of that name, as far as it was there. */
function versionOf(state: InstrumentState, version: string): InstrumentVersion | undefined {
  return state.versions.find((one) => isVersion(one, version));
}

/** The statuses of what can be relied on: in force, also where it was amended since. */
export const statusesInForce: readonly InstrumentStatus[] = ['inForce', 'amended'];

/**
 * Whether a provision was in force with an instrument as it was. Without a version, the last one counts that is not said to
 * be out of force. The status is the version's own where it has one, else the instrument's; an article must be among
 * those the version lists, where it lists any.
 */
export function isInForce(
  state: InstrumentState | undefined,
  { article, version }: { readonly article?: string; readonly version?: string },
): boolean {
  if (!state) return false;
  const meant =
    version === undefined
      ? state.versions.findLast((one) => one.status === undefined || statusesInForce.includes(one.status))
      : versionOf(state, version);
  if (version !== undefined && !meant) return false;
  if (!statusesInForce.includes(meant?.status ?? state.status)) return false;
  return article === undefined || !meant || hasArticle(meant, article);
}

function hasArticle({ articles }: InstrumentVersion, article: string): boolean {
  const form = matchingForm(article);
  return articles.length === 0 || articles.some((one) => matchingForm(one.article) === form);
}

function isVersion(one: InstrumentVersion, version: string): boolean {
  return matchingForm(one.version) === matchingForm(version);
}

/**
 * A provision, which must be there on that day: its instrument, its version where it names one, its article where that
 * version lists any.
 *
 * @throws Refusal `NOT_FOUND`, at `path.instrument`, `path.version` or `path.article`
 */
export function requireProvision(
  programme: Pick<Instruments, 'instruments'>,
  provision: { readonly instrument: string; readonly article?: string; readonly version?: string },
  on: string | null,
  path: string,
): InstrumentState {
  const { instrument, article, version } = provision;
  const state = requireInstrument(programme, instrument, on, `${path}.instrument`);
  const meant = version === undefined ? state.versions : [versionOf(state, version)].filter((one) => !!one);
  if (version !== undefined && meant.length === 0) {
    const message = `instrument ${instrument} has no version ${version} on ${spoken(on)}: add it first`;
    refuse('NOT_FOUND', `${path}.version`, message);
  }
  if (article !== undefined && meant.length > 0 && !meant.some((one) => hasArticle(one, article))) {
    const message = `no version of ${instrument} that is meant lists an article ${article}`;
    refuse('NOT_FOUND', `${path}.article`, message);
  }
  return state;
}

/**
 * The instrument, which must be there on that day.
 *
 * @throws Refusal `NOT_FOUND`, at `path`
 */
export function requireInstrument(
  programme: Pick<Instruments, 'instruments'>,
  reference: string,
  on: string | null,
  path: string,
): InstrumentState {
  const state = instrumentOn(programme, reference, on);
  if (state) return state;
  const known = historyOf(programme.instruments, reference).length > 0;
  const message = known
    ? `instrument ${reference} was not there yet on ${spoken(on)}: it is registered with a later date`
    : `instrument ${reference} is not registered: register it first`;
  return refuse('NOT_FOUND', path, message);
}

export function registerInstrument(programme: Instruments, input: Input<Instrument>): Dated<InstrumentEvent> {
  const { kind, status } = input;
  const named = requireNew(programme, programme.instruments, 'instrument', input);
  return withDates(
    { type: 'InstrumentRegistered', data: { ...named, kind, status, ...reasonOf(input) } },
    input,
  );
}

export interface VersionInput {
  readonly instrument: string;
  readonly version: string;
  readonly articles?: readonly Article[];
  readonly title?: LangText;
  readonly uri?: string;
  readonly sha256?: string;
}

export function addInstrumentVersion(
  programme: Instruments,
  input: Input<VersionInput>,
): Dated<InstrumentEvent> {
  const { version, articles, title, uri, sha256 } = input;
  const on = effectiveOf(input);
  const { reference: instrument } = requireInstrument(programme, input.instrument, on, 'instrument');
  if (matchingForm(version) === '')
    refuse('INVALID_INPUT', 'version', 'version is empty: say what it is called');
  // A version added with another date is the same version all the same.
  const everAdded = historyOf(programme.instruments, instrument).some(
    ({ event }) =>
      event.type === 'InstrumentVersionAdded' && matchingForm(event.data.version) === matchingForm(version),
  );
  if (everAdded) refuse('ALREADY_EXISTS', 'version', `${instrument} has a version ${version} already`);
  requireArticles(articles ?? []);
  if (title) requireText(title, 'title');
  if (sha256 !== undefined && !isSha256(sha256)) {
    refuse('INVALID_INPUT', 'sha256', 'sha256 is no SHA-256 in lower-case hexadecimal');
  }
  const data = { instrument, version, articles, title, uri, sha256, ...reasonOf(input) };
  return withDates({ type: 'InstrumentVersionAdded', data: withoutUndefined(data) }, input);
}

function requireArticles(articles: readonly Article[]): void {
  const seen = new Set<string>();
  articles.forEach(({ article, heading }, index) => {
    const form = matchingForm(article);
    const path = `articles.${index}.article`;
    if (form === '') refuse('INVALID_INPUT', path, 'an article needs its number or name');
    if (seen.has(form)) refuse('INVALID_INPUT', path, `article ${article} is listed twice`);
    seen.add(form);
    if (heading) requireText(heading, `articles.${index}.heading`);
  });
}

export function changeInstrumentStatus(
  programme: Instruments,
  input: Input<{
    readonly instrument: string;
    readonly status: InstrumentStatus;
    readonly version?: string;
  }>,
): Dated<InstrumentEvent> {
  const { status } = input;
  const on = effectiveOf(input);
  const state = requireInstrument(programme, input.instrument, on, 'instrument');
  const instrument = state.reference;
  const meant = input.version === undefined ? undefined : versionOf(state, input.version);
  if (input.version !== undefined && !meant) {
    refuse(
      'NOT_FOUND',
      'version',
      `instrument ${instrument} has no version ${input.version} on ${spoken(on)}`,
    );
  }
  const version = meant?.version;
  if ((meant ? meant.status : state.status) === status) {
    const what = version === undefined ? instrument : `version ${version} of ${instrument}`;
    refuse('NOTHING_TO_CHANGE', 'status', `${what} is ${status} on that day`);
  }
  const data = { instrument, status, ...(version !== undefined && { version }), ...reasonOf(input) };
  return withDates({ type: 'InstrumentStatusChanged', data }, input);
}
