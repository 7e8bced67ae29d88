import { setTimeout as delay } from 'node:timers/promises';
import {
  type EventLog,
  type EventStore,
  type ExpectedRevision,
  LogBehindError,
  type NewEvent,
  type RecordedEvent,
  StoreError,
} from '@masar/event-store';
import { type PostgresBackend, openPostgres } from '@masar/event-store/postgres';
import type { TestPostgres } from '@masar/event-store/testing';
import { type Outcome, itemId, itemStream, propose, registerProgramme, startReview } from '@masar/domain';
import type { CommandContext } from '../context.js';
import { executeOnItem, executeRegistration } from '../item-commands.js';
import { executeOnProgramme } from '../setup-commands.js';

export const programme = 'test';
export const decidedOn = { edtf: '2024-01-15' };
/** What the clock of a test says. */
export const now = new Date('2024-02-01T10:00:00Z');
export const recorder = { subject: 'subject-of-a-test' };

/** A log in a database of its own with a programme in it, and further nodes on the same log. */
export class CommandsFixture {
  private readonly opened: PostgresBackend[] = [];
  private commands = 0;

  private constructor(
    private readonly connectionString: string,
    readonly backend: PostgresBackend,
  ) {
    this.opened.push(backend);
  }

  static async open(postgres: TestPostgres): Promise<CommandsFixture> {
    const connectionString = await postgres.createDatabase();
    const fixture = new CommandsFixture(connectionString, await openPostgres({ connectionString }));
    await executeOnProgramme(fixture.context(), programme, {
      type: 'registerProgramme',
      request: {},
      decide: (state) =>
        registerProgramme(state, { reference: programme, name: { en: 'A programme' }, decidedOn }),
    });
    return fixture;
  }

  /** Another process would open the same. */
  async node(): Promise<PostgresBackend> {
    const backend = await openPostgres({ connectionString: this.connectionString });
    this.opened.push(backend);
    return backend;
  }

  /** A context under a new command id, unless given another or another store. */
  context(given: Partial<CommandContext> = {}): CommandContext {
    const { store, log }: { store: EventStore; log: EventLog } = this.backend;
    this.commands += 1;
    return { store, log, actor: recorder, commandId: `command-${this.commands}`, now: () => now, ...given };
  }

  /** Registers items and takes them to their review; answers with their ids. */
  async itemsUnderReview(...references: string[]): Promise<string[]> {
    for (const reference of references) {
      await executeRegistration(this.context(), {
        programme,
        reference,
        title: { en: `Item ${reference}` },
        decidedOn: { edtf: '2024-01-01' },
      });
      const address = { programme, reference };
      const steps = [propose, startReview];
      for (const [index, step] of steps.entries()) {
        await executeOnItem(this.context(), address, {
          type: step.name,
          request: {},
          decide: (history) => step(history, { decidedOn: { edtf: `2024-01-0${index + 2}` } }),
        });
      }
    }
    return references.map((reference) => itemId(programme, reference));
  }

  eventsOf(item: string): Promise<RecordedEvent[]> {
    return this.backend.store.readStream(itemStream(item));
  }

  /** The types of the events that have a cause, item by item: what decisions and references left there. */
  async effectsOn(items: readonly string[]): Promise<string[][]> {
    return Promise.all(
      items.map(async (item) =>
        (await this.eventsOf(item)).filter(({ causationId }) => causationId !== null).map(({ type }) => type),
      ),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.map((backend) => backend.close()));
  }
}

/** The input of a decision that says the same of each item. */
export function decisionOn(items: readonly string[], outcome: Outcome) {
  return { programme, decidedOn, items: items.map((item) => ({ item, outcome })) };
}

/** A store whose process dies: `before` may throw instead of appending, and then everything else fails as well. */
export function dyingStore(
  store: EventStore,
  dies: (stream: string, events: readonly NewEvent[]) => boolean,
): EventStore {
  let dead = false;
  const live = async <T>(run: () => Promise<T>): Promise<T> => {
    if (dead) throw new Error('the process was killed');
    return run();
  };
  return {
    append: (stream: string, expected: ExpectedRevision, events: readonly NewEvent[]) => {
      dead ||= dies(stream, events);
      return live(() => store.append(stream, expected, events));
    },
    readStream: (stream, range) => live(() => store.readStream(stream, range)),
    close: () => store.close(),
  };
}

/** A store whose log is a copy of it that stands still until it is told to go on. */
export class StandingLog {
  private readonly missing = new Set<string>();

  constructor(private readonly whole: Pick<PostgresBackend, 'store' | 'log'>) {}

  /** The log has everything from now on; what is written afterwards is missing again. */
  catchUp(): void {
    this.missing.clear();
  }

  readonly store: EventStore = {
    append: async (stream, expected, events) => {
      const appended = await this.whole.store.append(stream, expected, events);
      if (appended.duplicate && !events.some(({ id }) => this.missing.has(id))) return appended;
      for (const { id } of events) this.missing.add(id);
      throw new StoreError('NOT_YET_READABLE', `recorded on ${stream}`);
    },
    readStream: async (stream, range) => {
      const events = await this.whole.store.readStream(stream, range);
      const ids = events.map(({ id }) => id).filter((id) => this.missing.has(id));
      if (ids.length > 0) throw new LogBehindError(stream, ids);
      return events;
    },
    close: () => this.whole.store.close(),
  };

  readonly log: Pick<EventLog, 'find'> = {
    find: async (id) => (this.missing.has(id) ? undefined : this.whole.log.find(id)),
  };
}

/** Waits for a condition, at most 20 s unless told otherwise. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`it never came to: ${what}`);
    await delay(10);
  }
}
