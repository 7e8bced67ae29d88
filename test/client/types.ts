/**
 * What the compiler has to know of the client: it is compiled with this repository, and by `package.spec.ts` as a project of
 * somebody else with the packed client. Nothing of it runs.
 */
import {
  type Cursor,
  type Follow,
  type FragmentOf,
  type MasarDocument,
  type MessageOf,
  type ResultOf,
  type VariablesOf,
  createMasarClient,
  graphql,
} from '@masar/client';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles where both types are one. */
function same<A, B>(answer: Equal<A, B>): void {
  void answer;
}

export const client = createMasarClient({ url: 'https://masar.example', token: async () => 'token' });

const item = graphql(`
  query Item($programme: String!, $reference: String!, $asOf: AsOfInput) {
    reformItem(programme: $programme, reference: $reference, asOf: $asOf) {
      reference
      state
      title
      journey {
        position
        effective
        recordedAt
      }
    }
  }
`);

export async function queries(): Promise<void> {
  const { data, masar } = await client.query(item, { programme: 'P', reference: 'R' }, { atLeast: 3 });
  same<NonNullable<(typeof data)['reformItem']>['reference'], string>(true);
  const entry = data.reformItem?.journey[0];
  same<NonNullable<typeof entry>['position'], number>(true);
  same<NonNullable<typeof entry>['recordedAt'], string>(true);
  same<NonNullable<typeof entry>['effective'], string | null>(true);
  same<NonNullable<(typeof data)['reformItem']>['title'], Readonly<Record<string, string>>>(true);
  const cursor: Cursor = masar;
  await client.query(item, { programme: 'P', reference: 'R', asOf: { position: cursor.position } });

  // @ts-expect-error the reference is missing
  await client.query(item, { programme: 'P' });
  // @ts-expect-error a programme is a string
  await client.query(item, { programme: 1, reference: 'R' });
  // @ts-expect-error the query has no such variable
  await client.query(item, { programme: 'P', reference: 'R', other: 1 });
  // @ts-expect-error the query has variables
  await client.query(item);
  // @ts-expect-error a position is a number
  await client.query(item, { programme: 'P', reference: 'R' }, { atLeast: '3' });
  // @ts-expect-error the query selects no such field
  void data.reformItem?.summary;

  const about = graphql('{ masar { version } }');
  same<
    Awaited<ReturnType<typeof client.query<ResultOf<typeof about>>>>['data']['masar'],
    { version: string }
  >(true);
  await client.query(about);
  await client.query(about, {}, { atLeast: 1 });
}

const review = graphql(`
  mutation StartReview($input: StartReviewInput!) {
    startReview(input: $input) {
      __typename
      ... on CommandAccepted {
        position
      }
      ... on CommandRefused {
        code
      }
    }
  }
`);

export async function commands(): Promise<void> {
  const input = { programme: 'P', reference: 'R', decidedOn: { edtf: '2017' } } as const;
  const { data, commandId } = await client.mutate(review, { input });
  same<typeof commandId, string>(true);
  await client.mutate(review, { input: { ...input, commandId: 'mine' } });
  const result = data.startReview;
  if (result.__typename === 'CommandAccepted') same<typeof result.position, number>(true);
  // @ts-expect-error it may be refused
  void result.position;

  // @ts-expect-error the input is missing
  await client.mutate(review, {});
  // @ts-expect-error the programme is missing
  await client.mutate(review, { input: { reference: 'R', decidedOn: { edtf: '2017' } } });
  // @ts-expect-error a commandId is a string
  await client.mutate(review, { input: { ...input, commandId: 1 } });
}

const titled = graphql(`
  fragment Titled on ReformItem {
    reference
    title
  }
`);
const changes = graphql(
  `
    subscription Changes($programme: String!, $reaches: [LifecycleState!]) {
      reformItemChanged(programme: $programme, reaches: $reaches) {
        __typename
        ... on ReformItemChanged {
          position
          covers {
            upTo
            logId
          }
          item {
            ...Titled
            state
          }
        }
        ... on Hidden {
          reference
        }
        ... on CaughtUp {
          recordedAt
        }
      }
    }
  `,
  [titled],
);
type Change = MessageOf<ResultOf<typeof changes>>;

export async function follows(): Promise<void> {
  const follow = client.follow(changes, { programme: 'P', reaches: ['Adopted'] }, { after: 3, buffer: 10 });
  same<typeof follow, Follow<Change>>(true);
  for await (const message of follow) {
    switch (message.__typename) {
      case 'ReformItemChanged':
        same<typeof message.position, number>(true);
        same<typeof message.covers, { upTo: number; logId: string }>(true);
        same<typeof message.item.reference, string>(true);
        shown(message.item);
        break;
      case 'Hidden':
        same<typeof message.reference, string>(true);
        // @ts-expect-error an item that is hidden has no state
        void message.item;
        break;
      case 'CaughtUp':
        same<typeof message.recordedAt, string | null>(true);
        break;
      case 'CatchingUp':
      case 'FellBehind':
      case 'Revealed':
        break;
      default:
        same<typeof message, never>(true);
    }
  }
  client.follow(changes, { programme: 'P' }, { after: follow.cursor });
  client.follow(changes, { programme: 'P' }, { after: { position: 3, logId: 'log', epoch: 1 } });

  // @ts-expect-error there is no such state
  client.follow(changes, { programme: 'P', reaches: ['Done'] });
  // @ts-expect-error the programme is missing
  client.follow(changes, {});
  // @ts-expect-error where it begins is an option
  client.follow(changes, { programme: 'P', after: 3 });
  // @ts-expect-error it is followed from a position
  client.follow(changes, { programme: 'P' }, { after: '3' });

  const events = graphql('subscription { events { __typename } }');
  client.follow(events);
  client.follow(events, {}, { after: 0 });
}

export function shown({ reference, title }: FragmentOf<typeof titled>): string {
  return `${reference} ${title['en'] ?? ''}`;
}

/** Somebody's own function over any document. */
export function latest<Result, Variables>(
  document: MasarDocument<Result, Variables>,
  variables: Variables,
): Promise<IteratorResult<MessageOf<Result>, undefined>> {
  return client.follow<Result, Variables>(document, variables).next();
}

same<VariablesOf<typeof item>['programme'], string>(true);
export async function nothingOfTheKind(): Promise<void> {
  const { data } = await client.query(graphql('{ masar { version nothingOfTheKind } }'));
  // @ts-expect-error a field that is not in the schema is unknown, so nothing can be made of it
  data.masar.nothingOfTheKind.toString();
}
// @ts-expect-error a client needs a token
createMasarClient({ url: 'https://masar.example' });
