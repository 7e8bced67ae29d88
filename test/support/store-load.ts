import { randomUUID } from 'node:crypto';
import { type JsonObject, type NewEvent, StoreError } from '@masar/event-store';
import { type PostgresBackend, openPostgres } from '@masar/event-store/postgres';
import { loadProgrammes, loadThemes } from './recording-load.js';
import { until } from './until.js';

const passing = ['UNAVAILABLE', 'OUTCOME_UNKNOWN', 'NOT_YET_READABLE', 'OVERLOADED'];
const lanes = 4;

/**
 * A process beside the service that writes much and fast into the same log, as an import does: items with a history, each
 * append under its ids again until it is acknowledged.
 */
export class StoreLoad {
  /** The last position that was acknowledged. */
  position = 0;
  retries = 0;
  private items = 0;

  private constructor(
    readonly name: string,
    private readonly backend: PostgresBackend,
  ) {}

  /** @param name tells the items of two loads apart */
  static async open(name: string, connectionString: string): Promise<StoreLoad> {
    return new StoreLoad(name, await openPostgres({ connectionString, applicationName: 'masar test' }));
  }

  /** Writes until the log has come to a position, or a little further. */
  async reach(position: number): Promise<void> {
    await Promise.all(Array.from({ length: lanes }, () => this.lane(position)));
  }

  close(): Promise<void> {
    return this.backend.close();
  }

  private async lane(position: number): Promise<void> {
    while (this.position < position) {
      this.items += 1;
      const { stream, appends } = itemHistory(this.name, this.items);
      let revision: number | 'none' = 'none';
      for (const events of appends) {
        const expected: number | 'none' = revision;
        await until(
          `an append to ${stream}`,
          async () => {
            try {
              const appended = await this.backend.store.append(stream, expected, events);
              revision = appended.revision;
              this.position = Math.max(this.position, appended.position);
              return true;
            } catch (error) {
              if (!(error instanceof StoreError) || !passing.includes(error.code)) throw error;
              this.retries += 1;
              return false;
            }
          },
          120_000,
        );
      }
    }
  }
}

/** A draft that is proposed, sorted and taken up, and worked on afterwards. Every fortieth is withdrawn. */
function itemHistory(
  name: string,
  nth: number,
): { readonly stream: string; readonly appends: readonly (readonly NewEvent[])[] } {
  const programme = loadProgrammes[nth % 10 === 9 ? 1 : 0];
  const reference = `${name}-${nth}`;
  const themes = nth % 4 === 0 ? [loadThemes[0]] : [];
  const event = (type: string, data: JsonObject = {}): NewEvent => ({
    id: randomUUID(),
    type,
    schemaVersion: 1,
    decidedOn: '2024-03-01',
    effective: '2024-03-01',
    actor: { subject: 'load' },
    commandId: `${reference}-${type}`,
    causationId: null,
    correlationId: reference,
    data,
  });
  const title = { en: `Title of ${reference}` };
  return {
    stream: `item-${programme}/${reference}`,
    appends: [
      [
        event('ReformItemRegistered', { programme, reference, title, state: 'Draft', themes }),
        event('ReformItemProposed'),
      ],
      [event('ReformItemClassified', { themes: [loadThemes[nth % 2]!] })],
      [
        event('ReformItemReviewStarted'),
        ...(['low', 'medium', 'high'] as const).map((priority) =>
          event('ReformItemClassified', { priority }),
        ),
      ],
      nth % 40 === 0
        ? [event('ReformItemWithdrawn', { reason: { en: 'Rarely' } })]
        : [event('ReformItemDueDateSet', { dueDate: '2025-12' })],
    ],
  };
}
