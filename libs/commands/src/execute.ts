import {
  type Appended,
  ConcurrencyError,
  LogBehindError,
  type NewEvent,
  type RecordedEvent,
  StoreError,
} from '@masar/event-store';
import { type Dated, type MasarEvent, Refusal } from '@masar/domain';
import { type CommandContext, envelop, eventIdOf, requestDigest } from './context.js';
import { notYetReadable, onceRecorded } from './recorded.js';

/** A command was carried out, now or the first time it was sent. */
export interface CommandDone {
  readonly stream: string;
  /** Position and revision of the command's last event. */
  readonly position: number;
  readonly revision: number;
  readonly recordedAt: string;
  /** The stream up to and including the command's last event: the state the command left. */
  readonly events: readonly RecordedEvent[];
  /** True where the command had been carried out before and nothing was written now. */
  readonly duplicate: boolean;
}

export interface Execution {
  /** The command's name and input: together they make the request that a command id stands for. */
  readonly type: string;
  readonly request: object;
  readonly stream: string;
  /** The revision the caller saw; a lost race is then a refusal, otherwise it is tried again. */
  readonly expectedRevision?: number;
  /** Decides on the stream as it is; throws a Refusal. Called again after a lost race. */
  readonly decide: (
    events: readonly RecordedEvent[],
  ) => Promise<readonly Dated<MasarEvent>[]> | readonly Dated<MasarEvent>[];
}

/** How often a lost race is tried again where the caller gave no expected revision. */
const attempts = 20;

/**
 * Carries out a command on one stream: answers as the first time where it was carried out before, otherwise loads,
 * decides and appends.
 *
 * @throws Refusal a rule of the domain, `COMMAND_ID_REUSED` for another request under the same id, `REVISION_MISMATCH`
 * @throws StoreError the store could not do it; a retry under the same command id is safe. `NOT_YET_READABLE` where it is
 *   known that the command stands, `OUTCOME_UNKNOWN` where it may; of any other code, nothing was written now
 */
export async function execute(context: CommandContext, execution: Execution): Promise<CommandDone> {
  const { store, actor, commandId } = context;
  const { type, request, stream, expectedRevision, decide } = execution;
  const digest = requestDigest(type, request);
  for (let attempt = 1; ; attempt += 1) {
    const answered = await answerOf(context, stream, digest);
    if (answered) return answered;
    const events = await streamBefore(context, stream);
    // The log may have had it since it was asked.
    const since = answerIn(context, stream, digest, events);
    if (since) return since;
    const revision = events.at(-1)?.revision ?? 'none';
    let toAppend: NewEvent[];
    try {
      if (expectedRevision !== undefined && expectedRevision !== revision) {
        throw mismatch(stream, expectedRevision, revision);
      }
      const decided = await decide(events);
      toAppend = envelop(context, decided, (index) => eventIdOf(actor, commandId, index), null, digest);
    } catch (error) {
      // Sent twice at once, a command can be refused for what it did itself a moment ago.
      const meanwhile = error instanceof Refusal ? await answerOf(context, stream, digest) : undefined;
      if (meanwhile) return meanwhile;
      throw error;
    }
    try {
      const appended = await store.append(stream, revision, toAppend);
      // Whether what stands there already is this request or another under its id, its digest says.
      const before = appended.duplicate ? await answerOf(context, stream, digest) : undefined;
      return before ?? (await onceRecorded(() => doneAt(context, stream, appended)));
    } catch (error) {
      if (
        error instanceof StoreError &&
        (error.code === 'EVENT_ID_TAKEN' || error.code === 'PARTIAL_DUPLICATE')
      ) {
        throw reused(commandId);
      }
      if (!(error instanceof ConcurrencyError) || attempt >= attempts) throw error;
    }
  }
}

/** What the command answered when it was carried out; undefined where it was not. */
async function answerOf(
  context: CommandContext,
  stream: string,
  digest: string,
): Promise<CommandDone | undefined> {
  const { log, store, actor, commandId } = context;
  const first = await log.find(eventIdOf(actor, commandId, 0));
  if (!first) return undefined;
  if (first.stream !== stream || first.data['requestDigest'] !== digest) throw reused(commandId);
  return answerIn(context, stream, digest, await onceRecorded(() => store.readStream(stream)));
}

/**
 * The stream a command is decided on.
 *
 * @throws StoreError `NOT_YET_READABLE` where what the log does not have yet is the command's own
 */
async function streamBefore(
  { store, actor, commandId }: CommandContext,
  stream: string,
): Promise<readonly RecordedEvent[]> {
  try {
    return await store.readStream(stream);
  } catch (error) {
    const isOwn = error instanceof LogBehindError && error.ids.includes(eventIdOf(actor, commandId, 0));
    throw isOwn ? notYetReadable(error) : error;
  }
}

/** {@link answerOf}, from the stream it would stand on. */
function answerIn(
  { actor, commandId }: CommandContext,
  stream: string,
  digest: string,
  events: readonly RecordedEvent[],
): CommandDone | undefined {
  const id = eventIdOf(actor, commandId, 0);
  const first = events.find((event) => event.id === id);
  if (!first) return undefined;
  if (first.data['requestDigest'] !== digest) throw reused(commandId);
  // Another actor may have chosen the same id: an id is an actor's own.
  const last = events.findLast(
    (event) =>
      event.commandId === commandId && event.actor.subject === actor.subject && event.causationId === null,
  )!;
  return {
    stream,
    position: last.position,
    revision: last.revision,
    recordedAt: last.recordedAt,
    events: events.filter((event) => event.revision <= last.revision),
    duplicate: true,
  };
}

async function doneAt(context: CommandContext, stream: string, appended: Appended): Promise<CommandDone> {
  const { position, revision, recordedAt, duplicate } = appended;
  const events = await context.store.readStream(stream, { limit: revision + 1 });
  return { stream, position, revision, recordedAt, events, duplicate };
}

function reused(commandId: string): Refusal {
  return new Refusal(
    'COMMAND_ID_REUSED',
    `command id ${commandId} was used for another request: choose a new one`,
    [{ path: 'commandId', message: 'stands for another request' }],
  );
}

function mismatch(stream: string, expected: number, actual: number | 'none'): Refusal {
  const message = `${stream} is at revision ${actual}, not ${expected}: read it again and decide anew`;
  return new Refusal('REVISION_MISMATCH', message, [
    { path: 'expectedRevision', message: `is ${expected}; the stream is at ${actual}` },
  ]);
}
