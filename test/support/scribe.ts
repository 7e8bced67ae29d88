import type { GraphqlClient } from './graphql-client.js';

/** What a mutation that was carried out answered. */
export interface Accepted {
  readonly position: number;
  readonly revision: number;
  readonly recordedAt: string;
  readonly duplicate: boolean;
  readonly pending: readonly string[];
  // Each test knows which thing it changed.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly changed: any;
}

/** What a mutation that was refused answered. */
export interface Refused {
  readonly code: string;
  readonly message: string;
  readonly fields: readonly { readonly path: string; readonly message: string }[];
}

const result = `
  __typename
  ... on CommandAccepted {
    position revision recordedAt duplicate pending
    changed { __typename ... on ReformItem { key } ... on Decision { key } ... on Correction { key state } }
  }
  ... on CommandRefused { code message fields { path message } }`;

/** Sends mutations to one programme, as a recorder at a keyboard would: with ids of its own and a day it says once. */
export class Scribe {
  private commands = 0;
  /** The day decisions are recorded as taken, EDTF; null for unknown. */
  day: string | null = '2024-03-01';

  constructor(
    readonly programme: string,
    /** Tells the command ids of two scribes apart. */
    private readonly name = 'scribe',
  ) {}

  /** Sends a mutation by name; `commandId`, `decidedOn` and `programme` are filled in where not given. */
  private async send(client: GraphqlClient, mutation: string, input: object): Promise<Accepted | Refused> {
    this.commands += 1;
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    const { data, errors } = await client.ask(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${result} } }`,
      {
        input: {
          commandId: `${this.name}-${this.programme}-${this.commands}`,
          decidedOn: { edtf: this.day },
          ...(mutation === 'registerProgramme' ? {} : { programme: this.programme }),
          ...input,
        },
      },
    );
    if (errors) throw new Error(`${mutation}: ${errors.map(({ message }) => message).join('; ')}`);
    return data[mutation] as Accepted | Refused;
  }

  /** @throws Error where the mutation was refused, with what it was refused for */
  async accepted(client: GraphqlClient, mutation: string, input: object): Promise<Accepted> {
    const answer = await this.send(client, mutation, input);
    if ('code' in answer) {
      const where = answer.fields.map(({ path, message }) => `${path} ${message}`).join('; ');
      throw new Error(`${mutation} was refused: ${answer.code} ${answer.message} (${where})`);
    }
    return answer;
  }

  /** @throws Error where the mutation was carried out */
  async refused(client: GraphqlClient, mutation: string, input: object): Promise<Refused> {
    const answer = await this.send(client, mutation, input);
    if (!('code' in answer)) throw new Error(`${mutation} was not refused`);
    return answer;
  }
}
