import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { executeOnProgramme } from '@masar/commands';
import { registerProgramme } from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import type { OpenedEventStore } from '@masar/event-store/open';
import { type ImportOptions, type ImportReport, importFile, readMappingFile } from '@masar/exchange';
import { At, type ItemCount, ReadModels, countsBy, readModels } from '@masar/read-models';
import { type SubjectVault, openVault } from '@masar/subjects';
import { allAsPublished } from '../../support/event-schemas.js';
import { type TestStore, TestStores } from '../../support/stores.js';

/** Real histories, which the project does not carry: tests that read them are left out where they are absent. */
const shared = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

/** The path of a file of real data; undefined, with a notice, where it is absent. */
export function sharedData(name: string): string | undefined {
  const path = join(shared, name);
  if (existsSync(path)) return path;
  process.stderr.write(`notice: ${path} is absent; the tests that read it are left out\n`);
  return undefined;
}

/** A store with one registered programme and a vault, and with read models that follow where something is counted. */
export class ImportFixture {
  private constructor(
    readonly programme: string,
    readonly store: TestStore,
    readonly backend: OpenedEventStore,
    readonly vault: SubjectVault,
    readonly folder: string,
    private readonly stores: TestStores,
    private readonly models: ReadModels | undefined,
  ) {}

  /** Without read models: where nothing is counted, nobody waits for them. */
  static open(programme = 'test'): Promise<ImportFixture> {
    return ImportFixture.with(programme, false);
  }

  /** With read models, which {@link counts} asks. */
  static counting(programme = 'test'): Promise<ImportFixture> {
    return ImportFixture.with(programme, true);
  }

  private static async with(programme: string, counting: boolean): Promise<ImportFixture> {
    const stores = await TestStores.start();
    const store = await stores.create();
    const backend = await store.open();
    const { connectionString } = store;
    const models = counting
      ? await ReadModels.open({ connectionString, log: backend.log, models: readModels })
      : undefined;
    models?.start();
    const folder = await mkdtemp(join(tmpdir(), 'masar-import-'));
    const vault = await openVault({
      pool: backend.pool,
      masterKey: Buffer.alloc(32, 7),
      erasures: join(folder, 'erasures.jsonl'),
    });
    const input = { reference: programme, name: { en: 'A programme' }, decidedOn: { edtf: null } };
    await executeOnProgramme(
      { ...backend, actor: { subject: 'operator' }, commandId: 'register', now: () => new Date() },
      programme,
      {
        type: 'registerProgramme',
        request: input,
        decide: (state) => registerProgramme(state, input),
      },
    );
    return new ImportFixture(programme, store, backend, vault, folder, stores, models);
  }

  async import(mapping: string, file: string, more: Partial<ImportOptions> = {}): Promise<ImportReport> {
    const { backend, vault, programme } = this;
    const { store, log } = backend;
    const actor = { subject: 'operator' };
    return importFile({
      file,
      mapping: await readMappingFile(mapping),
      programme,
      store,
      log,
      subjects: vault,
      actor,
      ...more,
    });
  }

  /** Writes a file into the fixture's folder and answers with its path. */
  async file(name: string, content: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, content);
    return path;
  }

  /** Every event of the log, page by page. */
  async events(): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for (;;) {
      const page = await this.backend.log.readAll(events.length, 1000);
      events.push(...page);
      if (page.length < 1000) return events;
    }
  }

  /** Counts as the read models have them, as of a position: the last where none is given. */
  async counts(
    by: Parameters<typeof countsBy>[1]['by'],
    at: { position?: number; effectiveOn?: string } = {},
  ): Promise<Record<string, number>> {
    const head = (await this.backend.log.head()).position;
    const { models } = this;
    if (!models) throw new Error('open it by ImportFixture.counting');
    const reached = await models.waitFor(head, 60_000);
    if (reached < head) throw new Error(`the read models are at ${reached}, not at ${head}`);
    const { pool } = this.backend;
    const where = new At(pool, await models.pin(), at.position ?? head, 'all');
    const { effectiveOn } = at;
    const counts: ItemCount[] = await countsBy(where, {
      programme: this.programme,
      by,
      ...(effectiveOn && { effectiveOn }),
    });
    return Object.fromEntries(counts.map(({ value, count }) => [String(value), count]));
  }

  /** @throws where an event was imported that its published schema does not describe */
  async close(): Promise<void> {
    const checked = allAsPublished(this.store);
    await checked.catch(() => undefined);
    await this.models?.stop();
    await this.backend.close();
    await this.stores.stop();
    await rm(this.folder, { recursive: true, force: true });
    await checked;
  }
}

/** Counts values; null and undefined as `null`. */
export function tally(values: Iterable<string | null | undefined>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[String(value ?? null)] = (counts[String(value ?? null)] ?? 0) + 1;
  return counts;
}
