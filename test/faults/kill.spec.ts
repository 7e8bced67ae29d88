import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphqlClient } from '../support/graphql-client.js';
import {
  MasarProcess,
  postmasterPid,
  removeDataFolder,
  temporaryDataFolder,
} from '../support/masar-process.js';
import { portBelowEphemeralOnes } from '../support/free-port.js';
import { until } from '../support/until.js';

const full = process.env['MASAR_LOAD'] === 'full';
const killsOfApi = full ? 20 : 3;
const killsOfPostgres = full ? 5 : 2;
const programme = 'faults';
const writers = 8;
/** Acknowledged appends between one kill and the next. */
const load = 40;

let folder: string;
let masar: MasarProcess;
let port: number | undefined;
let current: Load | undefined;

beforeAll(async () => {
  folder = await temporaryDataFolder();
  await restart();
  const admin = await masar.client('admin');
  await admin.data(
    `mutation { registerProgramme(input: {
      commandId: "faults-programme", decidedOn: { edtf: "2024" }, reference: "${programme}", name: { en: "Faults" }
    }) { __typename } }`,
  );
}, 120_000);

afterAll(async () => {
  await masar?.stop();
  await removeDataFolder(folder);
}, 120_000);

afterEach(async () => {
  await current?.stop().catch(() => undefined);
}, 120_000);

/** Starts it, on the port it had where it had one. */
async function restart(): Promise<void> {
  port ??= await portBelowEphemeralOnes();
  masar = await MasarProcess.start(folder, { arguments: ['--empty'], port });
}

const registerItem = `mutation ($input: RegisterItemInput!) {
  registerItem(input: $input) { __typename ... on CommandAccepted { position duplicate } ... on CommandRefused { code } }
}`;

/** Writers that send each command again under its id until it is acknowledged, whatever happens meanwhile. */
class Load {
  /** Reference of the item by the position that was acknowledged. */
  readonly acknowledged = new Map<number, string>();
  readonly surprises: string[] = [];
  retries = 0;
  private going = true;
  private readonly running: Promise<void>[];

  constructor(
    readonly prefix: string,
    private readonly client: GraphqlClient,
  ) {
    this.running = Array.from({ length: writers }, (_, writer) => this.write(writer));
    // Told by stop(), not by the end of the process.
    for (const writing of this.running) writing.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.going = false;
    await Promise.all(this.running);
  }

  /** Waits for so many more acknowledgements. */
  async more(count: number): Promise<void> {
    const enough = this.acknowledged.size + count;
    await until('enough load', () => this.acknowledged.size >= enough, 60_000);
  }

  private async write(writer: number): Promise<void> {
    for (let number = 0; this.going; number += 1) {
      const reference = `${this.prefix}-${writer}-${number}`;
      await until(
        `an acknowledgement of ${reference}`,
        async () => {
          // A connection that is refused or breaks throws: whether the append stands is not known.
          const isAcknowledged = await this.sent(reference).catch(() => false);
          if (!isAcknowledged) this.retries += 1;
          return isAcknowledged;
        },
        90_000,
      );
    }
  }

  private async sent(reference: string): Promise<boolean> {
    const input = {
      commandId: `faults-${reference}`,
      decidedOn: { edtf: '2024' },
      programme,
      reference,
      title: { en: reference },
    };
    const { data, errors } = await this.client.ask(registerItem, { input }, 10_000);
    if (errors) {
      const codes = errors.map(({ extensions }) => extensions.code);
      const expected = ['UNAVAILABLE', 'OUTCOME_UNKNOWN', 'NOT_YET_READABLE', 'OVERLOADED'];
      if (!codes.every((code) => expected.includes(code))) this.surprises.push(JSON.stringify(errors));
      return false;
    }
    const { __typename, position, code } = data.registerItem as Record<string, string>;
    if (__typename !== 'CommandAccepted') {
      this.surprises.push(`${reference}: ${code}`);
      return true;
    }
    const other = this.acknowledged.get(Number(position));
    if (other !== undefined) this.surprises.push(`${position} was given to ${other} and to ${reference}`);
    this.acknowledged.set(Number(position), reference);
    return true;
  }
}

interface LoggedEvent {
  readonly position: number;
  readonly stream: string;
  readonly type: string;
}

/** The whole log, as an auditor reads it. */
async function wholeLog(): Promise<LoggedEvent[]> {
  const auditor = masar.reader('auditor');
  const events: LoggedEvent[] = [];
  for (;;) {
    const after = events.at(-1)?.position ?? 0;
    const { nodes } = (
      await auditor.data(
        `query ($after: Position!) { events(after: $after, first: 200) { nodes { position stream type } } }`,
        {
          after,
        },
      )
    ).events as { nodes: LoggedEvent[] };
    if (nodes.length === 0) return events;
    events.push(...nodes);
  }
}

async function expectEachAcknowledgedOnce(sent: Load): Promise<void> {
  expect(sent.surprises).toEqual([]);
  const head = Math.max(...sent.acknowledged.keys());
  await until('the rows', async () => {
    const query = `query ($head: Position!) { programmes(atLeast: $head) { reference } }`;
    return (await masar.reader('analyst').ask(query, { head })).errors === undefined;
  });
  const events = await wholeLog();
  expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));
  const streams = events.map(({ stream }) => stream);
  expect(new Set(streams).size).toBe(streams.length);
  for (const [position, reference] of sent.acknowledged) {
    expect(events[position - 1]).toMatchObject({
      position,
      stream: `item-${programme}/${reference.toLowerCase()}`,
      type: 'ReformItemRegistered',
    });
  }
  await until('the head in the metrics', async () => {
    const metrics = await (await fetch(`${masar.url}/metrics`)).text();
    return metrics.includes(`\nmasar_log_head ${events.length}\n`);
  });
  // Writers go on until each command is acknowledged: nothing else may stand.
  const own = streams.filter((stream) => stream.includes(`/${sent.prefix}-`));
  expect(own).toHaveLength(sent.acknowledged.size);
}

describe('under load', () => {
  it(`every acknowledged append stands once after ${killsOfApi} times kill -9 of the api`, async () => {
    const sent = new Load('api', await masar.client('recorder'));
    current = sent;
    for (let kill = 0; kill < killsOfApi; kill += 1) {
      await sent.more(load);
      await masar.kill();
      await restart();
    }
    await sent.more(load);
    await sent.stop();
    await expectEachAcknowledgedOnce(sent);
    process.stdout.write(
      `kill -9 of the api: ${killsOfApi} times, ${sent.acknowledged.size} acknowledged, ${sent.retries} sent again\n`,
    );
  }, 600_000);

  it(`every acknowledged append stands once after ${killsOfPostgres} times kill -9 of PostgreSQL, and the service is ready again`, async () => {
    const sent = new Load('postgres', await masar.client('recorder'));
    current = sent;
    for (let kill = 0; kill < killsOfPostgres; kill += 1) {
      await sent.more(load);
      process.kill((await postmasterPid(folder))!, 'SIGKILL');
      await until('503', async () => !(await masar.isReady()));
      await until('200', () => masar.isReady(), 60_000);
    }
    await sent.more(load);
    await sent.stop();
    await expectEachAcknowledgedOnce(sent);
    process.stdout.write(
      `kill -9 of PostgreSQL: ${killsOfPostgres} times, ${sent.acknowledged.size} acknowledged, ${sent.retries} sent again\n`,
    );
  }, 600_000);
});
