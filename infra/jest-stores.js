/** What suites run over. */
const stores = ['postgres', 'kurrentdb'];

/** Spec files that ask `test/support/stores.ts` where their events are: these run over every store. */
const overEvery = ['test/{e2e,archive,import,export,conformance}/**/*.spec.ts'];

/** Those of them that run over PostgreSQL alone, each with its reason. */
export const overPostgresAlone = {
  'test/archive/fifty-thousand.spec.ts':
    'the memory a restore takes, and a kill within its one transaction; a server is filled in test/stores/copy.spec.ts',
  'test/conformance/codes-are-reached.spec.ts': 'reads specs, and opens no store',
  'test/e2e/client.spec.ts':
    'the client, which speaks to the service alone; live.spec.ts and others follow it over both',
  'test/e2e/erasure.spec.ts':
    'what is left in the files of PostgreSQL, where names are whatever the store is',
  'test/e2e/hostile.spec.ts': 'documents that are refused before a store is asked',
  'test/e2e/keys.spec.ts': 'the keys of names, which are in PostgreSQL whatever the store is',
  'test/e2e/roles.spec.ts': 'what roles may ask, decided before a store is asked',
  'test/e2e/service.spec.ts': 'the embedded PostgreSQL: adopted, left behind, run as another user',
  'test/e2e/token.spec.ts': 'opens no store',
  'test/export/export.spec.ts':
    'what is written of a log, which is read from PostgreSQL whatever the store is',
  'test/import/example.spec.ts':
    'an example of the documents; import.spec.ts and killed.spec.ts import over both',
  'test/import/guide.spec.ts':
    'an example of the documents; import.spec.ts and killed.spec.ts import over both',
  'test/import/peps.spec.ts':
    'what a mapping makes of real data; import.spec.ts and killed.spec.ts import over both',
  'test/import/registers.spec.ts':
    'what mappings make of files; import.spec.ts and killed.spec.ts import over both',
  'test/import/suggest.spec.ts':
    'what mappings are made from files; import.spec.ts and killed.spec.ts import over both',
  'test/import/taic.spec.ts':
    'what a mapping makes of real data; import.spec.ts and killed.spec.ts import over both',
};

/**
 * Those that run over every store where there is time for it: MASAR_LOAD=full, or a server to record a run against. What
 * they hold is read from PostgreSQL whatever the store is, and others take the same way to it over both.
 */
export const overServerInLongRuns = {
  'test/conformance/axes-equal-replay.spec.ts':
    'read models against a replay of the log; axes.spec.ts asks both clocks over both',
  'test/conformance/older-answers-stay.spec.ts':
    'read models against a replay of the log; programme-over-time.spec.ts asks earlier positions over both',
  'test/conformance/queries-equal-replay.spec.ts':
    'read models against a replay of the log; graphql.spec.ts queries and replays over both',
  'test/e2e/sorting.spec.ts': 'the order of rows that are read',
  'test/e2e/subscriptions-document.spec.ts':
    'the documented session; live.spec.ts and the faults of followers follow over both',
  'test/e2e/texts.spec.ts': 'texts of rows that are read',
  'test/e2e/visibility.spec.ts': 'a predicate on rows that are read, whatever wrote them',
};

/** The contract of stores over a server; over PostgreSQL it stands beside the adapter. */
const contractOverServer = 'test/stores/kurrentdb-contract.spec.ts';

/**
 * The stores that MASAR_TEST_STORES chooses: `postgres`, `kurrentdb`, or both, as where it is not set.
 *
 * @throws Error for anything else: a run over nothing would pass
 */
export function chosenStores({ MASAR_TEST_STORES: chosen }) {
  if (!chosen || chosen === 'both') return stores;
  if (!stores.includes(chosen)) {
    throw new Error(`MASAR_TEST_STORES is ${JSON.stringify(chosen)}: set it to postgres, kurrentdb or both`);
  }
  return [chosen];
}

/** What the Jest project of a store runs. The spec files see which it is: see `test/support/stores.ts`. */
export function projectOver(store, { MASAR_LOAD, KURRENTDB_TEST_URL } = process.env) {
  const isLong = MASAR_LOAD === 'full' || Boolean(KURRENTDB_TEST_URL);
  if (store === 'postgres') {
    return {
      testMatch: ['<rootDir>/{libs,apps,test}/**/*.spec.ts', '<rootDir>/infra/**/*.spec.mjs'],
      testPathIgnorePatterns: except([contractOverServer]),
    };
  }
  return {
    displayName: store,
    globals: { masarTestStore: store },
    testMatch: [...overEvery, contractOverServer].map((path) => `<rootDir>/${path}`),
    testPathIgnorePatterns: except([
      ...Object.keys(overPostgresAlone),
      ...(isLong ? [] : Object.keys(overServerInLongRuns)),
    ]),
  };
}

/** Not by a negated glob: Jest puts its root into those that begin with it alone. */
function except(paths) {
  return ['/node_modules/', ...paths.map((path) => `<rootDir>/${path.replaceAll('.', String.raw`\.`)}$`)];
}
