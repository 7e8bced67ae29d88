import { createHash, randomUUID } from 'node:crypto';
import {
  type OrderedLog,
  type OrderedLogOptions,
  openOrderedLog,
  toStore,
} from '@masar/event-store/kurrentdb';
import type { JsonObject, RecordedEvent } from '@masar/event-store';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { KurrentDouble } from '../../support/kurrent-double/kurrent-double.js';
import { until } from '../../support/until.js';

/** What a writer of ours would have sent to the server. */
export interface Written {
  readonly id?: string;
  readonly type?: string;
  readonly stampedAt?: string;
  readonly data?: JsonObject;
}

const prefix = 'masar';

/** A protocol double with events of ours, databases beside it, and the ordered logs that were opened on them. */
export class OrderedLogFixture {
  private readonly opened = new Set<OrderedLog>();
  private constructor(
    readonly postgres: TestPostgres,
    public double: KurrentDouble,
  ) {}

  static async start(): Promise<OrderedLogFixture> {
    return new OrderedLogFixture(await testPostgres(), await KurrentDouble.start());
  }

  /** Another double, empty. */
  async anew(options: Parameters<typeof KurrentDouble.start>[0] = {}): Promise<KurrentDouble> {
    await this.closeLogs();
    await this.double.stop();
    this.double = await KurrentDouble.start(options);
    return this.double;
  }

  async stop(): Promise<void> {
    await this.closeLogs();
    await this.double.stop();
    await this.postgres.stop();
  }

  async closeLogs(): Promise<void> {
    for (const log of this.opened) await this.close(log);
  }

  async open(
    connectionString: string,
    options: Partial<Omit<OrderedLogOptions, 'url'>> = {},
  ): Promise<OrderedLog> {
    const log = await openOrderedLog({
      url: this.double.url,
      connectionString,
      applicationName: 'masar test',
      silenceMs: 2_000,
      retryHaltedMs: 200,
      ...options,
    });
    this.opened.add(log);
    return log;
  }

  async close(log: OrderedLog): Promise<void> {
    this.opened.delete(log);
    await log.close();
  }

  /** Events of ours at the end of a stream, as the store would have put them there. */
  write(stream: string, events: readonly Written[] = [{}]): void {
    this.double.append(
      `${prefix}-${stream}`,
      events.map(({ id = randomUUID(), type = 'SampleRecorded', stampedAt, data = { n: 1 } }) => {
        const stored = toStore({
          id,
          type,
          schemaVersion: 1,
          decidedOn: null,
          effective: '2017-02',
          actor: { subject: 'sample-recorder' },
          commandId: randomUUID(),
          causationId: null,
          correlationId: randomUUID(),
          bytes: JSON.stringify(data),
          recordedAt: stampedAt ?? new Date().toISOString().replace('Z', '000Z'),
          salt: createHash('sha256').update(id).digest(),
        });
        return { id, type, data: stored.data, metadata: stored.metadata };
      }),
    );
  }

  /** The events of ours on the server, in its order, as the log has to have them. */
  get expected(): { id: string; stream: string; revision: number; bytes: string }[] {
    return this.double
      .contents()
      .filter(({ stream, type }) => stream.startsWith(`${prefix}-`) && type !== '$streamDeleted')
      .map(({ id, stream, revision, data }) => ({
        id,
        stream: stream.slice(prefix.length + 1),
        revision,
        bytes: data.toString('utf8'),
      }));
  }

  /** Waits until the log has so many events; by default as many as the server. */
  async sequenced(log: OrderedLog, count = this.expected.length): Promise<RecordedEvent[]> {
    await until(`${count} events in the log`, async () => (await log.database.log.head()).position >= count);
    return log.database.log.readAll(0, count + 1);
  }

  /** Waits until the log is in that state. */
  async state(log: OrderedLog, state: string): Promise<string | null> {
    await until(`state ${state}`, async () => (await log.sequencing.state()).state === state);
    return (await log.sequencing.state()).why;
  }
}

/** What two logs have to agree in. */
export function comparable(events: readonly RecordedEvent[]) {
  return events.map(({ id, stream, revision, position, recordedAt, bytes, salt, actor, type }) => ({
    id,
    stream,
    revision,
    position,
    recordedAt,
    bytes,
    salt: Buffer.from(salt).toString('hex'),
    actor,
    type,
  }));
}
