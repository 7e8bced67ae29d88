/** What the service answered to one request. */
export interface GraphqlAnswer {
  readonly status: number;
  // Each test knows the shape of what it asked for.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
  }[];
  readonly extensions?: {
    readonly masar?: {
      readonly logId: string;
      readonly epoch: number;
      readonly position: number;
      readonly lag: number;
    };
  };
}

/** GraphQL over HTTP with one token. */
export class GraphqlClient {
  constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  async ask(query: string, variables: object = {}, timeoutMs = 30_000): Promise<GraphqlAnswer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        authorization: `Bearer ${this.token}`,
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, ...((await response.json()) as Omit<GraphqlAnswer, 'status'>) };
  }

  /** The data of an answer that has no errors. */
  async data(query: string, variables: object = {}): Promise<GraphqlAnswer['data']> {
    const { data, errors } = await this.ask(query, variables);
    if (errors)
      throw new Error(errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join('\n'));
    return data;
  }
}
