/** What a follower may ask for: variables of the documents below, but for where it begins. */
export interface LiveFilter {
  readonly programme?: string;
  readonly item?: string;
  readonly workshop?: string;
  readonly theme?: string;
  readonly lead?: string;
  readonly types?: readonly string[];
  readonly reaches?: readonly string[];
}

export const liveFields = ['events', 'reformItemChanged', 'summary'] as const;
export type LiveField = (typeof liveFields)[number];

const scalars = { programme: 'String', workshop: 'String', theme: 'String', lead: 'String' };
const cursor = { after: 'Position', logId: 'ID', epoch: 'Int' };
const ofEvents = {
  ...cursor,
  ...scalars,
  item: 'String',
  types: '[String!]',
  reaches: '[LifecycleState!]',
};
const variables: Readonly<Record<LiveField, Readonly<Record<string, string>>>> = {
  events: ofEvents,
  reformItemChanged: ofEvents,
  summary: { ...cursor, ...scalars, programme: 'String!' },
};

const told: Readonly<Record<LiveField, string>> = {
  events:
    '... on EventRecorded { event { position stream type } } ... on Hidden { programme reference } ... on Revealed { item { key } }',
  reformItemChanged: `... on ReformItemChanged { event { position stream type } item { key state title } }
      ... on Hidden { programme reference } ... on Revealed { item { key } }`,
  summary: '... on SummaryChanged { total counts { value count } }',
};

/** The document of a subscription, and every filter a variable of it. */
export function liveDocument(field: LiveField, name = 'Follow', withData = false): string {
  return document(field, name, Object.entries(variables[field]), withData);
}

/** The same for a client that says itself where to begin. */
export function resumedDocument(field: LiveField): string {
  const filters = Object.entries(variables[field]).filter(([variable]) => !Object.hasOwn(cursor, variable));
  return document(field, 'Follow', filters, false);
}

function document(
  field: LiveField,
  name: string,
  taken: readonly (readonly [string, string])[],
  withData: boolean,
): string {
  const declared = taken.map(([variable, type]) => `$${variable}: ${type}`).join(', ');
  const passed = taken.map(([variable]) => `${variable}: $${variable}`).join(', ');
  return `subscription ${name}(${declared}) {
    ${field}(${passed}) {
      __typename
      ... on LiveMessage { position covers { after upTo logId epoch } }
      ${withData ? told[field].replace('stream type', 'stream type data') : told[field]}
    }
  }`;
}
