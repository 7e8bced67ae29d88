import type { GraphqlClient } from './graphql-client.js';
import { until } from './until.js';

/** A command as it is sent until it is acknowledged. */
interface Command {
  readonly mutation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What may be answered while the service is killed, starts again or has lost its database. */
const passing = ['UNAVAILABLE', 'OUTCOME_UNKNOWN', 'NOT_YET_READABLE', 'OVERLOADED'];
const day = { edtf: '2024-03-01' };

/** Programmes it writes to. The second gets a tenth of everything. */
export const loadProgrammes = ['load-a', 'load-b'] as const;
export const loadThemes = ['POLICE', 'BORDERS'] as const;

/** Registers what the load rests on. */
export async function prepareLoad(admin: GraphqlClient): Promise<void> {
  for (const programme of loadProgrammes) {
    await accepted(admin, {
      mutation: 'registerProgramme',
      input: { reference: programme, name: { en: 'Load' } },
    });
    for (const theme of loadThemes)
      await accepted(admin, {
        mutation: 'registerTheme',
        input: { programme, reference: theme, name: { en: theme } },
      });
  }
}

/**
 * Secretaries at work: each registers items, sorts them, brings them before workshops, has several decided at once and
 * relates some, and sends each command again under its id until it is acknowledged, whatever happens meanwhile.
 */
export class RecordingLoad {
  readonly surprises: string[] = [];
  /** The last position that was acknowledged. */
  position = 0;
  acknowledged = 0;
  retries = 0;
  private going = true;
  private readonly running: readonly Promise<void>[];

  constructor(
    /** Tells the items and commands of two loads apart. */
    readonly name: string,
    private readonly client: () => GraphqlClient,
    writers: number,
  ) {
    this.running = Array.from({ length: writers }, (_, writer) => this.write(writer));
    // Told by stop(), not by the end of the process.
    for (const writing of this.running) writing.catch(() => undefined);
  }

  /** The item that is changed more often than others. */
  get favourite(): string {
    return `${this.name}-0-0`;
  }

  /** Waits until the log is known to reach a position. */
  async reaches(position: number, withinMs = 120_000): Promise<void> {
    await until(`position ${position}`, () => this.position >= position, withinMs);
  }

  async stop(): Promise<void> {
    this.going = false;
    await Promise.all(this.running);
  }

  private async write(writer: number): Promise<void> {
    for (const command of commandsOf(this.name, writer)) {
      if (!this.going) return;
      await until(
        `an acknowledgement of ${JSON.stringify(command)}`,
        async () => {
          // A connection that is refused or breaks throws: whether the append stands is not known.
          const isAcknowledged = await this.sent(command).catch(() => false);
          if (!isAcknowledged) this.retries += 1;
          return isAcknowledged;
        },
        120_000,
      );
    }
  }

  private async sent(command: Command): Promise<boolean> {
    const { position, refused, failed } = await send(this.client(), command);
    if (failed.some(({ code }) => !passing.includes(code)) || refused)
      this.surprises.push(`${JSON.stringify(command)}: ${JSON.stringify(refused ?? failed)}`);
    if (failed.length > 0) return false;
    this.position = Math.max(this.position, position ?? 0);
    this.acknowledged += 1;
    return true;
  }
}

/** What one writer does, without end: eight items at a time, from a draft to a workshop's agreement. */
function* commandsOf(name: string, writer: number): Iterable<Command> {
  for (let batch = 0; ; batch += 1) {
    const programme = loadProgrammes[(batch + writer) % 10 === 9 ? 1 : 0];
    const references = Array.from({ length: 8 }, (_, nth) => `${name}-${writer}-${batch * 8 + nth}`);
    const about = (mutation: string, reference: string, input: object = {}): Command => ({
      mutation,
      input: { commandId: `${mutation}-${reference}`, programme, reference, ...input },
    });
    for (const [nth, reference] of references.entries()) {
      const themes = nth % 4 === 0 ? [loadThemes[0]] : [];
      yield about('registerItem', reference, { title: { en: `Title of ${reference}` }, themes });
      yield about('proposeItem', reference);
      if (nth % 2 === 0)
        yield about('classifyItem', reference, { themes: [loadThemes[nth % 4 === 0 ? 1 : 0]] });
      if (nth !== 7) yield about('startReview', reference);
    }
    const [first, second] = references as [string, string];
    const decided = references.slice(0, 7).map((reference) => ({ reference, kind: 'adopt' }));
    yield {
      mutation: 'recordDecision',
      input: { commandId: `decide-${first}`, programme, items: decided },
    };
    yield about('relateItems', first, { kind: 'dependsOn', to: second });
    if (batch % 4 === 3) yield about('withdrawItem', references[7]!, { reason: { en: 'Rarely' } });
    if (writer === 0) yield favoured(name, batch);
  }
}

function favoured(name: string, batch: number): Command {
  return {
    mutation: 'classifyItem',
    input: {
      commandId: `favourite-${name}-${batch}`,
      programme: loadProgrammes[0],
      reference: `${name}-0-0`,
      priority: batch % 2 === 0 ? 'high' : 'low',
    },
  };
}

async function accepted(client: GraphqlClient, { mutation, input }: Command): Promise<void> {
  const commandId = `prepare-${mutation}-${String(input['programme'])}-${String(input['reference'])}`;
  const answer = await send(client, { mutation, input: { commandId, ...input } });
  if (answer.position === undefined) throw new Error(`${commandId}: ${JSON.stringify(answer)}`);
}

interface Answer {
  readonly position?: number;
  readonly refused?: object;
  readonly failed: readonly { readonly code: string; readonly message: string }[];
}

async function send(client: GraphqlClient, { mutation, input }: Command): Promise<Answer> {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors = [] } = await client.ask(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) {
      ... on CommandAccepted { position } ... on CommandRefused { code message fields { path message } }
    } }`,
    { input: { decidedOn: day, ...input } },
    10_000,
  );
  const failed = errors.map(({ message, extensions: { code } }) => ({ code, message }));
  const answer = data?.[mutation] as { position?: number; code?: string } | undefined;
  if (answer?.code !== undefined) return { refused: answer, failed };
  return { ...(answer?.position !== undefined && { position: answer.position }), failed };
}
